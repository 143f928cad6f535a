namespace HostStack.Sdp.Tests.Server;

/// <summary>One attribute of one record at a time: the group SDP/SR/SA.</summary>
[TestFixture]
public sealed class ServiceAttributeConformanceTests
{
    private const byte Request = 0x04;

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-01-C")]
    public void Attribute_ServiceClassIdList_IsReturned() =>
        Returns(ServerRig.FullHandle, "0001", "3503191101");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-06-C")]
    public void Attribute_ServiceRecordState_IsReturned() =>
        Returns(ServerRig.FullHandle, "0002", "0A00001234");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-04-C")]
    public void Attribute_ServiceId_IsReturned() =>
        Returns(ServerRig.FullHandle, "0003", "191101");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-05-C")]
    public void Attribute_ProtocolDescriptorList_IsReturned() =>
        Returns(ServerRig.FullHandle, "0004", "35083506190100090003");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-08-C")]
    public void Attribute_BrowseGroupList_IsReturned() =>
        Returns(ServerRig.FullHandle, "0005", "3503191002");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-09-C")]
    public void Attribute_LanguageBaseAttributeIdList_IsReturned() =>
        Returns(ServerRig.FullHandle, "0006", "350909656E09006A090100");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-07-C")]
    public void Attribute_ServiceInfoTimeToLive_IsReturned() =>
        Returns(ServerRig.FullHandle, "0007", "0A0000FFFF");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-10-C")]
    public void Attribute_ServiceAvailability_IsReturned() =>
        Returns(ServerRig.FullHandle, "0008", "08FF");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-17-C")]
    public void Attribute_BluetoothProfileDescriptorList_IsReturned() =>
        Returns(ServerRig.FullHandle, "0009", "35083506191101090102");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-18-C")]
    public void Attribute_DocumentationUrl_IsReturned() =>
        Returns(ServerRig.FullHandle, "000A", "4502643A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-19-C")]
    public void Attribute_ClientExecutableUrl_IsReturned() =>
        Returns(ServerRig.FullHandle, "000B", "4502633A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-11-C")]
    public void Attribute_IconUrl_IsReturned() =>
        Returns(ServerRig.FullHandle, "000C", "4502693A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-12-C")]
    public void Attribute_ServiceName_IsReturned() =>
        Returns(ServerRig.FullHandle, "0100", "25014E");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-13-C")]
    public void Attribute_ServiceDescription_IsReturned() =>
        Returns(ServerRig.FullHandle, "0101", "250144");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-14-C")]
    public void Attribute_ProviderName_IsReturned() =>
        Returns(ServerRig.FullHandle, "0102", "250150");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-15-C")]
    public void Attribute_VersionNumberList_IsReturned() =>
        Returns(0, "0200", "3503090100");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-16-C")]
    public void Attribute_ServiceDatabaseState_IsReturned() =>
        Returns(0, "0201", "0A00000002");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-20-C")]
    public void Attribute_AbsentFromTheRecord_GivesAnEmptyList() =>
        Assert.That(new ServerRig().Ask(Request, "00010000 FFFF 3503 09FFFE 00"), Is.EqualTo("0002350000"));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-21-C")]
    public void Attribute_AdditionalProtocolDescriptorLists_IsReturned() =>
        Returns(ServerRig.FullHandle, "000D", "350A35083506190100090013");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BV-03-C")]
    public void Attributes_MoreThanTheByteCount_ComeInPieces()
    {
        var rig = new ServerRig();
        var (whole, _) = rig.AskAll(Request, "00010000 FFFF 35050A0000FFFF");
        var (list, rounds) = rig.AskAll(Request, "00010000 0007 35050A0000FFFF");
        Assert.That(list, Is.EqualTo(whole));
        Assert.That(rounds, Is.EqualTo((whole.Length / 2 + 6) / 7));
        Assert.That(rig.Server.PendingOctets, Is.Zero);
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BI-01-C")]
    public void Attribute_UnknownRecord_IsError2() =>
        new ServerRig().AskRefused(Request, "0001FFFF FFFF 3503090001 00", 0x0002);

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BI-02-C")]
    public void Attribute_BadSyntax_IsError3() =>
        new ServerRig().AskRefused(Request, "00010000 FFFF 3503190001 00", 0x0003);

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SA/BI-03-C")]
    public void Attribute_BadPduSize_IsError4()
    {
        // The header says one octet more than there is.
        var answer = new ServerRig().Send(Hex.Parse("04 0007 000D 00010000 FFFF 3503090001 00"));
        Assert.That(Hex.Of(answer), Is.EqualTo("01000700020004"));
    }

    private static void Returns(uint handle, string attribute, string value)
    {
        var pair = "09" + attribute + value;
        var list = $"35{pair.Length / 2:X2}{pair}";
        Assert.That(
            new ServerRig().Ask(Request, $"{handle:X8} FFFF 350309{attribute} 00"),
            Is.EqualTo($"{list.Length / 2:X4}{list}00"));
    }
}
