using HostStack.Hci.Links;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup;

/// <summary>Rates that a chip or a port does not do, and the way back to the first one when the host closes.</summary>
[TestFixture]
public sealed class LineRateTests
{
    private const ushort BroadcomRate = 0xFC18;
    private const ushort BroadcomMinidriver = 0xFC2E;
    private const ushort BroadcomLaunch = 0xFC4E;
    private const ushort RealtekRate = 0xFC17;
    private const ushort RealtekDownload = 0xFC20;
    private const string Configuration = "/shelf/rtl_bt/rtl8723ds_config.bin";

    private static readonly byte[] s_reset = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] s_broadcomBack = [0x01, 0x18, 0xFC, 0x06, 0x00, 0x00, 0x00, 0xC2, 0x01, 0x00];
    private static readonly byte[] s_realtekBack = [0x01, 0x17, 0xFC, 0x04, 0x14, 0xC0, 0x52, 0x02];
    private static readonly byte[] s_realtekPatched = [0x00, 0x08, 0xC6, 0xDF, 0x08, 0x5D, 0x00, 0x22, 0xD9];
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(100);

    private HostRig _rig = null!;
    private FakeLine _line = null!;

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public async Task Open_BroadcomRefusesTheRate_StaysAtTheFirstWithOneWarning([Values] bool hasPatch)
    {
        Broadcom(hasPatch: hasPatch);
        _rig.Controller.Returns[BroadcomRate] = [0x12];
        await _rig.OpenInStepsAsync();
        Assert.That(_line.Rates, Is.Empty);
        Assert.That(_rig.Controller.Count(BroadcomRate), Is.EqualTo(hasPatch ? 2 : 1), "the patch may do what the ROM does not");
        Assert.That(Slow, Is.EqualTo(new[]
        {
            "The BCM43430A1 stays at 115200 bits per second: it refuses 3000000 (Update UART Rate: InvalidParameters); write speed= with a rate that both can do, or leave speed= out.",
        }));
    }

    [Test]
    public async Task Open_BroadcomRefusesTheFastClock_IsNotToldTheRate()
    {
        Broadcom(rate: 4_000_000);
        _rig.Controller.Returns[0xFC45] = [0x01];
        await _rig.OpenInStepsAsync();
        Assert.That((_line.Rates.Count, _rig.Controller.Count(BroadcomRate)), Is.EqualTo((0, 0)));
        Assert.That(Slow.Single(), Does.Contain("it refuses 4000000 (Write UART Clock: UnknownCommand)"));
    }

    [Test]
    public async Task Open_BroadcomRomRefusesTheRateAndItsPatchDoesNot_IsFastWithoutAWarning()
    {
        Broadcom(hasPatch: true);
        _rig.Controller.Returns[BroadcomRate] = [0x12];
        _rig.Controller.Then = (opCode, _) => _rig.Controller.Returns[BroadcomRate] = opCode == BroadcomLaunch ? [0x00] : _rig.Controller.Returns[BroadcomRate];
        await _rig.OpenInStepsAsync();
        Assert.That(_line.Rates, Is.EqualTo((int[])[3_000_000]));
        Assert.That(Slow, Is.Empty);
    }

    [Test]
    public async Task Open_PortCannotDoTheRate_TheBroadcomIsNotTold()
    {
        Broadcom(highest: 921_600);
        await _rig.OpenInStepsAsync();
        Assert.That((_line.Rates.Count, _rig.Controller.Count(BroadcomRate)), Is.EqualTo((0, 0)));
        Assert.That(Slow, Is.EqualTo(new[]
        {
            "The BCM43430A1 stays at 115200 bits per second: fake cannot do 3000000; write speed= with a rate that both can do, or leave speed= out.",
        }));
    }

    [Test]
    public async Task Open_PortCannotDoTheRate_TheSecondAttemptIsAtTheFirstRateToo()
    {
        Broadcom(highest: 921_600);
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var opening = _rig.Open();
        _rig.Controller.Returns[ScriptedController.Reset] = [0x00];
        _rig.Advance(TimeSpan.FromSeconds(5));
        _rig.Advance(s_rest);
        await opening;
        Assert.That((_line.Rates.Count, Slow.Length), Is.EqualTo((0, 1)));
    }

    /// <summary>A line that fails is no rate that cannot be: another opening may find it mended.</summary>
    [Test]
    public async Task Open_LineFailsWhileTheRateIsChanged_SaysSoAndIsNotFinal([Values] bool whenTried)
    {
        Broadcom(failure: new IOException("writing failed: EIO, the device is gone."), failsWhenTried: whenTried);
        var opening = _rig.Open();
        _rig.Advance(s_rest);
        _rig.Advance(s_rest);
        AssertFails(opening, isFinal: false, "fake failed while its rate was changed (writing failed: EIO, the device is gone); check its cable and power.");
    }

    [Test]
    public async Task Open_LineHasNotTheRateThatItSaidItHad_IsFinal()
    {
        Broadcom(failure: new ArgumentException("fake has no 3000000."));
        var opening = _rig.Open();
        _rig.Advance(s_rest);
        AssertFails(opening, isFinal: true, "fake cannot go to 3000000 bits per second (fake has no 3000000); choose a rate that it can.");
    }

    [Test]
    public async Task Open_RealtekThatKeptItsPatch_GoesToItsRateAgain()
    {
        Realtek(rate: 1_500_000, isPatched: true);
        await _rig.OpenInStepsAsync();
        Assert.That(_line.Rates, Is.EqualTo((int[])[1_500_000]));
        Assert.That(_rig.Controller.Last(RealtekRate), Is.EqualTo((byte[])[0x02, 0x80, 0x92, 0x04]));
        Assert.That(Slow, Is.Empty);
    }

    [Test]
    public async Task Open_RealtekThatKeptItsPatch_WhoseRateCannotBe_StaysWithOneWarning([Values] bool byThePort)
    {
        Realtek(highest: byThePort ? 921_600 : 4_000_000, rate: 1_500_000, isPatched: true);
        _rig.Controller.Returns[RealtekRate] = [0x12];
        await _rig.OpenInStepsAsync();
        Assert.That((_line.Rates.Count, _rig.Controller.Count(RealtekRate)), Is.EqualTo((0, byThePort ? 0 : 1)));
        var why = byThePort ? "fake cannot do 1500000" : "it refuses 1500000 (Set Rate: InvalidParameters)";
        Assert.That(Slow, Is.EqualTo(new[]
        {
            $"The Realtek chip stays at 115200 bits per second: {why}; write speed= with a rate that both can do.",
        }));
    }

    [TestCase(null, ExpectedResult = "The Realtek chip stays at 115200 bits per second: it has its firmware already, and nothing tells the rate of its configuration; write that rate as speed=.")]
    [TestCase(115_200, ExpectedResult = null)]
    public async Task<string?> Open_RealtekThatKeptItsPatch_IsToldNoRate(int? rate)
    {
        Realtek(rate: rate, isPatched: true);
        await _rig.OpenInStepsAsync();
        Assert.That((_line.Rates.Count, _rig.Controller.Count(RealtekRate)), Is.EqualTo((0, 0)));
        return Slow.SingleOrDefault();
    }

    /// <summary>A configuration may name another rate than <c>speed=</c>: the one that the patch runs at is left.</summary>
    [Test]
    public async Task Reset_RealtekAtTheRateOfItsConfiguration_StaysThere()
    {
        Realtek(rate: 3_000_000);
        _rig.Controller.Then = (opCode, _) => _rig.Controller.Returns[0x1001] =
            opCode == RealtekDownload ? s_realtekPatched : _rig.Controller.Returns[0x1001];
        await _rig.OpenInStepsAsync();
        _rig.Event(0x10, 0x42);
        Assert.That((_rig.Host.State, _rig.Host.Counters.Resets), Is.EqualTo((HciHostState.Open, 1L)));
        Assert.That(_line.Rates, Is.EqualTo((int[])[1_500_000]));
        Assert.That(Slow, Is.Empty);
    }

    [Test]
    public async Task Open_RealtekRefusesTheRate_GetsAConfigurationWithItsOwn([Values] bool byThePort)
    {
        Realtek(highest: byThePort ? 921_600 : 4_000_000);
        _rig.Controller.Returns[RealtekRate] = [0x12];
        await _rig.OpenInStepsAsync();
        Assert.That((_line.Rates.Count, _rig.Controller.Count(RealtekRate)), Is.EqualTo((0, byThePort ? 0 : 1)));
        Assert.That(_rig.Controller.Last(RealtekDownload)[^4..], Is.EqualTo(s_realtekBack[4..]));
        var why = byThePort ? "fake cannot do 1500000" : "it refuses 1500000 (Set Rate: InvalidParameters)";
        Assert.That(Slow, Is.EqualTo(new[]
        {
            $"The RTL8723DS stays at 115200 bits per second: {why}, the rate of {Configuration}; put a configuration with another rate there.",
        }));
    }

    [Test]
    public async Task Close_Broadcom_IsAtItsFirstRate()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(_rig.Transport.Sent[^1], Is.EqualTo(s_reset), "the chip rests after its reset");
        _rig.Advance(s_rest);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.Transport.Sent.TakeLast(2), Is.EqualTo((byte[][])[s_reset, s_broadcomBack]));
        Assert.That(_line.Rates, Is.EqualTo((int[])[3_000_000, 115_200]));
    }

    [Test]
    public async Task Close_Realtek_IsAtItsFirstRate()
    {
        Realtek();
        await _rig.OpenInStepsAsync();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(s_rest);
        Assert.That(_rig.Transport.Sent.TakeLast(2), Is.EqualTo((byte[][])[s_reset, s_realtekBack]));
        Assert.That((_line.BaudRate, closing.IsCompleted), Is.EqualTo((1_500_000, false)), "the chip takes its time");
        _rig.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That((_line.BaudRate, closing.IsCompletedSuccessfully), Is.EqualTo((115_200, true)));
    }

    [Test]
    public async Task Close_RealtekWhoseFirstRateHasNoCode_IsLeftWhereItIs()
    {
        Realtek(first: 460_800);
        await _rig.OpenInStepsAsync();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(s_rest);
        Assert.That((_line.BaudRate, closing.IsCompletedSuccessfully), Is.EqualTo((1_500_000, true)));
        Assert.That(_rig.Transport.Sent[^1], Is.EqualTo(s_reset));
    }

    [Test]
    public async Task Close_LineThatNeverChanged_NothingOfTheMakersIsSent()
    {
        Broadcom(rate: null);
        await _rig.OpenInStepsAsync();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.Transport.Sent[^1], Is.EqualTo(s_reset));
    }

    [Test]
    public async Task Close_TheRateIsRefused_ClosesAtOnce()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        _rig.Controller.Returns[BroadcomRate] = [0x0C];
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(s_rest);
        Assert.That((closing.IsCompletedSuccessfully, _line.BaudRate), Is.EqualTo((true, 3_000_000)));
    }

    [Test]
    public async Task Close_TheRateIsNotAnswered_TakesASecondAtMost()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        _rig.Controller.Returns[BroadcomRate] = null;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(TimeSpan.FromMilliseconds(999));
        Assert.That((closing.IsCompleted, _rig.Transport.Sent[^1]), Is.EqualTo((false, s_broadcomBack)));
        _rig.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((closing.IsCompletedSuccessfully, _rig.Transport.IsDisposed, _line.BaudRate), Is.EqualTo((true, true, 3_000_000)));
    }

    [Test]
    public async Task Close_TheResetIsNotAnswered_NothingOfTheMakersFollows()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(TimeSpan.FromSeconds(2));
        Assert.That((closing.IsCompletedSuccessfully, _line.BaudRate), Is.EqualTo((true, 3_000_000)));
        Assert.That(_rig.Transport.Sent[^1], Is.EqualTo(s_reset));
    }

    [Test]
    public async Task Close_UnpluggedWhileTheChipRests_NothingIsSentAnyMore()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        _rig.Advance(s_rest);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.Transport.Sent[^1], Is.EqualTo(s_reset));
    }

    [Test]
    public async Task Close_ThePortFailsWhenItIsAsked_ClosesAllTheSame()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        _line.AskingFailure = new IOException("EIO");
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Closed, true)));
        Assert.That(_rig.Log.Warnings, Has.One.StartsWith("The line of controller fake failed while it was closed"));
    }

    [Test]
    public async Task Close_WhileItIsReset_TheRateIsLeft_WithOneWarningAndNoCommand()
    {
        Broadcom();
        await _rig.OpenInStepsAsync();
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Resetting));
        var sent = _rig.Transport.SentCount;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That((closing.IsCompletedSuccessfully, _rig.Transport.SentCount), Is.EqualTo((true, sent)));
        Assert.That(_rig.Log.Warnings.Where(static line => line.Contains("is left at")), Is.EqualTo(new[]
        {
            "Controller fake is left at 3000000 bits per second, not at 115200: it was being reset; open it with speed=3000000, or take its power off.",
        }));
    }

    [Test]
    public async Task Close_WhileTheRateIsChanged_NothingIsSentAtTheOldOne()
    {
        Broadcom();
        _rig.Controller.Returns[BroadcomRate] = null;
        var opening = _rig.Open();
        _rig.Advance(s_rest);
        Assert.That(_rig.Controller.OpCodes.Last(), Is.EqualTo(BroadcomRate));
        var sent = _rig.Transport.SentCount;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That((closing.IsCompletedSuccessfully, _rig.Transport.SentCount), Is.EqualTo((true, sent)));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public void Close_WhileTheStartUpRuns_TheRateIsLeft()
    {
        Broadcom(hasPatch: true);
        var opening = _rig.Open();
        _rig.Advance(s_rest);
        Assert.That((_line.BaudRate, _rig.Controller.OpCodes.Last()), Is.EqualTo((3_000_000, BroadcomMinidriver)), "it rests");
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
        _rig.Advance(s_rest);
        Assert.That(_rig.Controller.Count(BroadcomRate), Is.EqualTo(1));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>());
    }

    private string[] Slow => [.. _rig.Host.Controller!.Quirks.Where(static quirk => quirk.Contains("stays at"))];

    private static void AssertFails(Task opening, bool isFinal, string sentence) =>
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Property(nameof(ControllerUnavailableException.IsFinal)).EqualTo(isFinal).And.Message.EqualTo(sentence));

    private void Broadcom(int? rate = 3_000_000, int highest = 4_000_000, bool hasPatch = false, Exception? failure = null, bool failsWhenTried = false)
    {
        var shelf = new FirmwareShelf();
        if (hasPatch)
        {
            shelf.With("brcm/BCM43430A1.hcd", BroadcomFile.Of((0x0021_6104, [0x01, 0x02])));
        }

        Rig(shelf, "bcm", rate, new FakeLine { Highest = highest, Failure = failure, FailsWhenTried = failsWhenTried });
        _rig.Controller.Returns[0x1001] = [0x00, 0x07, 0x00, 0x20, 0x07, 0x0F, 0x00, 0x09, 0x22];
    }

    private void Realtek(int highest = 4_000_000, int first = 115_200, int? rate = null, bool isPatched = false)
    {
        var shelf = new FirmwareShelf()
            .With("rtl_bt/rtl8723ds_fw.bin", RealtekFile.First(9, 0xDFC6D922, (2, new byte[20])))
            .With("rtl_bt/rtl8723ds_config.bin", [0x55, 0xAB, 0x23, 0x87, 0x07, 0x00, 0x0C, 0x00, 0x04, 0x02, 0x80, 0x92, 0x04]);
        Rig(shelf, "rtk", rate, new FakeLine { Highest = highest, FirstRate = first });
        _rig.Controller.Returns[0x1001] = isPatched ? s_realtekPatched : [0x00, 0x08, 0x0D, 0x00, 0x08, 0x5D, 0x00, 0x23, 0x87];
        _rig.Controller.Returns[0xFC6D] = [0x00, 0x01];
        _rig.Controller.Returns[RealtekDownload] = [0x00, 0x80];
    }

    private void Rig(FirmwareShelf shelf, string vendor, int? rate, FakeLine line)
    {
        _line = line;
        _rig = StartupRig.Of(shelf, new ControllerDevice { Vendor = vendor, OperatingRate = rate });
        _rig.Transport.Line = line;
    }
}
