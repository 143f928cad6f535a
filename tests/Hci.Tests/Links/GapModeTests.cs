using HostStack.Hci.Links;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Tests.Links;

/// <summary>The modes and idle procedures of the Generic Access Profile that are the controller's to carry out
/// (Core, Vol 3, Part C, 4.1, 4.2, 6): what is told to it decides. The meaning of an id is inferred from its name.</summary>
[TestFixture]
[Category("SIG")]
public sealed class GapModeTests
{
    // Write Current IAC LAP and Write Class Of Device.
    private const ushort WriteIac = 0x0C3A;
    private const ushort WriteClass = 0x0C24;

    private HostRig _rig = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new HostRig();
        _ = _rig.Open();
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    [Property("Id", "GAP/MOD/NDIS/BV-01-C")]
    public async Task NonDiscoverable_ScansForNoInquiry()
    {
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: false, connectable: true));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x02]));
    }

    [Test]
    [Property("Id", "GAP/MOD/GDIS/BV-01-C")]
    public async Task GeneralDiscoverable_NotConnectable_ScansForInquiriesOnly()
    {
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: true, connectable: false));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x01]));
        Assert.That(_rig.Controller.Count(WriteIac), Is.Zero, "after Reset the controller listens to the general code");
    }

    [Test]
    [Property("Id", "GAP/MOD/GDIS/BV-02-C")]
    public async Task GeneralDiscoverable_Connectable_ScansForBoth()
    {
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: true, connectable: true));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x03]));
    }

    [Test]
    [Property("Id", "GAP/MOD/LDIS/BV-01-C")]
    public async Task LimitedDiscoverable_NotConnectable_ListensToTheLimitedCode()
    {
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: false, connectable: false));
        await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        Assert.That(_rig.Controller.Last(WriteIac), Is.EqualTo((byte[])[0x02, 0x00, 0x8B, 0x9E, 0x33, 0x8B, 0x9E]));
        Assert.That(_rig.Controller.Last(WriteClass), Is.EqualTo((byte[])[0x00, 0x21, 0x02]), "bit 13 says so");
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x01]));
    }

    [Test]
    [Property("Id", "GAP/MOD/LDIS/BV-02-C")]
    public async Task LimitedDiscoverable_Connectable_ScansForPagesToo()
    {
        await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x03]));
        Assert.That(_rig.Host.IsLimitedDiscoverable, Is.True);
    }

    [Test]
    [Property("Id", "GAP/MOD/LDIS/BV-03-C")]
    public async Task LimitedDiscoverable_AfterAMinute_Ends()
    {
        await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        _rig.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_rig.Controller.Last(WriteIac), Is.EqualTo((byte[])[0x01, 0x33, 0x8B, 0x9E]));
        Assert.That(_rig.Controller.Last(WriteClass), Is.EqualTo((byte[])[0x00, 0x01, 0x02]));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x02]));
        Assert.That(_rig.Host.IsLimitedDiscoverable, Is.False);
    }

    [Test]
    public async Task LimitedDiscoverable_ControllerWithOneCode_GetsTheLimitedOne()
    {
        _rig.Controller.Then = (_, _) => _rig.Controller.Returns.Remove(WriteIac);
        _rig.Controller.Returns[WriteIac] = [0x12];
        var status = await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        Assert.That(status, Is.EqualTo(HciStatus.Success));
        Assert.That(_rig.Controller.Last(WriteIac), Is.EqualTo((byte[])[0x01, 0x00, 0x8B, 0x9E]));
    }

    [Test]
    public async Task LimitedDiscoverable_EndedByHand_OrByAReset_LeavesNoTimer()
    {
        await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: false, connectable: true));
        Assert.That(_rig.Host.IsLimitedDiscoverable, Is.False);
        await _rig.Run(_rig.Host.SetLimitedDiscoverableAsync);
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.Host.IsLimitedDiscoverable, Is.False);
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x02]));
    }

    [Test]
    [Property("Id", "GAP/MOD/NCON/BV-01-C")]
    public async Task NonConnectable_ScansForNoPage()
    {
        await _rig.Run(() => _rig.Host.SetScanAsync(discoverable: false, connectable: false));
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x00]));
    }

    [Test]
    [Property("Id", "GAP/MOD/CON/BV-01-C")]
    public void Connectable_ScansForPagesAndTakesALink()
    {
        Assert.That(_rig.Controller.Last(ScriptedController.WriteScanEnable), Is.EqualTo((byte[])[0x02]));
        _rig.ConnectionRequest();
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Up, Has.Count.EqualTo(1));
    }

    [Test]
    [Property("Id", "GAP/IDLE/GIN/BV-01-C")]
    public async Task GeneralInquiry_UsesTheGeneralCode()
    {
        var inquiring = _rig.Run(() => _rig.Host.InquireAsync(new InquiryRequest { ResolveNames = false }));
        Assert.That(_rig.Controller.Last(ScriptedController.Inquiry)[..3], Is.EqualTo((byte[])[0x33, 0x8B, 0x9E]));
        _rig.Event(0x01, 0x00);
        Assert.That(await inquiring, Is.Empty);
    }

    [Test]
    [Property("Id", "GAP/IDLE/LIN/BV-01-C")]
    public async Task LimitedInquiry_UsesTheLimitedCode()
    {
        var inquiring = _rig.Run(() => _rig.Host.InquireAsync(new InquiryRequest { ResolveNames = false, Limited = true }));
        Assert.That(_rig.Controller.Last(ScriptedController.Inquiry)[..3], Is.EqualTo((byte[])[0x00, 0x8B, 0x9E]));
        _rig.Event(0x01, 0x00);
        Assert.That(await inquiring, Is.Empty);
    }

    [Test]
    [Property("Id", "GAP/IDLE/DNDIS/BV-01-C")]
    public async Task NameDiscovery_AsksWithoutALink()
    {
        var asking = _rig.Run(() => _rig.Host.RequestNameAsync(HostRig.Peer));
        Assert.That(_rig.Controller.Count(ScriptedController.CreateConnection), Is.Zero);
        _rig.Event(0x07, [0x00, .. HostRig.PeerOctets, .. "Tab"u8, .. new byte[245]]);
        Assert.That((await asking).Name, Is.EqualTo("Tab"));
    }

    [Test]
    [Property("Id", "GAP/IDLE/DED/BV-02-C")]
    public async Task DeviceDiscovery_GivesAddressClassAndName()
    {
        var inquiring = _rig.Run(() => _rig.Host.InquireAsync(new InquiryRequest()));
        _rig.Event(0x02, [0x01, .. HostRig.PeerOctets, 0x01, 0x00, 0x00, 0x0C, 0x02, 0x5A, 0x00, 0x00]);
        _rig.Event(0x01, 0x00);
        _rig.Event(0x07, [0x00, .. HostRig.PeerOctets, .. "Tab"u8, .. new byte[245]]);
        var device = (await inquiring).Single();
        Assert.That((device.Address, device.ClassOfDevice.Value, device.Name), Is.EqualTo((HostRig.Peer, 0x5A020Cu, "Tab")));
    }

    [Test]
    [Property("Id", "GAP/EST/LIE/BV-02-C")]
    public async Task LinkEstablishment_PagesAndReadsFeaturesBeforeAnythingElseIsAsked()
    {
        var connecting = _rig.Run(() => _rig.Host.ConnectAsync(HostRig.Peer));
        _rig.ConnectionComplete();
        Assert.That((await connecting).IsUp, Is.True);
        Assert.That(_rig.Controller.OpCodes.TakeLast(3), Is.EqualTo(new[]
        {
            ScriptedController.CreateConnection, ScriptedController.RemoteFeatures, ScriptedController.WriteSupervisionTimeout,
        }));
    }
}
