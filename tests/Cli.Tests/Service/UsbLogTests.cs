using HostStack.Cli.Tests.Rig;
using HostStack.Testing.Usb;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Tests.Service;

/// <summary>The log that a configuration asks for has what the door of USB mends.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UsbLogTests : IDisposable
{
    private const byte Events = 0x81;

    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();
    private readonly DongleRig _rig = new();
    private ILogger? _ofTheBus;

    public void Dispose()
    {
        _rig.Dispose();
        _folder.Dispose();
    }

    // One stall is of one way to address commands, and the other way is tried: nothing is refused, and who waits for that line
    // waits for ever.
    [Test]
    public async Task Log_OfAConfiguration_HasACommandThatTheDongleStalled()
    {
        _rig.Dongle.RefuseCommands(1);
        await using var run = Start("""{ "level": "warning" }""");
        await run.WaitAsync("network-up");
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Story);
        Assert.That(_terminal.Errors.All, Has.Exactly(1).Match(
            "^[0-9:.]+ warn HostStack.Hci.Usb: usb:: a transfer of the pipe of commands ended as Stalled; it is tried again"), run.Story);
        Assert.That(_terminal.Errors.All, Has.None.Contains("refused"));
    }

    [Test]
    public async Task Log_OfAConfiguration_HasACommandThatTheDongleRefused_AndTheServiceComesUpAllTheSame()
    {
        _rig.Dongle.RefuseCommands(2);
        await using var run = Start("""{ "level": "warning" }""");
        await run.WaitAsync("network-up");
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Story);
        Assert.That(_terminal.Errors.All, Has.Some.Match(
            "^[0-9:.]+ warn HostStack.Hci.Usb: usb:: the device refused command 0x0C03 on its control endpoint"), run.Story);
    }

    [Test]
    public async Task Log_OfAConfiguration_InAFile_HasAHaltThatIsCleared()
    {
        await using var run = Start("""{ "level": "warning", "file": "log" }""");
        await run.WaitAsync("network-up");
        _rig.Dongle.Halt(Events);
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Story);
        Assert.That(
            await File.ReadAllLinesAsync(_folder.File("log")),
            Has.Some.Match("^[0-9:.]+ warn HostStack.Hci.Usb: usb:: a transfer of the .* ended as Stalled; it is tried again"), run.Story);
    }

    [TestCase("info", true)]
    [TestCase("warning", false)]
    public async Task Log_OfAConfiguration_IsThatOfTheBus_FromItsLevelOn(string level, bool isLogged)
    {
        await using var run = Start($$"""{ "level": "{{level}}" }""");
        await run.WaitAsync("network-up");
        Assert.That((_ofTheBus!.IsEnabled(LogLevel.Information), _ofTheBus.IsEnabled(LogLevel.Warning)), Is.EqualTo((isLogged, true)));
        Assert.That(await run.InterruptAsync(), Is.Zero, run.Story);
    }

    private CommandRun Start(string log)
    {
        File.WriteAllText(_folder.File("usb.json"), $$"""
            { "log": {{log}}, "controllers": [{ "uri": "usb:", "name": "Hub", "networks": [{ "role": "gn" }] }] }
            """);
        return CommandRun.StartWith(
            environment => environment with
            {
                Variable = _folder.Variables.GetValueOrDefault,
                Usb = log =>
                {
                    _ofTheBus = log;
                    return _rig.Bus;
                },
            },
            _terminal, "run", "--json", "--config", _folder.File("usb.json"));
    }
}
