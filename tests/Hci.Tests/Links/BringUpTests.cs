using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class BringUpTests
{
    private HostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public async Task Open_WholeController_SendsEveryStepInOrder()
    {
        await _rig.Open();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Controller.OpCodes, Is.EqualTo(new ushort[]
        {
            0x0C03, 0x1001, 0x1002, 0x1003, 0x1004, 0x1004, 0x1005, 0x1009, 0x0C01, 0x0C12, 0x0C56, 0x0C7A, 0x0C13, 0x0C24,
            0x0C52, 0x0C45, 0x0C18, 0x0C16, 0x080F, 0x0C1A,
        }));
    }

    [Test]
    public async Task Open_WholeController_SendsTheseOctets()
    {
        await _rig.Open();
        var controller = _rig.Controller;
        Assert.That(controller.Last(0x0C24), Is.EqualTo((byte[])[0x00, 0x01, 0x02]), "class: networking, computer");
        Assert.That(controller.Last(0x0C18), Is.EqualTo((byte[])[0x00, 0x20]), "page timeout 5.12 s");
        Assert.That(controller.Last(0x080F), Is.EqualTo((byte[])[0x05, 0x00]), "role switch and sniff");
        Assert.That(controller.Last(0x0C1A), Is.EqualTo((byte[])[0x02]), "connectable, not discoverable");
        Assert.That(controller.Last(0x0C45), Is.EqualTo((byte[])[0x02]), "inquiry with extended responses");
        Assert.That(controller.Last(0x0C13)[..10], Is.EqualTo("HostStack\0"u8.ToArray()));
        Assert.That(controller.Last(0x0C52)[..12], Is.EqualTo((byte[])[0x00, 0x0A, 0x09, .. "HostStack"u8]));
        Assert.That(controller.Last(0x0C56), Is.EqualTo((byte[])[0x01]));
        Assert.That(controller.Last(0x0C7A), Is.EqualTo((byte[])[0x01]));
    }

    [Test]
    public async Task Open_WholeController_KnowsIt()
    {
        await _rig.Open();
        var info = _rig.Host.Controller!;
        Assert.That(info.Address, Is.EqualTo(BdAddr.Parse("00:5E:F1:CA:00:01")));
        Assert.That(info.Buffers, Is.EqualTo(new AclBuffers(8, 1021)));
        Assert.That((info.SimplePairing, info.SecureConnections), Is.EqualTo((true, true)));
        Assert.That(info.Version.CompanyIdentifier, Is.EqualTo(15));
        Assert.That(info.Quirks, Is.Empty);
    }

    [Test]
    public async Task Open_EventMask_AsksOnlyForWhatTheFeaturesHave()
    {
        await _rig.Open();
        var mask = BitConverter.ToUInt64(_rig.Controller.Last(ScriptedController.SetEventMask));
        Assert.That(mask & (1UL << 46), Is.Not.Zero, "extended inquiry result");
        Assert.That(mask & (1UL << 48), Is.Not.Zero, "IO capability request");
        Assert.That(mask & (1UL << 61), Is.Zero, "LE meta");
        Assert.That(mask & (1UL << 55), Is.Zero, "supervision timeout changed: no such feature");
    }

    [Test]
    public async Task Open_OldController_LeavesOutWhatItHasNot()
    {
        // Bluetooth 1.2: no extended features, no SSP, no EIR; it does not know the command that lists commands.
        _rig.Controller.Returns[ScriptedController.ReadFeatures] = [0x00, 0xFF, 0xFF, 0x0F, 0x00, 0x00, 0x00, 0x00, 0x00];
        _rig.Controller.Returns[ScriptedController.ReadCommands] = [0x01];
        _rig.Controller.Returns[0x0C12] = [0x01];
        await _rig.Open();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Controller.OpCodes, Has.None.AnyOf(0x1004, 0x0C56, 0x0C7A, 0x0C52, 0x0C45));
        Assert.That(_rig.Host.Controller!.Commands, Is.Null);
        Assert.That(_rig.Host.Controller.Quirks, Is.EqualTo((string[])
        [
            "The controller tells of no Secure Simple Pairing; its peers pair by PIN, where that is allowed (--pin), or use another controller.",
        ]));
    }

    // Unknown Command by the controller; by the host, for a controller that does not list the command; and any other refusal.
    [TestCase(0x01, false, "UnknownCommand")]
    [TestCase(0x01, true, "UnknownCommand")]
    [TestCase(0x12, false, "InvalidParameters")]
    public async Task Open_SimplePairingIsToldOfAndNotTurnedOn_IsSaidOnce(int status, bool unlisted, string expected)
    {
        if (unlisted)
        {
            var commands = Enumerable.Repeat((byte)0xFF, 65).ToArray();
            (commands[0], commands[1 + 17]) = (0x00, 0x00); // Octet 17 has Write Simple Pairing Mode.
            _rig.Controller.Returns[ScriptedController.ReadCommands] = commands;
        }

        _rig.Controller.Returns[0x0C56] = [(byte)status];
        await _rig.Open();
        Assert.That(_rig.Host.Controller!.Quirks, Is.EqualTo((string[])
        [
            $"The controller tells of Secure Simple Pairing and does not turn it on ({expected}); its peers pair by PIN, where that is allowed (--pin), or use another controller.",
        ]));
        Assert.That(_rig.Host.Controller.SimplePairing, Is.False);
        Assert.That(_rig.Controller.Count(0x0C56), Is.EqualTo(unlisted ? 0 : 1));
    }

    [Test]
    public async Task Open_UnsupportedCommands_AreNeverSent()
    {
        var commands = new byte[65];
        // Reset, Read Local Version, Features, Buffer Size, BD_ADDR, Event Mask, Scan Enable.
        (commands[1 + 5], commands[1 + 14], commands[1 + 15], commands[1 + 7]) = (0xC0, 0xA8, 0x02, 0x80);
        _rig.Controller.Returns[ScriptedController.ReadCommands] = commands;
        await _rig.Open();
        Assert.That(_rig.Controller.OpCodes.Distinct(), Is.SubsetOf(new ushort[]
        {
            0x0C03, 0x1001, 0x1002, 0x1003, 0x1005, 0x1009, 0x0C01, 0x0C1A,
        }));
        Assert.That(_rig.Host.Counters.CommandsUnsupported, Is.GreaterThan(5));
        Assert.That(_rig.Host.Controller!.SimplePairing, Is.False);
    }

    [Test]
    public async Task Open_EveryStepRefused_StillOpens()
    {
        foreach (var opCode in new ushort[] { 0x0C01, 0x0C12, 0x0C13, 0x0C24, 0x0C52, 0x0C45, 0x0C18, 0x0C16, 0x080F, 0x0C56 })
        {
            _rig.Controller.Returns[opCode] = [0x12];
        }

        await _rig.Open();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Host.Controller!.Quirks, Has.Count.EqualTo(10));
        Assert.That((_rig.Host.Controller.SimplePairing, _rig.Host.Controller.SecureConnections), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Open_ShortAnswers_AreWorkedAround()
    {
        _rig.Controller.Returns[ScriptedController.ReadVersion] = [0x00, 0x06];
        _rig.Controller.Returns[ScriptedController.ReadBufferSize] = [0x00, 0xFD, 0x03];
        _rig.Controller.Returns[0x0C56] = [];
        await _rig.Open();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Host.Controller!.Buffers, Is.EqualTo(new AclBuffers(1, 339)));
        Assert.That(_rig.Host.Counters.MalformedReturns, Is.EqualTo(3));
    }

    [TestCase(0x00, 0x00, 0x00, 1, 339)]
    [TestCase(0xFD, 0x03, 0x00, 1, 1021)]
    [TestCase(0x00, 0x00, 0x08, 8, 339)]
    public async Task Open_NoBuffersTold_FallsBack(int low, int high, int packets, int expectedPackets, int expectedLength)
    {
        _rig.Controller.Returns[ScriptedController.ReadBufferSize] =
            [0x00, (byte)low, (byte)high, 0x40, (byte)packets, 0x00, 0x01, 0x00];
        await _rig.Open();
        Assert.That(_rig.Host.Controller!.Buffers, Is.EqualTo(new AclBuffers(expectedPackets, expectedLength)));
        Assert.That(_rig.Observer.Told, Has.One.StartsWith("warning: The controller tells of no ACL buffers"));
    }

    [TestCase(new byte[] { 0x00, 0, 0, 0, 0, 0, 0 }, "no address")]
    [TestCase(new byte[] { 0x00 }, "no address")]
    [TestCase(new byte[] { 0x00, 1, 2, 3, 4, 5, 0x33 }, "multicast")]
    public async Task Open_OddAddress_IsReportedAndHandled(byte[] answer, string expected)
    {
        _rig.Controller.Returns[ScriptedController.ReadBdAddr] = answer;
        await _rig.Open();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Observer.Told, Has.One.Contains(expected).And.Exactly(1).StartsWith("warning: "));
    }

    [Test]
    public void Open_LeOnlyController_SaysSo()
    {
        _rig.Controller.Returns[ScriptedController.ReadFeatures] = [0x00, 0x00, 0x00, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00];
        var opening = _rig.Open();
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.Contains("LE only"));
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
        Assert.That(_rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(1), "it is not tried again");
    }

    [Test]
    public async Task Open_FirstResetUnanswered_IsSentOnceMore()
    {
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var opening = _rig.Open();
        _rig.Controller.Returns.Remove(ScriptedController.Reset);
        _rig.Advance(TimeSpan.FromSeconds(5));
        await opening;
        Assert.That(_rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(2));
        Assert.That(_rig.Host.Counters.Resets, Is.EqualTo(1));
    }

    [Test]
    public void Open_ControllerThatNeverAnswers_FailsWithOneSentence()
    {
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var opening = _rig.Open();
        _rig.Advance(TimeSpan.FromSeconds(5));
        _rig.Advance(TimeSpan.FromSeconds(5));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.StartsWith("The controller did not answer command"));
        Assert.That(_rig.Transport.IsDisposed, Is.True);
        Assert.That(() => _rig.Host.ConnectAsync(HostRig.Peer), Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public void Open_TransportCloses_Fails()
    {
        _rig.Controller.Returns[ScriptedController.ReadBdAddr] = null;
        var opening = _rig.Open();
        _rig.Transport.Close(null);
        _rig.Pump();
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.Contains("closed the connection"));
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
    }

    [Test]
    public async Task SetServiceUuids_ShortAndLong_GoIntoTheResponse()
    {
        await _rig.Open();
        var own = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        var status = await _rig.Run(() => _rig.Host.SetServiceUuidsAsync([InquiryInformation.Expand(0x1117), own]));
        Assert.That(status, Is.EqualTo(HciStatus.Success));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteExtendedInquiryResponse)[..34], Is.EqualTo((byte[])
        [
            0x00, 0x03, 0x03, 0x17, 0x11, 0x11, 0x07, 0xFF, 0xEE, 0xDD, 0xCC, 0xBB, 0xAA, 0x99, 0x88, 0x77, 0x66, 0x55, 0x44,
            0x33, 0x22, 0x11, 0x00, 0x0A, 0x09, .. "HostStack"u8,
        ]));
    }

    [Test]
    public async Task SetScan_Discoverable_IsKeptOverAReset()
    {
        await _rig.Open();
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: true, connectable: true));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x03]));
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x03]));
    }
}
