using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Records;

[TestFixture]
public sealed class ServiceRecordTests
{
    [Test]
    public void Attributes_GivenInAnyOrderAndTwice_AscendAndTheFirstCounts()
    {
        var record = new ServiceRecord(
        [
            new(AttributeId.ServiceName, DataElement.Text("first")),
            new(AttributeId.ServiceRecordHandle, DataElement.UInt32(0x10000)),
            new(AttributeId.ServiceName, DataElement.Text("second")),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(record.Attributes.Select(a => a.Id.Value), Is.EqualTo(new[] { 0x0000, 0x0100 }));
            Assert.That(record[AttributeId.ServiceName], Is.EqualTo(DataElement.Text("first")));
            Assert.That(record.Handle, Is.EqualTo(new ServiceRecordHandle(0x10000)));
            Assert.That(record[AttributeId.IconUrl], Is.Null);
        });
    }

    [Test]
    public void Contains_UuidDeepInside_IsFoundInEveryForm()
    {
        var record = NetworkServiceRecord.Nap().Build(new(0x10000));
        Assert.Multiple(() =>
        {
            Assert.That(record.Contains(KnownUuid.Bnep), Is.True);
            Assert.That(record.Contains(new SdpUuid(0x0100u)), Is.True);
            Assert.That(record.Contains(new SdpUuid(KnownUuid.Nap.Value)), Is.True);
            Assert.That(record.Contains(KnownUuid.Gn), Is.False);
        });
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/NAP/BV-01-C")]
    public void Nap_Record_HasWhatTheProfileAsks()
    {
        // PAN 1.0, 8.2.1, the values counted out by hand.
        AssertRecord(
            NetworkServiceRecord.Nap(new NetworkServiceOptions { Name = "N", Description = "D", MaxAccessRate = 0x01020304 }),
            "0000:0A00010000",
            "0001:3503191116",
            "0004:351B 3506190100 09000F 3511 19000F 090100 3509 090800 090806 0986DD",
            "0005:3503191002",
            "0006:350909656E09006A090100",
            "0009:35083506191116090100",
            "0100:25014E",
            "0101:250144",
            "030A:090001",
            "030B:090005",
            "030C:0A01020304");
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/GN/BV-01-C")]
    public void Gn_Record_HasWhatTheProfileAsks() =>
        AssertRecord(
            NetworkServiceRecord.Gn(new NetworkServiceOptions { Name = "N", Description = "D", IPv4Subnet = "10/8", IPv6Subnet = "fe80::/10" }),
            "0000:0A00010000",
            "0001:3503191117",
            "0004:351B 3506190100 09000F 3511 19000F 090100 3509 090800 090806 0986DD",
            "0005:3503191002",
            "0006:350909656E09006A090100",
            "0009:35083506191117090100",
            "0100:25014E",
            "0101:250144",
            "0308:250431302F38",
            "0309:2509666538303A3A2F3130",
            "030A:090001");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/PANU/BV-01-C")]
    public void Panu_Record_HasWhatTheProfileAsks() =>
        AssertRecord(
            NetworkServiceRecord.Panu(new NetworkServiceOptions { Name = "N", Description = "D", Security = SecurityDescription.None }),
            "0000:0A00010000",
            "0001:3503191115",
            "0004:351B 3506190100 09000F 3511 19000F 090100 3509 090800 090806 0986DD",
            "0005:3503191002",
            "0006:350909656E09006A090100",
            "0009:35083506191115090100",
            "0100:25014E",
            "0101:250144",
            "030A:090000");

    [Test]
    public void DeviceIdentification_Record_IsWhatBlueZSends()
    {
        // The one attribute list in the response: behind header, byte count and the outer sequence, before the state.
        var expected = Golden.PnpResponse[18..^2].ToUpperInvariant();
        var record = new DeviceIdentification(0x1D6B, 0x0246, 0x0542, VendorIdSource.UsbForum).ToRecord().Build(new(0x10000));
        var list = DataElement.Sequence(record.Attributes.SelectMany(a => new[] { DataElement.UInt16(a.Id.Value), a.Value }));
        Assert.That(Hex.Of(list.ToArray()), Is.EqualTo(expected));
        Assert.That(DeviceIdentification.TryRead(record, out var read), Is.True);
        Assert.That(read, Is.EqualTo(new DeviceIdentification(0x1D6B, 0x0246, 0x0542, VendorIdSource.UsbForum)));
    }

    [Test]
    public void DeviceIdentification_OtherRecord_IsNotOne() =>
        Assert.That(DeviceIdentification.TryRead(NetworkServiceRecord.Gn().Build(new(1)), out _), Is.False);

    [Test]
    public void Builder_RecordHandle_IsRefused() =>
        Assert.That(
            () => new ServiceRecordBuilder().With(AttributeId.ServiceRecordHandle, DataElement.UInt32(1)),
            Throws.ArgumentException.With.Message.Contains("database"));

    [Test]
    public void Builder_ProtocolWithoutMore_IsL2capOnItsPsm() =>
        Assert.That(
            Hex.Of(new ServiceRecordBuilder().WithProtocols(new Psm(0x1001)).Build(new(1))[AttributeId.ProtocolDescriptorList]!.ToArray()),
            Is.EqualTo("3508" + "3506190100091001"));

    [Test]
    public void Range_Normalize_SortsAndJoins()
    {
        var ranges = AttributeRange.Normalize(
        [
            new(new AttributeId(0x0100)),
            new(new(0x0005), new(0x0009)),
            new(new(0x0000), new(0x0004)),
            new(new AttributeId(0x0007)),
            new(new AttributeId(0x0100)),
            new(new(0xFFFE), new(0xFFFF)),
            new(new AttributeId(0xFFFF)),
        ]);
        Assert.That(ranges, Is.EqualTo(new AttributeRange[]
        {
            new(new(0x0000), new(0x0009)), new(new AttributeId(0x0100)), new(new(0xFFFE), new(0xFFFF)),
        }));
    }

    private static void AssertRecord(ServiceRecordBuilder builder, params string[] expected)
    {
        var record = builder.Build(new ServiceRecordHandle(0x10000));
        Assert.That(
            record.Attributes.Select(a => $"{a.Id.Value:X4}:{Hex.Of(a.Value.ToArray())}"),
            Is.EqualTo(expected.Select(e => e.Replace(" ", string.Empty, StringComparison.Ordinal))));
    }
}
