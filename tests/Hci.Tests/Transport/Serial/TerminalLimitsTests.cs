using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>What a port does where its system gives less than it was asked for: another speed, octets that do not leave, no
/// descriptor.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class TerminalLimitsTests : TerminalFixture
{
    private const string DiscardUnsent = "540B 1";
    private const string GiveUpExclusively = "540D 0";

    /// <summary>TCSETS2 takes any number; the driver writes back what its UART does.</summary>
    [Test]
    public void Open_DriverTakesAnotherSpeed_IsRefused()
    {
        Calls.OnlySpeed = 115_200;
        Assert.That(
            () => Open(new SerialSettings { BaudRate = 3_000_000 }),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("cannot do 3000000 baud"));
        Assert.That(Calls.Asked[^1], Is.EqualTo(GiveUpExclusively));
    }

    [Test]
    public void BaudRate_DriverTakesAnotherSpeed_IsRefusedAndTheOldOneIsSet()
    {
        using var port = Open(new SerialSettings { BaudRate = 115_200 });
        Calls.OnlySpeed = 9600;
        Assert.That(
            () => port.BaudRate = 4_000_000,
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("cannot do 4000000 baud"));
        Assert.That(port.BaudRate, Is.EqualTo(115_200));
        Assert.That(Calls.Asked.Last(static asked => asked.StartsWith("402C542B", StringComparison.Ordinal)), Does.EndWith("00C2010000C20100"));
    }

    [TestCase(890_999, true)]
    [TestCase(893_953, false)]
    [TestCase(949_247, false)]
    [TestCase(949_249, true)]
    public void BaudRate_DriverTakesANearSpeed_IsTheOneWithinThreePercent(int taken, bool isRefused)
    {
        using var port = Open(new SerialSettings());
        Calls.OnlySpeed = taken;
        Assert.That(() => port.BaudRate = 921_600, isRefused ? Throws.InstanceOf<ArgumentOutOfRangeException>() : Throws.Nothing);
    }

    /// <summary>A driver says by the speed that it takes what its UART does; the port is back where it was.</summary>
    [TestCase(null, true)]
    [TestCase(115_200, false)]
    public void CanDo_GoesThereAndBack(int? only, bool can)
    {
        using var port = Open(new SerialSettings { BaudRate = 115_200 });
        Calls.OnlySpeed = only;
        Assert.That(LineRates.CanDo(port, 3_000_000), Is.EqualTo(can));
        Assert.That(port.BaudRate, Is.EqualTo(115_200));
        Assert.That(Calls.Asked, Has.Some.StartsWith("402C542B").And.EndsWith("C0C62D00C0C62D00"), "it was there");
        Assert.That(Calls.Asked.Last(static asked => asked.StartsWith("402C542B", StringComparison.Ordinal)), Does.EndWith("00C2010000C20100"));
    }

    [Test]
    public void CanDo_PortThatIsGone_Throws()
    {
        using var port = Open(new SerialSettings { BaudRate = 115_200 });
        Calls.Refused[0x402C_542B] = Errno.EIO;
        Assert.That(() => LineRates.CanDo(port, 3_000_000), Throws.InstanceOf<IOException>());
    }

    /// <summary>The driver waits up to 30 s for them before it closes, and the port could not be opened meanwhile.</summary>
    [Test]
    public void Dispose_OctetsThatDoNotLeave_AreThrownAwayBeforeItCloses()
    {
        var port = Open(new SerialSettings { FlowControl = SerialFlowControl.RtsCts });
        Calls.Given[0x5411] = [7, 0, 0, 0];
        port.Dispose();
        Assert.That(Calls.Asked.TakeLast(2), Is.EqualTo(new[] { DiscardUnsent, GiveUpExclusively }));
        port.Dispose();
        Assert.That(Calls.Asked.Count(static asked => asked == GiveUpExclusively), Is.EqualTo(1));
    }

    [Test]
    public void Dispose_NothingWaits_ThrowsNothingAway()
    {
        Open(new SerialSettings()).Dispose();
        Assert.That(Calls.Asked, Has.None.EqualTo(DiscardUnsent));
        Assert.That(Calls.Asked[^1], Is.EqualTo(GiveUpExclusively));
    }

    [Test]
    public void Dispose_Darwin_SaysTheSameInItsNumbers()
    {
        var port = OpenOnDarwin(new SerialSettings());
        Calls.Given[0x4004_7473] = [7, 0, 0, 0];
        port.Dispose();
        Assert.That(Calls.Asked.TakeLast(2), Is.EqualTo(new[] { "80047410 02000000", "2000740E 0" }));
    }

    [Test]
    public void Open_SetUpFails_GivesThePortBack()
    {
        Calls.Refused[0x402C_542B] = Errno.EIO;
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>());
        Assert.That(Calls.Asked[^1], Is.EqualTo(GiveUpExclusively));
    }

    [Test]
    public void Open_AnotherProgramHasIt_LeavesItsExclusiveUseAlone()
    {
        Calls.Refused[0x540C] = Errno.EBUSY;
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("is in use"));
        Assert.That(Calls.Asked, Has.None.EqualTo(GiveUpExclusively));
    }

    [Test]
    public void Open_NoDescriptorIsLeft_SaysWhatHelpsAndGivesThePortBack()
    {
        Assert.That(
            () => TermiosPorts.Open(
                "/dev/ttyX", new SerialSettings(), new LinuxTerminal(), Calls,
                static () => throw UnixError.Failure("making a wake descriptor", Errno.EMFILE)),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "/dev/ttyX cannot be opened (making a wake descriptor failed: EMFILE); close programs, or raise the limit of open files (ulimit -n)."));
        Assert.That(Calls.Asked[^1], Is.EqualTo(GiveUpExclusively));
    }
}
