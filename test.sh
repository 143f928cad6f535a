#!/usr/bin/env bash
# Builds everything and runs every test. No network beyond the package restore, no root, no hardware.
# The last line is the sum over all test assemblies: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet >/dev/null 2>&1; then
    echo "test.sh: the .NET 10 SDK is missing; see the README for how to get it." >&2
    exit 69
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet build HostStack.sln --nologo --verbosity quiet
status=0
dotnet test HostStack.sln --no-build --nologo --verbosity quiet --logger "console;verbosity=minimal" "$@" 2>&1 | tee "$log" || status=$?

# Each assembly closes with: Passed!  - Failed:     0, Passed:    11, Skipped:     0, Total:    11, …
sum() { { grep -oE "$1: +[0-9]+" "$log" || true; } | awk '{ n += $2 } END { print n + 0 }'; }
passed=$(sum Passed) failed=$(sum Failed) skipped=$(sum Skipped)
echo
echo "$passed passed, $failed failed, $skipped skipped"
if [ "$passed" -eq 0 ]; then
    echo "test.sh: no test ran." >&2
    exit 1
fi
exit "$status"
