using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>A host over USB: no timer fires in these tests, so whatever ends is ended by what happens on the bus.</summary>
[TestFixture]
public sealed class UsbHostTests
{
    private UsbHostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new UsbHostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public async Task Open_AnsweringController_IsOpenAndTellsItsDevice()
    {
        await _rig.OpenAsync();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Open));
        Assert.That(_rig.Device.Taken(UsbTransportRig.Control)[0][8..], Is.EqualTo(UsbTransportRig.Reset[1..]));
    }

    /// <summary>One packet more than there are transfers would keep the loop waiting for the device.</summary>
    [Test]
    public async Task Open_ControllerOfMoreBuffersThanTransfers_UsesAsManyAsThereAreTransfers()
    {
        _rig.Controller.Returns[ScriptedController.ReadBufferSize] = [0x00, 0xFD, 0x03, 0x40, 0x20, 0x00, 0x01, 0x00];
        await _rig.OpenAsync(limits: UsbTransportRig.Patient with { DataOut = 5 });
        Assert.That(await _rig.Loop.InvokeAsync(() => _rig.Host.FreeBuffers), Is.EqualTo(5));
    }

    /// <summary>The two pipes overtake each other: data comes before the event that tells of its link.</summary>
    [Test]
    public async Task AclData_BeforeItsConnectionComplete_IsHeldAndDelivered()
    {
        await _rig.OpenAsync();
        await _rig.AcceptedAsync();
        _rig.Device.Deliver(UsbTransportRig.DataIn, 0x0B, 0x20, 0x05, 0x00, 0x02, 0x00, 0x01, 0x00, 0xAA);
        _rig.Device.Deliver(UsbTransportRig.DataIn, 0x0B, 0x10, 0x01, 0x00, 0xBB);
        _rig.Controller.Event(0x03, [0x00, 0x0B, 0x00, .. HostRig.PeerOctets, 0x01, 0x00]);
        await _rig.User.AwaitAsync(2);
        Assert.That(_rig.User.Told, Is.EqualTo(new[] { "up", "02000100AABB" }));
        Assert.That(_rig.Host.Counters.AclHeld, Is.EqualTo(2));
    }

    /// <summary>At once: the host's clock stands, and the transport's limits are longer than the test waits.</summary>
    [Test]
    public async Task Unplugged_ManyCallsPending_AllEndWithOneSentenceBeforeAnyLimit()
    {
        await _rig.OpenAsync();
        await _rig.AcceptedAsync();
        _rig.Controller.Event(0x03, [0x00, 0x0B, 0x00, .. HostRig.PeerOctets, 0x01, 0x00]);
        await _rig.User.AwaitAsync(1);

        // The controller takes the first and answers none; the others wait for leave.
        _rig.Device.Holding.Add(UsbTransportRig.Control);
        var calls = await _rig.Loop.InvokeAsync(() => new Task[]
        {
            _rig.Host.SendAsync(default(ReadBdAddrCommand)),
            _rig.Host.SendAsync(default(ReadBufferSizeCommand)),
            _rig.Host.SendAsync(default(ResetCommand)),
        });
        _rig.Device.Unplug();
        var sentences = new HashSet<string>();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<ControllerUnavailableException>(() => call.WaitAsync(UsbTransportRig.Limit));
            sentences.Add(failure!.Message);
        }

        await _rig.User.AwaitAsync(1);
        Assert.That(sentences, Is.EqualTo(new[]
        {
            "The controller usb:test was lost (it was unplugged); start it again or plug it in again.",
        }));
        Assert.That(_rig.User.Told, Is.EqualTo(new[] { "up", "down" }));
        var later = await _rig.Loop.InvokeAsync(() => _rig.Host.SendAsync(default(ReadBdAddrCommand)));
        Assert.That(() => later, Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo(sentences.Single()));
    }

    [Test]
    public async Task Unplugged_DuringBringUp_OpeningFailsWithOneSentence([Range(1, 13, 3)] int commands)
    {
        var opening = _rig.OpenAsync(device =>
        {
            var answer = device.OnTaken!;
            device.OnTaken = (endpoint, packet) =>
            {
                if (commands-- == 0)
                {
                    device.Unplug();
                    return;
                }

                answer(endpoint, packet);
            };
        });
        var failure = await Assert.ThrowsAsync<ControllerUnavailableException>(() => opening.WaitAsync(UsbTransportRig.Limit));
        Assert.That(failure!.Message, Is.EqualTo("The controller usb:test was lost (it was unplugged); start it again or plug it in again."));
        Assert.That(_rig.Device.Undisposed, Is.Zero);
    }

    /// <summary>The refusal is an answer: nobody waits for a time-out, and no link is lost to a reset.</summary>
    [Test]
    public async Task Command_RefusedByTheDevice_EndsAsUnknownAndTheHostGoesOn()
    {
        await _rig.OpenAsync();
        _rig.Device.Script[UsbTransportRig.Control] = new([(UsbTransferStatus.Stalled, 0)]);
        var refused = await _rig.Loop.RunAsync(() => _rig.Host.SendAsync(default(ReadBdAddrCommand))).WaitAsync(UsbTransportRig.Limit);
        Assert.That(refused.Status, Is.EqualTo(HciStatus.UnknownCommand));
        var answered = await _rig.Loop.RunAsync(() => _rig.Host.SendAsync(default(ReadBufferSizeCommand))).WaitAsync(UsbTransportRig.Limit);
        Assert.That(answered.Status, Is.EqualTo(HciStatus.Success));
        Assert.That(_rig.Observer.Told, Is.Empty);
    }

    [TestCase(UsbTransportRig.DataIn)]
    [TestCase(UsbTransportRig.Events)]
    public async Task Framing_Lost_HostResetsAndDataFlowsAgain(byte endpoint)
    {
        await _rig.OpenAsync();
        await _rig.AcceptedAsync();
        _rig.Controller.Event(0x03, [0x00, 0x0B, 0x00, .. HostRig.PeerOctets, 0x01, 0x00]);
        await _rig.User.AwaitAsync(1);
        _rig.Device.End(endpoint, UsbTransferStatus.Overflow);
        await _rig.User.AwaitAsync(1);
        await _rig.Observer.RecoveredAsync();
        await _rig.AcceptedAsync();
        _rig.Controller.Event(0x03, [0x00, 0x0C, 0x00, .. HostRig.PeerOctets, 0x01, 0x00]);
        await _rig.User.AwaitAsync(1);
        _rig.Device.Deliver(UsbTransportRig.DataIn, 0x0C, 0x20, 0x04, 0x00, 0x00, 0x00, 0x40, 0x00);
        await _rig.User.AwaitAsync(1);
        Assert.That(_rig.User.Told, Is.EqualTo(new[] { "up", "down", "up", "00004000" }));
        Assert.That((_rig.Host.Counters.FramingLosses, _rig.Host.Counters.Resets), Is.EqualTo((1L, 1L)));
    }
}
