using HostStack.Hci.Links;
using HostStack.Hci.Startup;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup;

/// <summary>Openings that end with the wish for another one: a typed outcome, asked for once, and of nobody who cannot fulfil
/// it.</summary>
[TestFixture]
internal sealed class ReopeningTests
{
    private const ushort Bccmd = 0xFC00;
    private const ushort ReadAddress = 0x1009;

    // The last command of a bring-up but Write Scan Enable.
    private const ushort DefaultLinkPolicy = 0x080F;
    private static readonly ControllerDevice Dongle = new() { Usb = new UsbId(0x0A12, 0x0001), Release = 0x1234, HasSlept = false };

    // CSR's number of Bluetooth 2.1, in a controller that tells 4.0.
    private static readonly byte[] CopysVersion = [0x00, 0x06, 0x99, 0x18, 0x06, 0x0A, 0x00, 0x99, 0x18];

    [Test]
    public async Task Copy_AsksToSleep_AndNobodyHasHeardOfIt([Values] bool afterStartingOver)
    {
        await using var rig = Copy();
        var request = await OpenAsync(rig, afterStartingOver ? ReopenReasons.StartedOver : ReopenReasons.None);
        Assert.That(request, Is.EqualTo(new ReopenRequest(ReopenReasons.MustSleep, Dongle with { MustSleep = true, StaysInPlace = true })));
        Assert.That((rig.Host.State, rig.Transport.IsDisposed, rig.Host.Controller), Is.EqualTo((HciHostState.Failed, true, (ControllerInfo?)null)));
        Assert.That(rig.Controller.OpCodes, Has.None.EqualTo(ScriptedController.WriteScanEnable));
        Assert.That(rig.Observer.Told, Is.Empty);
        Assert.That(() => rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.EqualTo("The controller was let go to be opened again; try again when it is open."));
    }

    [TestCase(ReopenReasons.None, false)]
    [TestCase(ReopenReasons.StartedOver, false)]
    [TestCase(ReopenReasons.MustSleep, true)]
    public async Task Copy_OfOneWhoCannot_OrHasDoneIt_IsUsedWithAWarning(ReopenReasons reopened, bool canReopen)
    {
        await using var rig = Copy();
        Assert.That(await OpenAsync(rig, reopened, canReopen), Is.Null);
        Assert.That((rig.Host.State, rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Open, false)));
        Assert.That(rig.Observer.Told, Has.One.Contains("could not be let sleep"));
    }

    [Test]
    public async Task Copy_FailsRightAfterItsLastAnswer_AsksAtTheSecondAttempt_AndNobodyHasHeardOfIt()
    {
        await using var rig = Copy();
        rig.Controller.Then = (opCode, _) =>
        {
            if (opCode == DefaultLinkPolicy && rig.Controller.Count(DefaultLinkPolicy) == 1)
            {
                rig.Controller.Event(0x10, 0x42);
            }
        };
        var request = await OpenAsync(rig, ReopenReasons.None);
        Assert.That((request?.Reason, rig.Controller.Count(DefaultLinkPolicy)), Is.EqualTo((ReopenReasons.MustSleep, 2)));
        Assert.That((rig.Observer.Told.Count, rig.Host.Controller), Is.EqualTo((0, (ControllerInfo?)null)));
        Assert.That(rig.Log.All, Has.None.Contains("is open"));
    }

    [Test]
    public async Task Copy_BroughtUpTwice_IsToldOfOnce()
    {
        await using var rig = Copy();
        rig.Controller.Returns[ScriptedController.WriteScanEnable] = null;
        var opening = OpenAsync(rig, ReopenReasons.MustSleep);
        rig.Controller.Returns[ScriptedController.WriteScanEnable] = [0x00];
        Assert.That((opening.IsCompleted, rig.Observer.Told.Count), Is.EqualTo((false, 0)));
        rig.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await opening, Is.Null);
        Assert.That(rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(2));
        Assert.That(rig.Observer.Told, Is.EqualTo(rig.Host.Controller!.Quirks.Select(static quirk => "warning: " + quirk)));
        Assert.That(rig.Log.All, Has.One.StartsWith("Controller fake is open"));
    }

    [Test]
    public async Task Copy_ThatIsNotTheHostsOwn_IsRefusedBeforeItAsks()
    {
        await using var rig = Copy();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, static _ => "It is another one.", ReopenReasons.None, canReopen: true));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo("It is another one."));
    }

    [Test]
    public async Task Copy_FoundAtAResetInPlace_IsNotOpenedAgain()
    {
        await using var rig = Copy();
        rig.Controller.Returns[ScriptedController.ReadVersion] = [0x00, 0x04, 0x99, 0x18, 0x04, 0x0A, 0x00, 0x99, 0x18];
        Assert.That(await OpenAsync(rig, ReopenReasons.None), Is.Null);
        rig.Controller.Returns[ScriptedController.ReadVersion] = CopysVersion;
        rig.Event(0x10, 0x42);
        Assert.That(rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(rig.Observer.Told, Has.One.Contains("could not be let sleep").And.One.EqualTo("recovered"));
    }

    [Test]
    public async Task Csr_LeavesToStartOver_AsksForItsPlace([Values] bool says)
    {
        await using var rig = Csr();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, ReopenReasons.None, canReopen: true));
        Assert.That(rig.Controller.Count(Bccmd), Is.EqualTo(2), "the address, and the restart");
        if (says)
        {
            // Of its restart: it has not left yet, and would be found where it was, without its address.
            rig.Event(0x10, 0x42);
            rig.Advance(TimeSpan.FromMilliseconds(2999));
            Assert.That((opening.IsCompleted, rig.Transport.IsDisposed), Is.EqualTo((false, false)), "it may leave for three seconds");
        }

        rig.Transport.Close(null);
        rig.Pump();
        Assert.That(await opening, Is.EqualTo(new ReopenRequest(ReopenReasons.StartedOver, Dongle with { StaysInPlace = true })));
        Assert.That((rig.Host.State, rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));
        Assert.That((rig.Observer.Told.Count, rig.Host.Counters.Resets), Is.EqualTo((0, 0L)));
    }

    /// <summary>Only what it says while it starts over is no fault.</summary>
    [Test]
    public async Task Csr_SaysThatItStartedOver_AndStays_IsUsedWhereItIs()
    {
        await using var rig = Csr();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, ReopenReasons.MustSleep));
        rig.Controller.Returns[ReadAddress] = [0x00, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00];
        rig.Event(0x10, 0x42);
        rig.Advance(TimeSpan.FromSeconds(3));
        Assert.That((await opening, rig.Host.State, rig.Host.Counters.Resets), Is.EqualTo(((ReopenRequest?)null, HciHostState.Open, 0L)));
        rig.Event(0x10, 0x42);
        Assert.That(rig.Host.Counters.Resets, Is.EqualTo(1));
    }

    [Test]
    public async Task Csr_LeavesToStartOver_WhereNobodyOpensItAgain_IsLost()
    {
        await using var rig = Csr();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport));
        rig.Transport.Close(null);
        rig.Pump();
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("closed the connection"));
    }

    // A chip that leaves its bus then would be lost.
    [TestCase(true, 1)]
    [TestCase(false, 0)]
    public async Task RealtekPatch_OfOneWhoCannotOpenAgain_Stays(bool canReopen, int drops)
    {
        var shelf = new FirmwareShelf().With("rtl_bt/rtl8761bu_fw.bin", RealtekFile.First(14, 0xDFC6D922, (2, new byte[20])));
        await using var rig = new HostRig(new HciOptions { Firmware = shelf });
        rig.Transport.Device = new ControllerDevice { Usb = new UsbId(0x0BDA, 0x8771) };
        rig.Controller.Returns[ScriptedController.ReadVersion] = [0x00, 0x0A, 0xC6, 0xDF, 0x0A, 0x5D, 0x00, 0x22, 0xD9];
        var opening = OpenAsync(rig, ReopenReasons.None, canReopen);
        rig.Advance(TimeSpan.FromMilliseconds(200));
        Assert.That(await opening, Is.Null);
        Assert.That((rig.Controller.Count(0xFC66), rig.Host.State), Is.EqualTo((drops, HciHostState.Open)));
    }

    [Test]
    public async Task Csr_OpenedAgainWithoutItsAddress_IsNotGivenItTwice()
    {
        await using var rig = Csr();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, ReopenReasons.StartedOver, canReopen: true));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Property(nameof(ControllerUnavailableException.IsFinal)).True.And.Message.EqualTo(
                "The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address."));
        Assert.That(rig.Controller.OpCodes, Has.None.EqualTo(Bccmd));
    }

    [Test]
    public async Task Request_WhileTheHostIsBeingClosed_IsNone()
    {
        await using var rig = Csr();
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, ReopenReasons.None, canReopen: true));
        await rig.Run(rig.Host.CloseAsync);
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("is closed"));
        Assert.That((rig.Host.State, rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Closed, true)));
    }

    [Test]
    public async Task Request_WhoseTransportTakesItsTime_WaitsUntilItIsClosed([Values] bool closes)
    {
        await using var rig = Copy();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Transport.Closing = closed.Task;
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, ReopenReasons.None, canReopen: true));
        Assert.That(opening.IsCompleted, Is.False, "one device is opened once");
        var closing = closes ? rig.Run(rig.Host.CloseAsync) : Task.CompletedTask;
        closed.SetResult();
        rig.Pump();
        Assert.That((opening.IsCompletedSuccessfully, opening.IsFaulted, closing.IsCompletedSuccessfully), Is.EqualTo((!closes, closes, true)));
    }

    private static Task<ReopenRequest?> OpenAsync(HostRig rig, ReopenReasons reopened, bool canReopen = true) =>
        rig.Run(() => rig.Host.OpenAsync(rig.Transport, refuse: null, reopened, canReopen));

    private static HostRig Copy()
    {
        var rig = new HostRig(new HciOptions { Firmware = new FirmwareShelf() });
        rig.Transport.Device = Dongle;
        rig.Controller.Returns[ScriptedController.ReadVersion] = CopysVersion;
        return rig;
    }

    // Its answer to a message is a vendor event: the message as an answer, status 0. A restart is not answered.
    private static HostRig Csr()
    {
        var rig = new HostRig(new HciOptions { Firmware = new FirmwareShelf(), Address = BdAddr.Parse("00:11:22:33:44:55") });
        rig.Transport.Device = Dongle;
        rig.Controller.Returns[Bccmd] = null;
        rig.Controller.Then = (opCode, parameters) =>
        {
            if (opCode == Bccmd && rig.Controller.Count(Bccmd) == 1)
            {
                byte[] answer = [.. parameters];
                (answer[1], answer[9], answer[10]) = (0x01, 0x00, 0x00);
                rig.Controller.Event(0xFF, answer);
            }
        };
        return rig;
    }
}
