using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class InquiryTests
{
    private static readonly BdAddr Other = BdAddr.Parse("06:05:04:03:02:01");
    private static readonly byte[] OtherOctets = [1, 2, 3, 4, 5, 6];

    private HostRig _rig = null!;
    private List<DiscoveredDevice> _told = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new HostRig();
        _told = [];
        _ = _rig.Open();
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public async Task Inquire_AllKindsOfResults_GivesWhatTheyTell()
    {
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        Assert.That(_rig.Controller.Last(ScriptedController.Inquiry), Is.EqualTo((byte[])[0x33, 0x8B, 0x9E, 0x08, 0x00]));
        Extended(HostRig.PeerOctets, -60, [0x05, 0x09, .. "Blue"u8, 0x03, 0x03, 0x17, 0x11]);
        _rig.Event(0x22, [0x01, .. OtherOctets, 0x01, 0x00, 0x0C, 0x02, 0x5A, 0x34, 0x12, 0xBA]);
        _rig.Event(0x02, [0x01, 9, 9, 9, 9, 9, 9, 0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00]);
        _rig.Event(0x01, 0x00);

        var devices = await inquiring;
        Assert.That(devices, Is.EqualTo(_told));
        Assert.That(devices.Select(device => device.Name), Is.EqualTo(new[] { "Blue", null, null }));
        Assert.That(devices.Select(device => (int?)device.Rssi), Is.EqualTo(new int?[] { -60, -70, null }));
        Assert.That(devices.Select(device => device.ClassOfDevice.Value), Is.EqualTo(new uint[] { 0x020100, 0x5A020C, 0x020100 }));
        Assert.That(devices[0].Information.Offers(0x1117), Is.True);
    }

    [Test]
    public async Task Inquire_DeviceThatAnswersAgain_IsToldOnce()
    {
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        Extended(HostRig.PeerOctets, -60, [0x05, 0x09, .. "Blue"u8]);
        Extended(HostRig.PeerOctets, -40, [0x05, 0x09, .. "Blue"u8]);
        _rig.Event(0x01, 0x00);
        Assert.That(_told, Has.Count.EqualTo(1));
        Assert.That((await inquiring).Single().Rssi, Is.EqualTo(-40));
    }

    [Test]
    public async Task Inquire_NamesNotTold_AreAskedFor()
    {
        var inquiring = Inquire(new InquiryRequest());
        Extended(HostRig.PeerOctets, -60, [0x05, 0x09, .. "Blue"u8]);
        _rig.Event(0x22, [0x01, .. OtherOctets, 0x01, 0x00, 0x0C, 0x02, 0x5A, 0x34, 0x12, 0xBA]);
        _rig.Event(0x01, 0x00);
        Assert.That(_rig.Controller.Last(ScriptedController.RemoteNameRequest), Is.EqualTo(
            (byte[])[.. OtherOctets, 0x01, 0x00, 0x34, 0x92]), "paged as its answer says, the clock offset marked valid");
        Name(OtherOctets, "Phone");
        Assert.That((await inquiring).Select(device => device.Name), Is.EqualTo(new[] { "Blue", "Phone" }));
        Assert.That(_told, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Inquire_Cancelled_CancelsInTheController()
    {
        using var cancellation = new CancellationTokenSource();
        var inquiring = _rig.Run(() => _rig.Host.InquireAsync(new InquiryRequest(), _told.Add, cancellation.Token));
        await cancellation.CancelAsync();
        _rig.Pump();
        Assert.That(inquiring.IsCanceled, Is.True);
        Assert.That(_rig.Controller.Count(ScriptedController.InquiryCancel), Is.EqualTo(1));
        var next = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1), "the turn is free");
        _rig.ConnectionComplete();
        Assert.That((await next).IsUp, Is.True);
    }

    [Test]
    public async Task Connect_DuringAnInquiry_WaitsForItsTurn()
    {
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        var connecting = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.Zero);
        _rig.Event(0x01, 0x00);
        Assert.That(inquiring.IsCompletedSuccessfully, Is.True);
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.EqualTo(1));
        _rig.ConnectionComplete();
        Assert.That((await connecting).IsUp, Is.True);
    }

    [Test]
    public async Task Inquire_ControllerThatNeverEnds_IsGivenUp()
    {
        var inquiring = Inquire(new InquiryRequest { Duration = TimeSpan.FromSeconds(1.28), ResolveNames = false });
        _rig.Advance(TimeSpan.FromSeconds(6.28));
        Assert.That(await inquiring, Is.Empty);
    }

    [Test]
    public async Task Inquire_BusyController_IsAskedAgain()
    {
        _rig.Controller.Statuses[ScriptedController.Inquiry] = 0x0C;
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        _rig.Controller.Statuses.Clear();
        _rig.Advance(TimeSpan.FromMilliseconds(200));
        _rig.Event(0x01, 0x00);
        Assert.That(await inquiring, Is.Empty);
        Assert.That(_rig.Controller.Count(ScriptedController.Inquiry), Is.EqualTo(2));
    }

    [Test]
    public async Task Inquire_FloodOfInventedDevices_IsBounded()
    {
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        for (var i = 0; i < 1_000; i++)
        {
            _rig.Controller.Event(0x02, [0x01, (byte)i, (byte)(i >> 8), 3, 4, 5, 6, 0x01, 0, 0, 0, 1, 2, 0, 0]);
        }

        _rig.Event(0x01, 0x00);
        Assert.That(await inquiring, Has.Count.EqualTo(256));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10061")]
    public async Task Inquire_EveryTruncationOfAResult_IsCountedAndLeftOut()
    {
        var inquiring = Inquire(new InquiryRequest { ResolveNames = false });
        byte[] result = [0x01, .. OtherOctets, 0x01, 0x00, 0x0C, 0x02, 0x5A, 0x34, 0x12, 0xBA];
        for (var length = 0; length < result.Length; length++)
        {
            _rig.Event(0x22, result.AsSpan(0, length));
        }

        _rig.Event(0x22, [0xFF, .. result[1..]]);
        _rig.Event(0x01, 0x00);
        Assert.That(await inquiring, Is.Empty);
        Assert.That(_rig.Host.Counters.MalformedEvents, Is.EqualTo(result.Length + 1));
    }

    [Test]
    public async Task RequestName_PeerAnswers_GivesTheName()
    {
        var asking = _rig.Run(() => _rig.Host.RequestNameAsync(Other));
        Name(HostRig.PeerOctets, "somebody else");
        Assert.That(asking.IsCompleted, Is.False);
        Name(OtherOctets, "Phone");
        Assert.That(await asking, Is.EqualTo(new RemoteNameOutcome("Phone", HciStatus.Success)));
    }

    [Test]
    public async Task RequestName_PeerDoesNot_GivesTheReason()
    {
        var asking = _rig.Run(() => _rig.Host.RequestNameAsync(Other));
        _rig.Event(0x07, [0x04, .. OtherOctets, .. new byte[248]]);
        Assert.That(await asking, Is.EqualTo(new RemoteNameOutcome(null, HciStatus.PageTimeout)));
        var silent = _rig.Run(() => _rig.Host.RequestNameAsync(Other));
        _rig.Advance(TimeSpan.FromSeconds(16));
        Assert.That(await silent, Is.EqualTo(new RemoteNameOutcome(null, HciStatus.PageTimeout)));
        _rig.Controller.Statuses[ScriptedController.RemoteNameRequest] = 0x12;
        var refused = await _rig.Run(() => _rig.Host.RequestNameAsync(Other));
        Assert.That(refused, Is.EqualTo(new RemoteNameOutcome(null, HciStatus.InvalidParameters)));
    }

    [Test]
    public async Task Waiting_ForATurn_EndsWhenItIsCancelled([Values] bool inquiry)
    {
        using var cancellation = new CancellationTokenSource();
        var first = _rig.Run(() => _rig.Host.RequestNameAsync(Other));
        Task waiting = inquiry
            ? _rig.Run(() => _rig.Host.InquireAsync(new InquiryRequest(), null, cancellation.Token))
            : _rig.Run(() => _rig.Host.RequestNameAsync(HostRig.Peer, cancellation.Token));
        var last = _rig.Run(() => _rig.Host.RequestNameAsync(HostRig.Peer));
        await cancellation.CancelAsync();
        _rig.Pump();
        Assert.That((waiting.IsCanceled, last.IsCompleted), Is.EqualTo((true, false)));
        Name(OtherOctets, "Phone");
        Name(HostRig.PeerOctets, "Laptop");
        Assert.That(((await first).Name, (await last).Name), Is.EqualTo(("Phone", "Laptop")), "the turn goes to the next");
        Assert.That(_rig.Controller.Count(ScriptedController.Inquiry), Is.Zero);
    }

    [Test]
    public void Inquire_HostClosed_IsTheCallersMistake()
    {
        _ = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(() => _rig.Host.InquireAsync(new InquiryRequest()), Throws.InstanceOf<ControllerUnavailableException>());
    }

    private Task<IReadOnlyList<DiscoveredDevice>> Inquire(InquiryRequest request) =>
        _rig.Run(() => _rig.Host.InquireAsync(request, _told.Add));

    private void Extended(byte[] address, sbyte rssi, byte[] data)
    {
        var octets = new byte[240];
        data.CopyTo(octets, 0);
        _rig.Event(0x2F, [0x01, .. address, 0x01, 0x00, 0x00, 0x01, 0x02, 0x34, 0x12, (byte)rssi, .. octets]);
    }

    private void Name(byte[] address, string name)
    {
        var octets = new byte[248];
        System.Text.Encoding.UTF8.GetBytes(name, octets);
        _rig.Event(0x07, [0x00, .. address, .. octets]);
    }
}
