using System.Diagnostics;

namespace HostStack.Interop.Tests.Judge;

/// <summary>What the command line captures is what tshark understands.</summary>
[TestFixture]
internal sealed class CommandCapturesTests
{
    [TestCase("gn", "3")]
    [TestCase("nap", "2")]
    [TestCase("panu", "1")]
    public async Task Demo_OfEachRole_IsCleanAndAgreed(string role, string peers)
    {
        TsharkJudge.Require();
        var folder = Directory.CreateTempSubdirectory("hs-judge-").FullName;
        try
        {
            var capture = Path.Combine(folder, "demo.btsnoop");
            var (exitCode, story) = await RunAsync("demo", "--role", role, "--peers", peers, "--count", "2", "--btsnoop", capture);
            Assert.That(exitCode, Is.Zero, story);
            await TsharkJudge.AssertCleanAsync(capture);
            var agreed = await TsharkJudge.AssertAgreesAsync(capture);
            Assert.That(agreed.Keys, Does.Contain("btbnep.control_type"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Story)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hoststack.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
