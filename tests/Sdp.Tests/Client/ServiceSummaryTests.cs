using HostStack.L2cap.Channels;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Client;

[TestFixture]
public sealed class ServiceSummaryTests
{
    [Test]
    public void Read_GnRecordOfThePostedTrace_SaysWhatTheTracePrints()
    {
        var summary = ServiceSummary.Read(TraceRecords()[4]);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Handle, Is.EqualTo(new ServiceRecordHandle(0x10005)));
            Assert.That(summary.Name, Is.EqualTo("Network service"));
            Assert.That(summary.Description, Is.EqualTo("Network service"));
            Assert.That(summary.Classes, Is.EqualTo(new[] { KnownUuid.Gn }));
            Assert.That(summary.Profiles, Is.EqualTo(new[] { new ProfileVersion(KnownUuid.Gn, 0x0100) }));
            Assert.That(summary.Profiles[0].ToString(), Is.EqualTo("GN 1.0"));
            Assert.That(summary.Psm, Is.EqualTo(Psm.Bnep));
            Assert.That(summary.BnepVersion, Is.EqualTo(0x0100));
            Assert.That(summary.NetworkPacketTypes, Is.EqualTo(new ushort[] { 0x0800, 0x0806 }));
            Assert.That(summary.Security, Is.EqualTo(SecurityDescription.ServiceLevel));
            Assert.That(summary.NetAccessType, Is.Null);
        });
    }

    [Test]
    public void Read_EveryRecordOfThePostedTrace_HasItsNameAndProvider() =>
        Assert.That(
            TraceRecords().Select(ServiceSummary.Read).Select(s => $"{s.Name}/{s.Provider}"),
            Is.EqualTo(new[]
            {
                "Generic Access Profile/BlueZ", "Generic Attribute Profile/BlueZ", "AVRCP CT/", "AVRCP TG/", "Network service/",
            }));

    [Test]
    public void Read_OddRecord_TakesWhatIsThere()
    {
        var summary = ServiceSummary.Read(new ServiceRecord(
        [
            new(AttributeId.ServiceRecordHandle, DataElement.Text("odd")),
            new(AttributeId.ServiceClassIdList, DataElement.Sequence(DataElement.Nil, DataElement.Uuid(KnownUuid.Nap))),
            new(AttributeId.ProtocolDescriptorList, DataElement.Alternative(DataElement.Sequence(
                DataElement.Sequence(DataElement.Uuid(KnownUuid.L2cap), DataElement.UInt16(0x000F)),
                DataElement.Sequence(),
                DataElement.Sequence(DataElement.Uuid(KnownUuid.Bnep), DataElement.UInt16(0x0100), DataElement.UInt8(1))))),
            new(AttributeId.BluetoothProfileDescriptorList, DataElement.Sequence(DataElement.UInt8(1), DataElement.Sequence())),
            new(AttributeId.LanguageBaseAttributeIdList, DataElement.Sequence(
                DataElement.UInt16(0x656E), DataElement.UInt16(0x6A), DataElement.UInt16(0x0110))),
            new(new AttributeId(0x0110), DataElement.Text("moved")),
            new(AttributeId.MaxNetAccessRate, DataElement.UInt64(ulong.MaxValue)),
        ]));
        Assert.Multiple(() =>
        {
            Assert.That(summary.Handle, Is.Null);
            Assert.That(summary.Classes, Is.EqualTo(new[] { KnownUuid.Nap }));
            Assert.That(summary.Psm, Is.EqualTo(Psm.Bnep));
            Assert.That(summary.BnepVersion, Is.EqualTo(0x0100));
            Assert.That(summary.NetworkPacketTypes, Is.Empty);
            Assert.That(summary.Profiles, Is.Empty);
            Assert.That(summary.Name, Is.EqualTo("moved"));
            Assert.That(summary.MaxNetAccessRate, Is.Null);
        });
    }

    [Test]
    public void Describe_GnRecordOfThePostedTrace_NamesWhatIsKnown() =>
        Assert.That(
            RecordDescription.ToText(RecordDescription.Describe(TraceRecords()[4])),
            Is.EqualTo(
                """
                Network service (0x00010005)
                  ServiceRecordHandle (0x0000): 0x00010005
                  ServiceClassIDList (0x0001): [GN (0x1117)]
                  ProtocolDescriptorList (0x0004): sequence
                    [L2CAP (0x0100), 0x000F]
                    sequence
                      BNEP (0x000F)
                      0x0100
                      [0x0800, 0x0806]
                  BrowseGroupList (0x0005): [Public Browse Root (0x1002)]
                  LanguageBaseAttributeIDList (0x0006): [0x656E, 0x006A, 0x0100]
                  BluetoothProfileDescriptorList (0x0009): sequence
                    [GN (0x1117), 0x0100]
                  ServiceName (0x0100): "Network service"
                  ServiceDescription (0x0101): "Network service"
                  SecurityDescription (0x030A): 0x0001

                """.ReplaceLineEndings("\n")));

    [Test]
    public void Describe_TextWithControlCharacters_CannotReachTheTerminal()
    {
        var record = new ServiceRecord([new(AttributeId.ServiceName, DataElement.Text("\u001b[2Jx\u202e\n"))]);
        Assert.That(RecordDescription.Describe(record).Text, Is.EqualTo("\uFFFD[2Jx\uFFFD\uFFFD"));
    }

    [Test]
    public void Describe_LeavesOfEveryType_AreReadable()
    {
        var record = new ServiceRecord(
        [
            new(new AttributeId(0x4000), DataElement.Sequence(
                DataElement.Nil, DataElement.Boolean(true), DataElement.Int8(-5), DataElement.Url("u:"), DataElement.Uuid(new SdpUuid((ushort)0xABCD)))),
            new(new AttributeId(0x4001), DataElement.Alternative(DataElement.UInt8(10))),
        ]);
        Assert.That(
            RecordDescription.Describe(record).Children.Select(c => c.Text),
            Is.EqualTo(new[] { "Attribute (0x4000): [nil, true, -5, \"u:\", 0xABCD]", "Attribute (0x4001): <0x0A>" }));
    }

    private static IReadOnlyList<ServiceRecord> TraceRecords()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.SearchAttributesAsync([KnownUuid.L2cap]));
        rig.Answer(0x07, Golden.TraceBrowseResponse[10..]);
        return ClientRig.Result(query).Value!;
    }
}
