using System.Diagnostics;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Service;

/// <summary>The unit files for systemd.</summary>
[TestFixture]
public sealed class ServiceUnitTests
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    private static string Units => Path.Combine(RepositoryFolder.Path, "packaging", "systemd");

    [TestCase("hoststack.service", "hoststack.service")]
    [TestCase("hoststack@.service", "hoststack@home.service")]
    public async Task Unit_IsGood_BySystemdsOwnWord(string file, string name)
    {
        if (!File.Exists(Analyze))
        {
            Assert.Ignore("systemd-analyze is missing: install systemd (the machine need not run it).");
        }

        // What is verified is the unit, and not that the program is installed.
        using var folder = new TemporaryFolder();
        var text = (await File.ReadAllTextAsync(Path.Combine(Units, file))).Replace("/usr/bin/hoststack", "/bin/true");
        await File.WriteAllTextAsync(folder.File(name), text);
        using var verify = Process.Start(new ProcessStartInfo(Analyze)
        {
            ArgumentList = { "verify", folder.File(name) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await verify.StandardError.ReadToEndAsync();
        await verify.WaitForExitAsync();
        Assert.That((verify.ExitCode, said), Is.EqualTo((0, "")));
    }

    [Test]
    public void Template_DiffersFromTheUnit_ByItsNameAlone()
    {
        var unit = Settings("hoststack.service");
        var template = Settings("hoststack@.service");
        string[] named = ["Description", "ExecStartPre", "ExecStart", "StateDirectory", "RuntimeDirectory"];
        Assert.That(template.Keys, Is.EqualTo(unit.Keys));
        Assert.That(unit.Keys.Where(key => unit[key] != template[key]), Is.EquivalentTo(named));
        Assert.That(named.Select(key => template[key]), Has.All.Contains("%i"));
    }

    [Test]
    public void Unit_RunsTheCommandThatThereIs_AndKnowsItsExitCodes()
    {
        var unit = Settings("hoststack.service");
        Assert.That(unit["ExecStart"], Is.EqualTo("/usr/bin/hoststack run --config /etc/hoststack.json"));
        Assert.That(unit["Type"], Is.EqualTo("notify"));
        Assert.That(unit["RestartPreventExitStatus"], Is.EqualTo($"{ExitCode.Usage} {ExitCode.Configuration}"));
    }

    private static Dictionary<string, string> Settings(string file) =>
        File.ReadLines(Path.Combine(Units, file))
            .Where(static line => !line.StartsWith('#') && line.Contains('='))
            .Select(static line => line.Split('=', 2))
            .GroupBy(static pair => pair[0])
            .ToDictionary(static group => group.Key, static group => string.Join('\n', group.Select(static pair => pair[1])));
}
