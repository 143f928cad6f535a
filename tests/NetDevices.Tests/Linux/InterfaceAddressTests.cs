using System.Net;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Addresses with their prefix lengths, as people write them.</summary>
[TestFixture]
public sealed class InterfaceAddressTests
{
    [TestCase("10.0.0.1/24")]
    [TestCase("10.0.0.1/0")]
    [TestCase("169.254.3.4/16")]
    [TestCase("10.0.0.1/32")]
    [TestCase("fd00::1/64")]
    [TestCase("fe80::1/128")]
    public void Parse_AnAddress_IsWrittenTheSame(string text)
    {
        var address = InterfaceAddress.Parse(text);
        Assert.That(address.ToString(), Is.EqualTo(text));
        Assert.That(address.IsIPv6, Is.EqualTo(text.Contains(':', StringComparison.Ordinal)));
    }

    [TestCase("")]
    [TestCase("10.0.0.1")]
    [TestCase("10.0.0.1/")]
    [TestCase("10.0.0.1/33")]
    [TestCase("10.0.0.1/-1")]
    [TestCase("10.0.0.1/+8")]
    [TestCase("10.0.0.1/8 ")]
    [TestCase("10.1/8")]
    [TestCase("0x0A000001/8")]
    [TestCase("10.0.0.1.2/8")]
    [TestCase("224.0.0.1/4")]
    [TestCase("0.0.0.0/0")]
    [TestCase("255.255.255.255/32")]
    [TestCase("fd00::1/129")]
    [TestCase("fe80::1%3/64")]
    [TestCase("[fd00::1]/64")]
    [TestCase("ff02::1/64")]
    [TestCase("::/0")]
    public void Parse_SomethingElse_IsRefusedWithAnExample(string text)
    {
        Assert.That(InterfaceAddress.TryParse(text, out _), Is.False);
        Assert.That(Assert.Throws<FormatException>(() => InterfaceAddress.Parse(text)).Message, Does.Contain("10.0.0.1/24"));
    }

    [Test]
    public void Validate_ADefaultValue_IsTheCallersMistake() =>
        Assert.Throws<ArgumentException>(() => default(InterfaceAddress).Validate("address"));

    [TestCase(33)]
    [TestCase(-1)]
    public void Validate_APrefixThatDoesNotFit_IsTheCallersMistake(int length) =>
        Assert.Throws<ArgumentException>(() => new InterfaceAddress(IPAddress.Parse("10.0.0.1"), length).Validate("address"));
}
