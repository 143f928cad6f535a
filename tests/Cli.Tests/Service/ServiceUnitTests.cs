using System.Diagnostics;
using System.Globalization;
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
        string[] named = ["Description", "ExecStart", "StateDirectory", "RuntimeDirectory"];
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

    [TestCase("hoststack.service")]
    [TestCase("hoststack@.service")]
    public void Unit_WithABadConfiguration_IsNotStartedAgain(string file)
    {
        // RestartPreventExitStatus= speaks of the main process alone (systemd.service(5)).
        var unit = Settings(file);
        Assert.That(unit.Keys.Where(static key => key.StartsWith("Exec", StringComparison.Ordinal)), Is.EqualTo(new[] { "ExecStart" }));
        Assert.That(unit["RestartPreventExitStatus"].Split(' '), Does.Contain($"{ExitCode.Configuration}"));
    }

    [TestCase("hoststack.service")]
    [TestCase("hoststack@.service")]
    public void Unit_ThatFailsAtOnceEachTime_IsGivenUp(string file)
    {
        var unit = Settings(file);
        var starts = int.Parse(unit["StartLimitBurst"], CultureInfo.InvariantCulture);
        var pause = int.Parse(unit["RestartSec"], CultureInfo.InvariantCulture);
        var interval = int.Parse(unit["StartLimitIntervalSec"], CultureInfo.InvariantCulture);
        var watchdog = int.Parse(unit["WatchdogSec"], CultureInfo.InvariantCulture);
        Assert.That(starts * (pause + 1), Is.LessThan(interval), "a second for each start");
        Assert.That(starts * watchdog, Is.GreaterThan(interval), "a watchdog's restarts are not counted together");
    }

    [TestCase("hoststack.service")]
    [TestCase("hoststack@.service")]
    public void Unit_SeesTheProcessesOfOthers_WhoseBridgesItMustLeave(string file) =>
        Assert.That(Settings(file)["ProtectProc"], Is.EqualTo("default"));

    private static Dictionary<string, string> Settings(string file) =>
        File.ReadLines(Path.Combine(Units, file))
            .Where(static line => !line.StartsWith('#') && line.Contains('='))
            .Select(static line => line.Split('=', 2))
            .GroupBy(static pair => pair[0])
            .ToDictionary(static group => group.Key, static group => string.Join('\n', group.Select(static pair => pair[1])));
}
