using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Host;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Discoverable and connectable modes, inquiry, names, link establishment (Core, Vol 3, Part C, 4.1, 4.2, 6, 7.1):
/// what the controller is told, and what another device on the radio finds.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class GapModeTests
{
    private const ushort WriteScanEnable = 0x0C1A;
    private const ushort Inquiry = 0x0401;
    private const byte NoScan = 0x00;
    private const byte InquiryScan = 0x01;
    private const byte PageScan = 0x02;
    private GapRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new GapRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test, Property("Id", "GAP/MOD/NDIS/BV-01-C")]
    public void NotDiscoverable_InquiryFindsNothing() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await device.Host.SetDiscoverableAsync(false);

        Assert.That(device.Commands.Of(WriteScanEnable).Last(), Is.EqualTo((byte[])[PageScan]));
        Assert.That(await other.Host.InquireAsync(), Is.Empty);
    });

    [Test, Property("Id", "GAP/MOD/GDIS/BV-01-C")]
    public void GeneralDiscoverable_NotConnectable_IsFoundAndCannotBeReached() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await device.Host.SetDiscoverableAsync(true, connectable: false);

        Assert.That(device.Commands.Of(WriteScanEnable).Last(), Is.EqualTo((byte[])[InquiryScan]));
        var found = await other.Host.InquireAsync();
        Assert.That(found.Select(each => each.Address), Is.EqualTo(new[] { device.Host.Address }));
        Assert.That((await other.Host.ConnectLinkAsync(device.Address)).Status, Is.EqualTo(HciStatus.PageTimeout));
    });

    [Test, Property("Id", "GAP/MOD/GDIS/BV-02-C")]
    public void GeneralDiscoverable_Connectable_IsFoundAndReached() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await device.Host.SetDiscoverableAsync(true);

        Assert.That(device.Commands.Of(WriteScanEnable).Last(), Is.EqualTo((byte[])[InquiryScan | PageScan]));
        var found = await other.Host.InquireAsync();
        Assert.That(found.Select(each => each.Address), Is.EqualTo(new[] { device.Host.Address }));
        Assert.That((await other.Host.ConnectLinkAsync(device.Address)).IsUp, Is.True);
    });

    [Test, Property("Id", "GAP/MOD/NCON/BV-01-C")]
    public void NotConnectable_NobodyConnects() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await device.Host.SetDiscoverableAsync(false, connectable: false);

        Assert.That(device.Commands.Of(WriteScanEnable).Last(), Is.EqualTo((byte[])[NoScan]));
        Assert.That((await other.Host.ConnectLinkAsync(device.Address)).Status, Is.EqualTo(HciStatus.PageTimeout));
        Assert.That((await device.Host.GetStatusAsync()).Links, Is.Empty);
    });

    [Test, Property("Id", "GAP/MOD/CON/BV-01-C")]
    public void Connectable_PeerConnects() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await device.Host.SetDiscoverableAsync(false, connectable: true);
        var outcome = await other.Host.ConnectLinkAsync(device.Address);

        Assert.That(outcome.IsUp, Is.True);
        Assert.That((await device.Host.GetStatusAsync()).Links.Single().Peer, Is.EqualTo(other.Address));
    });

    [Test, Property("Id", "GAP/IDLE/GIN/BV-01-C")]
    public void GeneralInquiry_AsksByTheGeneralAccessCode_AndFindsEveryDevice() => _rig.Run(async () =>
    {
        var device = await _rig.AddAsync("device");
        var discoverable = new BluetoothHostOptions { Discoverable = true };
        var (one, other) = (await _rig.AddAsync("one", options: discoverable), await _rig.AddAsync("other", options: discoverable));

        var found = await device.Host.InquireAsync();

        Assert.That(device.Commands.Of(Inquiry).Single()[..3], Is.EqualTo((byte[])[0x33, 0x8B, 0x9E]), "0x9E8B33");
        Assert.That(found.Select(each => each.Address), Is.EquivalentTo(new[] { one.Host.Address, other.Host.Address }));
    });

    [Test, Property("Id", "GAP/IDLE/DNDIS/BV-01-C")]
    public void Name_AskedByAPeer_IsTold() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("a device"), await _rig.AddAsync("other"));
        await device.Host.SetDiscoverableAsync(true);

        Assert.That(await other.Host.InquireAsync(), Has.Count.EqualTo(1));
        var answer = await other.Host.RequestNameAsync(device.Address);

        Assert.That((answer.Status, answer.Name), Is.EqualTo((HciStatus.Success, "a device")));
    });

    [Test, Property("Id", "GAP/IDLE/DED/BV-02-C")]
    public void DeviceDiscovery_FindsDevicesWithTheirNames() => _rig.Run(async () =>
    {
        var device = await _rig.AddAsync("device");
        var other = await _rig.AddAsync("another one", options: new BluetoothHostOptions { Discoverable = true });

        var found = (await device.Host.InquireAsync(new InquiryRequest { ResolveNames = true })).Single();

        Assert.That((found.Address, found.Name), Is.EqualTo((other.Host.Address, "another one")));
    });

    [Test, Property("Id", "GAP/EST/LIE/BV-02-C")]
    public void LinkEstablishment_FromHere_GivesALinkOnBothSides() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        var outcome = await device.Host.ConnectLinkAsync(other.Address);

        Assert.That((outcome.IsUp, outcome.Status), Is.EqualTo((true, HciStatus.Success)));
        Assert.That((await device.Host.GetStatusAsync()).Links.Single().Role, Is.EqualTo(LinkRole.Central));
        Assert.That((await other.Host.GetStatusAsync()).Links.Single().Peer, Is.EqualTo(device.Address));
        Assert.That(await device.Host.DisconnectLinkAsync(other.Address), Is.True);
    });
}
