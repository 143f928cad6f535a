using HostStack.Replay.Hcidump;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Tests.Hcidump;

[TestFixture]
public sealed class HcidumpTraceTests
{
    private const ulong Seed = 1029484;

    private static Trace Refused()
    {
        using var reader = File.OpenText(Vectors.Path("traces/refused-gn.hcidump.txt"));
        return HcidumpTrace.Read(reader, "refused-gn.hcidump.txt", Seed);
    }

    private static Trace Read(string text) => HcidumpTrace.Read(new StringReader(text), "text", Seed);

    private static string Hex(TraceRecord record) => Convert.ToHexString(record.Packet.Span);

    [Test]
    public void Read_TheRefusedTrace_GivesEveryPacket()
    {
        var trace = Refused();
        var headlines = File.ReadLines(Vectors.Path("traces/refused-gn.hcidump.txt"))
            .Count(static line => line.StartsWith("> ", StringComparison.Ordinal) || line.StartsWith("< ", StringComparison.Ordinal));
        Assert.That(trace.Records, Has.Count.EqualTo(headlines));
        Assert.That(trace.Records.Select(static r => r.Number), Is.Ordered.And.Unique);
    }

    [Test]
    public void Read_MaskedAddress_IsCompletedFromTheSeedAndSaid()
    {
        var one = Refused();
        var again = Refused();
        using var reader = File.OpenText(Vectors.Path("traces/refused-gn.hcidump.txt"));
        var other = HcidumpTrace.Read(reader, "other", Seed + 1);
        Assert.That(Hex(one.Records[0]), Is.EqualTo(Hex(again.Records[0])));
        Assert.That(Hex(one.Records[0]), Is.Not.EqualTo(Hex(other.Records[0])));
        Assert.That(Hex(one.Records[0]), Does.StartWith("04040A").And.EndsWith("6670F35C00000001"));
        Assert.That(one.Supplied, Has.Some.Contains("5C:F3:70:66:XX:XX"));
    }

    [Test]
    public void Read_ConnectionComplete_IsTheSpecificationsOctets()
    {
        // Core, Vol 4, Part E, 7.7.3: status 0, handle 11, address, ACL, encryption off.
        var trace = Read("> HCI Event: Connect Complete (0x03) plen 11\n    status 0x00 handle 11 bdaddr 5C:F3:70:66:12:34 type ACL encrypt 0x00\n");
        Assert.That(Hex(trace.Records[0]), Is.EqualTo("04030B" + "00" + "0B00" + "34126670F35C" + "01" + "00"));
    }

    [Test]
    public void Read_SecurityBlock_IsTheSpecificationsOctets()
    {
        const string Text = """
            > ACL data: handle 12 flags 0x02 dlen 12
                L2CAP(s): Connect req: psm 15 scid 0x0040
            < ACL data: handle 12 flags 0x00 dlen 16
                L2CAP(s): Connect rsp: dcid 0x0040 scid 0x0040 result 1 status 2
                  Connection pending - Authorization pending
            < ACL data: handle 12 flags 0x00 dlen 16
                L2CAP(s): Connect rsp: dcid 0x0040 scid 0x0040 result 3 status 0
                  Connection refused - security block
            """;
        var records = Read(Text).Records;
        Assert.That(Hex(records[0]), Is.EqualTo("02" + "0C20" + "0C00" + "08000100" + "02010400" + "0F00" + "4000"));
        Assert.That(Hex(records[1]), Is.EqualTo("02" + "0C00" + "1000" + "0C000100" + "03010800" + "4000" + "4000" + "0100" + "0200"));
        Assert.That(Hex(records[2]), Is.EqualTo("02" + "0C00" + "1000" + "0C000100" + "03010800" + "4000" + "4000" + "0300" + "0000"));
    }

    [Test]
    public void Read_SearchAttributeRequest_IsTheSpecificationsOctets()
    {
        const string Text = """
            > ACL data: handle 11 flags 0x02 dlen 24
                L2CAP(d): cid 0x0040 len 20 [psm 1]
                    SDP SSA Req: tid 0x0 len 0xf
                      pat uuid-16 0x0100 (L2CAP)
                      max 65535
                      aid(s) 0x0000 - 0xffff
                      cont 00
            """;
        Assert.That(
            Hex(Read(Text).Records[0]),
            Is.EqualTo("020B201800" + "14004000" + "060000000F" + "3503190100" + "FFFF" + "35050A0000FFFF" + "00"));
    }

    [Test]
    public void Read_IdentifiersOfResponses_AreThoseOfTheirRequests()
    {
        foreach (var record in Refused().Records.Where(static r => r.Title.StartsWith("L2CAP(s)", StringComparison.Ordinal)))
        {
            Assert.That(record.Packet.Span[10], Is.GreaterThan(0), record.Title);
        }
    }

    [TestCase("> HCI Event: Mystery (0x77) plen 0\n", "Line 1")]
    [TestCase("prose\n> HCI Event: Disconn Complete (0x05) plen 4\n    status 0x00 reason 0x13\n", "Line 2")]
    [TestCase("> HCI Event: Disconn Complete (0x05) plen 9\n    status 0x00 handle 11 reason 0x13\n", "plen")]
    [TestCase("< ACL data: handle 11 flags 0x00 dlen 16\n    L2CAP(s): Info rsp: type 2 result 0\n", "request")]
    [TestCase("nothing at all\n", "hcidump")]
    public void Read_WhatItCannotUnderstand_SaysWhere(string text, string expected) =>
        Assert.That(() => Read(text), Throws.TypeOf<TraceFormatException>().With.Message.Contains(expected));
}
