using HostStack.Ethernet;
using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Linux.Netlink;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>What the kernel answers, whole and cut.</summary>
[TestFixture]
public sealed class NetlinkAnswerTests
{
    // An acknowledgement of request 7: error 0, then the request's header, capped.
    private const string Acknowledged = "24000000 0200 0001 07000000 39300000 00000000 20000000100005000700000000000000";

    // -EPERM with the words "no": the header alone, then attributes.
    private const string Refused = "2C000000 0200 0003 07000000 39300000 FFFFFFFF 20000000100005000700000000000000 07000100 6E6F0000";

    // A link: index 5, up, name t0, MTU 1400, master 3, alias x, queue 77, kind bridge, a MAC address.
    private const string Link =
        "64000000 1000 0000 07000000 39300000 00000100 05000000 01000000 00000000 "
        + "07000300 74300000 08000400 78050000 08000A00 03000000 06001400 78000000 08000D00 4D000000 "
        + "10001200 0B000100 62726964676500 00 0A000100 001A7DDA7113 0000";

    [Test]
    public void Answer_Acknowledgement_Succeeds()
    {
        Assert.That(TryRead(Octets(Acknowledged), out var answer), Is.True);
        Assert.That(answer, Is.EqualTo(new NetlinkAnswer(Errno.None, null)));
    }

    [Test]
    public void Answer_Refusal_HasTheKernelsWords()
    {
        Assert.That(TryRead(Octets(Refused), out var answer), Is.True);
        Assert.That(answer, Is.EqualTo(new NetlinkAnswer(Errno.EPERM, "no")));
    }

    [Test]
    public void Answer_EveryTruncation_IsNoMessage([Range(0, 0x2B)] int length) =>
        Assert.That(TryRead(Octets(Refused)[..length], out _), Is.False);

    [Test]
    public void Link_EveryAttribute_IsRead()
    {
        var octets = Octets(Link);
        Assert.That(new NetlinkReader(octets).TryNext(out var message), Is.True);
        var link = LinkState.TryParse(message)!;
        Assert.Multiple(() =>
        {
            Assert.That((link.Index, link.Name, link.Mtu, link.Master), Is.EqualTo((5, "t0", 1400, 3)));
            Assert.That((link.Alias, link.TransmitQueueLength, link.Kind, link.IsBridge), Is.EqualTo(("x", 77, "bridge", true)));
            Assert.That((link.Address, link.IsUp), Is.EqualTo(((MacAddress?)new MacAddress(0x001A_7DDA_7113), true)));
        });
    }

    [Test]
    public void Link_BodyCutAnywhere_GivesWhatIsWhole([Range(0, 0x63)] int length)
    {
        var octets = Octets(Link);
        BitConverter.TryWriteBytes(octets, Math.Max(length, NetlinkWriter.HeaderSize));
        var read = new NetlinkReader(octets.AsSpan(0, length)).TryNext(out var message);
        Assert.That(read, Is.EqualTo(length >= NetlinkWriter.HeaderSize));
        Assert.That(read && LinkState.TryParse(message) is not null, Is.EqualTo(length >= NetlinkWriter.HeaderSize + 16));
    }

    [Test]
    public void Attributes_LengthThatLies_EndTheWalk([Values(0, 3, 9, 0xFFFF)] int length)
    {
        var octets = Octets("0800 0400 78050000");
        BitConverter.TryWriteBytes(octets, (ushort)length);
        Assert.That(new NetlinkAttributes(octets).TryNext(), Is.False);
    }

    private static bool TryRead(byte[] octets, out NetlinkAnswer answer)
    {
        answer = default;
        return new NetlinkReader(octets).TryNext(out var message) && NetlinkAnswer.TryParse(message, out answer);
    }

    private static byte[] Octets(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
