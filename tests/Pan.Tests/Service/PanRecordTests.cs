using HostStack.Hci.Wire;
using HostStack.Pan.Tests.Rig;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Pan.Tests.Service;

/// <summary>What a served role says of itself (PAN 1.0, 8.2).</summary>
[TestFixture]
internal sealed class PanRecordTests
{
    [Test, Category("SIG"), Property("Id", "SDP/NAP/BV-01-C")]
    public void Nap_Record_HasClassProtocolsSecurityAndAccess()
    {
        var record = RecordOf(PanRole.Nap);

        Assert.Multiple(() =>
        {
            CheckCommon(record, 0x16);
            Assert.That(Octets(record, 0x030B), Is.EqualTo((byte[])[0x09, 0x00, 0x05]), "NetAccessType: 100 Mbit/s Ethernet");
            Assert.That(Octets(record, 0x030C)?[0], Is.EqualTo(0x0A), "MaxNetAccessRate is a uint32");
        });
    }

    [Test, Category("SIG"), Property("Id", "SDP/GN/BV-01-C")]
    public void Gn_Record_HasClassProtocolsAndSecurity()
    {
        var record = RecordOf(PanRole.Gn);

        Assert.Multiple(() =>
        {
            CheckCommon(record, 0x17);
            Assert.That(Octets(record, 0x030B), Is.Null, "NetAccessType belongs to a NAP");
        });
    }

    [Test, Category("SIG"), Property("Id", "SDP/PANU/BV-01-C")]
    public void Panu_Record_HasClassProtocolsAndSecurity()
    {
        var record = RecordOf(PanRole.Panu);

        Assert.Multiple(() => CheckCommon(record, 0x15));
    }

    [Test]
    public void EachServedRole_HasItsOwnRecord_AndTakesItWithIt()
    {
        using var net = new RigNet();
        var host = net.Add(0x42);
        var networks = Enum.GetValues<PanRole>().Select(role => net.On(() => host.Pan.Serve(
            role, new RigPort(host.Mac, role.Name()), new PanServiceOptions()))).ToArray();
        var classes = host.Advertised.Select(entry => entry.ServiceClass).ToArray();

        _ = networks[0].DisposeAsync().AsTask();
        net.Pump();

        Assert.That(classes, Is.EquivalentTo((ushort[])[0x1115, 0x1116, 0x1117]));
        Assert.That(host.Advertised.Select(entry => entry.ServiceClass), Is.EquivalentTo((ushort[])[0x1116, 0x1117]));
    }

    private static void CheckCommon(ServiceRecord record, byte role)
    {
        Assert.That(Octets(record, 0x0001), Is.EqualTo((byte[])[0x35, 0x03, 0x19, 0x11, role]), "ServiceClassIDList");
        Assert.That(Octets(record, 0x0004), Is.EqualTo((byte[])
        [
            0x35, 0x1B,
            0x35, 0x06, 0x19, 0x01, 0x00, 0x09, 0x00, 0x0F,
            0x35, 0x11, 0x19, 0x00, 0x0F, 0x09, 0x01, 0x00,
            0x35, 0x09, 0x09, 0x08, 0x00, 0x09, 0x08, 0x06, 0x09, 0x86, 0xDD,
        ]), "ProtocolDescriptorList: L2CAP on 0x000F, BNEP 1.0 with IPv4, ARP and IPv6");
        Assert.That(Octets(record, 0x0005), Is.EqualTo((byte[])[0x35, 0x03, 0x19, 0x10, 0x02]), "BrowseGroupList");
        Assert.That(
            Octets(record, 0x0009),
            Is.EqualTo((byte[])[0x35, 0x08, 0x35, 0x06, 0x19, 0x11, role, 0x09, 0x01, 0x00]), "profile PAN 1.0");
        Assert.That(Octets(record, 0x030A), Is.EqualTo((byte[])[0x09, 0x00, 0x01]), "SecurityDescription: service level");
    }

    private static ServiceRecord RecordOf(PanRole role)
    {
        using var net = new RigNet();
        var host = net.Add(0x42);
        net.On(() => host.Pan.Serve(role, new RigPort(host.Mac), new PanServiceOptions()));
        var (record, serviceClass) = host.Advertised.Single();
        Assert.That(serviceClass, Is.EqualTo((ushort)role));
        return record.Build(new ServiceRecordHandle(0x10000));
    }

    private static byte[]? Octets(ServiceRecord record, ushort id)
    {
        if (record[new AttributeId(id)] is not { } value)
        {
            return null;
        }

        var octets = new byte[value.EncodedSize];
        var writer = new WireWriter(octets);
        value.Write(ref writer);
        return octets;
    }
}
