@echo off
rem Runs HostStack from a clone: builds the command line when it is missing or older than its sources, then starts it.
setlocal
set "here=%~dp0"
set "program=%here%tools\hoststack\bin\Release\net10.0\hoststack.dll"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "DOTNET_NOLOGO=1"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo hoststack: the .NET 10 SDK is missing. Install it with "winget install Microsoft.DotNet.SDK.10" or from https://dot.net/download and run this again. 1>&2
    exit /b 69
)

rem MSBuild itself finds out what is stale; a build with nothing to do takes a second or two.
dotnet build "%here%tools\hoststack\HostStack.Cli.csproj" --configuration Release --nologo --verbosity quiet 1>&2
if errorlevel 1 (
    echo hoststack: the build failed. Check that "dotnet --version" prints 10.0.100 or later and that the package registry can be reached. 1>&2
    exit /b 70
)

dotnet "%program%" %*
exit /b %errorlevel%
