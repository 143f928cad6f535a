using HostStack.Ethernet;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.Tests.Shim;

[TestFixture]
public sealed class RouterAdvertisementTests
{
    /// <summary>From RFC 4861, 4.2, 4.6.1, 4.6.2 and 4.6.4: hop limit 64, lifetime 1800 s, source link-layer address, MTU 1500, prefix
    /// fd00:31::/64 on the link and for addresses, valid 7200 s, preferred 3600 s.</summary>
    public const string Body =
        "40 00 0708 00000000 00000000"
        + "01 01 00AA01010042"
        + "05 01 0000 000005DC"
        + "03 04 40 C0 00001C20 00000E10 00000000 FD000031000000000000000000000000";

    public static byte[] Octets => Convert.FromHexString(Body.Replace(" ", "", StringComparison.Ordinal));

    [Test]
    public void Advertisement_OfTheSpecification_IsRead()
    {
        Assert.That(RouterAdvertisement.TryParse(Octets, out var read), Is.True);
        Assert.That((read.RouterSeconds, read.LinkLayer), Is.EqualTo(((ushort)1800, (MacAddress?)new MacAddress(0x00AA_0101_0042))));
        var prefix = read.Prefixes.Single();
        Assert.That(
            (prefix.Prefix.ToString(), prefix.Length, prefix.IsOnLink, prefix.IsForAddresses, prefix.ValidSeconds),
            Is.EqualTo(("fd00:31::", 64, true, true, 7200u)));
    }

    [Test]
    public void Advertisement_WithoutOptions_IsRead()
    {
        Assert.That(RouterAdvertisement.TryParse(Octets.AsSpan(0, 12), out var read), Is.True);
        Assert.That((read.Prefixes.Length, read.LinkLayer), Is.EqualTo((0, (MacAddress?)null)));
    }

    [Test]
    public void Advertisement_EveryTruncation_IsRejected([Range(0, 59)] int length)
    {
        // Between two options there is an end too.
        var isWhole = length is 12 or 20 or 28;
        Assert.That(RouterAdvertisement.TryParse(Octets.AsSpan(0, length), out _), Is.EqualTo(isWhole));
    }

    [TestCase(13, 0, TestName = "Advertisement_OptionOfLengthZero_IsRejected")]
    [TestCase(13, 9, TestName = "Advertisement_OptionBeyondTheEnd_IsRejected")]
    [TestCase(30, 129, TestName = "Advertisement_PrefixBeyond128_IsRejected")]
    [TestCase(14, 1, TestName = "Advertisement_GroupAsRouter_IsRejected")]
    public void Advertisement_Malformed(int index, byte value)
    {
        var octets = Octets;
        octets[index] = value;
        Assert.That(RouterAdvertisement.TryParse(octets, out _), Is.False);
    }

    [Test]
    public void Prefix_BitsBeyondItsLength_AreCleared()
    {
        var octets = Octets;
        octets[^1] = 1;
        octets[30] = 20;
        Assert.That(RouterAdvertisement.TryParse(octets, out var read), Is.True);
        Assert.That(read.Prefixes.Single().Prefix.ToString(), Is.EqualTo("fd00::"));
    }
}
