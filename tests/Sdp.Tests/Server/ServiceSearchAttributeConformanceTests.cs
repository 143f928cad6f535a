namespace HostStack.Sdp.Tests.Server;

/// <summary>Search and attributes in one request: the group SDP/SR/SSA.</summary>
[TestFixture]
public sealed class ServiceSearchAttributeConformanceTests
{
    private const byte Request = 0x06;
    private const string NoLists = "0002350000";

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-01-C")]
    public void SearchAttribute_NoSuchService_GivesAnEmptyList() =>
        Assert.That(new ServerRig().Ask(Request, "3503191234 FFFF 3503090001 00"), Is.EqualTo(NoLists));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-02-C")]
    public void SearchAttribute_NoSuchAttribute_GivesAnEmptyList() =>
        Assert.That(new ServerRig().Ask(Request, "3503191101 FFFF 350309FFFE 00"), Is.EqualTo(NoLists));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-03-C")]
    public void SearchAttribute_NeitherServiceNorAttribute_GivesAnEmptyList() =>
        Assert.That(new ServerRig().Ask(Request, "3503191234 FFFF 350309FFFE 00"), Is.EqualTo(NoLists));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-04-C")]
    public void SearchAttribute_ServiceAndAttribute_AreReturned() =>
        Returns("1101", "0001", "3503191101");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-06-C")]
    public void SearchAttribute_MoreThanTheByteCount_ComesInPieces()
    {
        var rig = new ServerRig();
        var (whole, _) = rig.AskAll(Request, "3503190100 FFFF 35050A0000FFFF");
        var (list, rounds) = rig.AskAll(Request, "3503190100 0007 35050A0000FFFF");
        Assert.That(list, Is.EqualTo(whole));
        Assert.That(rounds, Is.EqualTo((whole.Length / 2 + 6) / 7));
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-07-C")]
    public void SearchAttribute_MoreThanTheMtu_ComesInPieces()
    {
        var (whole, _) = new ServerRig().AskAll(Request, "3503190100 FFFF 35050A0000FFFF");
        var (list, rounds) = new ServerRig(mtu: 48).AskAll(Request, "3503190100 FFFF 35050A0000FFFF");
        Assert.That(list, Is.EqualTo(whole));
        Assert.That(rounds, Is.GreaterThan(5));
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-07-C")]
    public void SearchAttribute_ServiceRecordState_IsReturned() =>
        Returns("1101", "0002", "0A00001234");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-10-C")]
    public void SearchAttribute_ServiceId_IsReturned() =>
        Returns("1101", "0003", "191101");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-11-C")]
    public void SearchAttribute_ProtocolDescriptorList_IsReturned() =>
        Returns("1101", "0004", "35083506190100090003");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-12-C")]
    public void SearchAttribute_BrowseGroupList_IsReturned() =>
        Returns("1101", "0005", "3503191002");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-13-C")]
    public void SearchAttribute_LanguageBaseAttributeIdList_IsReturned() =>
        Returns("1101", "0006", "350909656E09006A090100");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-09-C")]
    public void SearchAttribute_ServiceInfoTimeToLive_IsReturned() =>
        Returns("1101", "0007", "0A0000FFFF");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-14-C")]
    public void SearchAttribute_ServiceAvailability_IsReturned() =>
        Returns("1101", "0008", "08FF");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-20-C")]
    public void SearchAttribute_BluetoothProfileDescriptorList_IsReturned() =>
        Returns("1101", "0009", "35083506191101090102");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-21-C")]
    public void SearchAttribute_DocumentationUrl_IsReturned() =>
        Returns("1101", "000A", "4502643A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-22-C")]
    public void SearchAttribute_ClientExecutableUrl_IsReturned() =>
        Returns("1101", "000B", "4502633A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-15-C")]
    public void SearchAttribute_IconUrl_IsReturned() =>
        Returns("1101", "000C", "4502693A");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-16-C")]
    public void SearchAttribute_ServiceName_IsReturned() =>
        Returns("1101", "0100", "25014E");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-17-C")]
    public void SearchAttribute_ServiceDescription_IsReturned() =>
        Returns("1101", "0101", "250144");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-18-C")]
    public void SearchAttribute_ProviderName_IsReturned() =>
        Returns("1101", "0102", "250150");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-08-C")]
    [Property("Id", "SDP/SR/SSA/BV-19-C")]
    public void SearchAttribute_VersionNumberListAndServiceDatabaseState_AreReturned() =>
        Returns("1000", "0200", "3503090100", "0201", "0A00000002");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BV-23-C")]
    public void SearchAttribute_AdditionalProtocolDescriptorLists_IsReturned() =>
        Returns("1101", "000D", "350A35083506190100090013");

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BI-01-C")]
    public void SearchAttribute_BadSyntax_IsError3() =>
        new ServerRig().AskRefused(Request, "3503090001 FFFF 3503090001 00", 0x0003);

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BI-02-C")]
    public void SearchAttribute_BadPduSize_IsError4()
    {
        var answer = new ServerRig().Send(Hex.Parse("06 0007 000C 3503191101 FFFF 3503090001 00"));
        Assert.That(Hex.Of(answer), Is.EqualTo("01000700020004"));
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SSA/BI-03-C")]
    public void SearchAttribute_ForgedContinuation_IsError5()
    {
        var rig = new ServerRig();
        rig.AskRefused(Request, "3503191101 FFFF 3503090001 01 00", 0x0005);
        rig.AskRefused(Request, "3503191101 FFFF 3503090001 04 00000001", 0x0005);
    }

    private static void Returns(string uuid, params string[] pairs)
    {
        var list = string.Concat(pairs.Select((text, i) => i % 2 == 0 ? "09" + text : text));
        list = $"35{list.Length / 2:X2}{list}";
        var lists = $"35{list.Length / 2:X2}{list}";
        var ids = string.Concat(pairs.Where((_, i) => i % 2 == 0).Select(id => "09" + id));
        Assert.That(
            new ServerRig().Ask(Request, $"350319{uuid} FFFF 35{ids.Length / 2:X2}{ids} 00"),
            Is.EqualTo($"{lists.Length / 2:X4}{lists}00"));
    }
}
