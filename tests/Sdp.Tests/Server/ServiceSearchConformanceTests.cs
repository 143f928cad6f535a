using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Server;

/// <summary>Search alone, and browsing: the groups SDP/SR/SS and SDP/SR/BRW.</summary>
[TestFixture]
public sealed class ServiceSearchConformanceTests
{
    private const byte Search = 0x02;
    private const byte Attribute = 0x04;
    private const byte SearchAttribute = 0x06;

    [TestCase("3503 19 1101", TestName = "{m}(16 bits)")]
    [TestCase("3505 1A 00001101", TestName = "{m}(32 bits)")]
    [TestCase("3511 1C 0000110100001000800000805F9B34FB", TestName = "{m}(128 bits)")]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SS/BV-01-C")]
    public void Search_ExistingService_GivesItsHandle(string pattern) =>
        Assert.That(new ServerRig().Ask(Search, pattern + " 0001 00"), Is.EqualTo("0001000100010000" + "00"));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SS/BV-03-C")]
    public void Search_MoreHandlesThanTheMtu_ComeInPieces()
    {
        var rig = new ServerRig(mtu: 48);
        for (var i = 0; i < 20; i++)
        {
            rig.Database.Add(NetworkServiceRecord.Nap());
        }

        var handles = new List<string>();
        var state = "00";
        var rounds = 0;
        do
        {
            var answer = rig.Ask(Search, "3503191116 FFFF " + state);
            Assert.That(answer[..4], Is.EqualTo("0014"));
            var count = Convert.ToInt32(answer[4..8], 16);
            handles.AddRange(Enumerable.Range(0, count).Select(i => answer.Substring(8 + (8 * i), 8)));
            state = answer[(8 + (8 * count))..];
            rounds++;
        }
        while (state != "00");

        Assert.That(handles, Is.EqualTo(Enumerable.Range(0x10002, 20).Select(h => $"{h:X8}")));
        Assert.That(rounds, Is.EqualTo(3));
        Assert.That(rig.Server.PendingOctets, Is.Zero);
    }

    [Test]
    public void Search_NoService_GivesNoHandle() =>
        Assert.That(new ServerRig().Ask(Search, "3503191234 FFFF 00"), Is.EqualTo("0000000000"));

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SS/BI-01-C")]
    public void Search_BadPduSize_IsError4()
    {
        var answer = new ServerRig().Send(Hex.Parse("02 0007 0007 3503191101 0001 00"));
        Assert.That(Hex.Of(answer), Is.EqualTo("01000700020004"));
    }

    [TestCase("3503 09 1101 0001 00")]
    [TestCase("3503 19 1101 0000 00")]
    [TestCase("3500 0001 00")]
    [TestCase("")]
    [Category("SIG")]
    [Property("Id", "SDP/SR/SS/BI-02-C")]
    public void Search_BadSyntax_IsError3(string parameters) => new ServerRig().AskRefused(Search, parameters, 0x0003);

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/BRW/BV-01-C")]
    public void Browse_BySearchAndAttributes_FindsEveryService()
    {
        var rig = new ServerRig();
        var found = rig.Ask(Search, "3503191002 FFFF 00");
        Assert.That(found, Is.EqualTo("00030003" + "00000000" + "00010000" + "00010001" + "00"));
        Assert.Multiple(() =>
        {
            Assert.That(rig.Ask(Attribute, "00000000 FFFF 3503090001 00"), Is.EqualTo("000A35080900013503191000" + "00"));
            Assert.That(rig.Ask(Attribute, "00010000 FFFF 3503090001 00"), Is.EqualTo("000A35080900013503191101" + "00"));
            Assert.That(rig.Ask(Attribute, "00010001 FFFF 3503090001 00"), Is.EqualTo("000A35080900013503191117" + "00"));
        });
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/SR/BRW/BV-02-C")]
    public void Browse_BySearchAttribute_FindsEveryService() =>
        Assert.That(
            new ServerRig().Ask(SearchAttribute, "3503191002 FFFF 3503090001 00"),
            Is.EqualTo("0020351E" + "35080900013503191000" + "35080900013503191101" + "35080900013503191117" + "00"));

    [Test]
    public void Search_PatternOfTwo_NeedsBoth() =>
        Assert.Multiple(() =>
        {
            Assert.That(new ServerRig().Ask(Search, "3506 191117 19000F 0010 00"), Is.EqualTo("000100010001000100"));
            Assert.That(new ServerRig().Ask(Search, "3506 191101 19000F 0010 00"), Is.EqualTo("0000000000"));
        });

    [Test]
    public void Attributes_SingleIdsAndRangesOutOfOrder_GiveAscendingIdsOnce() =>
        Assert.That(
            new ServerRig().Ask(Attribute, "00010001 FFFF 350E 090100 0A00000001 090000 090001 00"),
            Is.EqualTo("0018" + "3516" + "0900000A00010001" + "0900013503191117" + "090100250147" + "00"));
}
