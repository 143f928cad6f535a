namespace HostStack.Ethernet.Tests;

[TestFixture]
public sealed class MacAddressTests
{
    private static readonly byte[] Octets = [0x00, 0x1A, 0x7D, 0xDA, 0x71, 0x13];

    [Test]
    public void Read_SixOctets_FirstIsMostSignificant()
    {
        var address = MacAddress.Read(Octets);
        Assert.That(address.Value, Is.EqualTo(0x001A_7DDA_7113));
        Assert.That(address.ToString(), Is.EqualTo("00:1A:7D:DA:71:13"));
    }

    [Test]
    public void Write_Address_GivesTheSameOctets()
    {
        var written = new byte[6];
        MacAddress.Read(Octets).Write(written);
        Assert.That(written, Is.EqualTo(Octets));
    }

    [TestCase("00:1A:7D:DA:71:13", true)]
    [TestCase("00-1a-7d-da-71-13", true)]
    [TestCase("00:1A:7D:DA:71", false)]
    [TestCase("00:1A:7D:DA:71:1", false)]
    [TestCase("00:1A:7D:DA:71:1G", false)]
    [TestCase("00.1A.7D.DA.71.13", false)]
    [TestCase("001A7DDA7113", false)]
    [TestCase("", false)]
    public void TryParse_Text_IsReadOrRefused(string text, bool expected)
    {
        Assert.That(MacAddress.TryParse(text, out var address), Is.EqualTo(expected));
        Assert.That(address, Is.EqualTo(expected ? MacAddress.Read(Octets) : default));
    }

    [TestCase("01:00:5E:00:00:01", true, false, false)]
    [TestCase("FF:FF:FF:FF:FF:FF", true, true, true)]
    [TestCase("02:00:00:00:00:01", false, false, true)]
    [TestCase("00:AA:01:00:00:42", false, false, false)]
    public void Bits_OfTheFirstOctet_SayWhatTheAddressIs(string text, bool multicast, bool broadcast, bool local)
    {
        Assert.That(MacAddress.TryParse(text, out var address), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(address.IsMulticast, Is.EqualTo(multicast));
            Assert.That(address.IsBroadcast, Is.EqualTo(broadcast));
            Assert.That(address.IsLocal, Is.EqualTo(local));
            Assert.That(address.AsUnicast().IsMulticast, Is.False);
        });
    }

    [Test]
    public void Compare_Addresses_FollowsTheOctetsOnTheWire()
    {
        var low = new MacAddress(0x0100_5E00_0000);
        var high = new MacAddress(0x0100_5E00_0001);
        Assert.Multiple(() =>
        {
            Assert.That(low < high && low <= high && high > low && high >= low, Is.True);
            Assert.That(low.CompareTo(high), Is.Negative);
            Assert.That(low.CompareTo(new MacAddress(0x0100_5E00_0000)), Is.Zero);
        });
    }

    [Test]
    public void New_MoreThan48Bits_AreDropped() =>
        Assert.That(new MacAddress(0xABCD_FFFF_FFFF_FFFF), Is.EqualTo(MacAddress.Broadcast));
}
