using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Netlink;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>What is sent to the kernel, against what iproute2 6.1 sends for the same command (little-endian machines); its
/// sequence number is set to zero.</summary>
[TestFixture]
public sealed class NetlinkMessageTests
{
    private static readonly MacAddress Mac = new(0x001A_7DDA_7113);
    private static readonly IPAddress Gateway = IPAddress.Parse("10.7.0.254");

    private readonly byte[] _buffer = new byte[512];

    [SetUp]
    public void Prepare()
    {
        if (!BitConverter.IsLittleEndian)
        {
            Assert.Ignore("A little-endian machine: netlink is in the machine's own order, and the octets here are of one.");
        }
    }

    // ip link add name br7 address 00:1a:7d:da:71:13 type bridge forward_delay 0 stp_state 0
    [Test]
    public void CreateBridge_IsWhatIpSends() => AssertOctets(
        "58000000 1000 0506 00000000 00000000 00000000000000000000000000000000 0A000100001A7DDA71130000 0800030062723700 "
        + "24001200 0A0001006272696467650000 14000200 0800010000000000 0800050000000000",
        LinkMessages.CreateBridge(_buffer, "br7", Mac));

    // ip link set dev d0 address 00:1a:7d:da:71:13 mtu 1400 txqueuelen 77
    [Test]
    public void Change_AddressMtuAndQueue_IsWhatIpSends() => AssertOctets(
        "3C000000 1000 0500 00000000 00000000 00000000020000000000000000000000 0A000100001A7DDA71130000 0800040078050000 08000D004D000000",
        LinkMessages.Change(_buffer, 2, new LinkChange { Address = Mac, Mtu = 1400, TransmitQueueLength = 77 }));

    // ip link set dev d0 master br7
    [Test]
    public void Change_Master_IsWhatIpSends() => AssertOctets(
        "28000000 1000 0500 00000000 00000000 00000000020000000000000000000000 08000A0003000000",
        LinkMessages.Change(_buffer, 2, new LinkChange { Master = 3 }));

    // ip link set dev d0 up
    [Test]
    public void Change_Up_IsWhatIpSends() => AssertOctets(
        "20000000 1000 0500 00000000 00000000 00000000020000000100000001000000",
        LinkMessages.Change(_buffer, 2, new LinkChange { Up = true }));

    // ip link set dev d0 alias hoststack:1:2
    [Test]
    public void Change_Alias_IsWhatIpSendsWithItsTerminator() => AssertOctets(
        "34000000 1000 0500 00000000 00000000 00000000020000000000000000000000 12001400686F7374737461636B3A313A32000000",
        LinkMessages.Change(_buffer, 2, new LinkChange { Alias = "hoststack:1:2" }));

    // ip link set dev d0 addrgenmode none
    [Test]
    public void Change_AddressGeneration_IsWhatIpSends() => AssertOctets(
        "30000000 1000 0500 00000000 00000000 00000000020000000000000000000000 10001A00 0C000A00 0500080001000000",
        LinkMessages.Change(_buffer, 2, new LinkChange { AddressGeneration = AddressGenerationMode.None }));

    // ip link del d0
    [Test]
    public void Delete_IsWhatIpSends() => AssertOctets(
        "20000000 1100 0500 00000000 00000000 00000000020000000000000000000000", LinkMessages.Delete(_buffer, 2));

    // ip addr add 10.7.0.1/24 broadcast 10.7.0.255 dev d0
    [Test]
    public void AddAddress_IPv4_IsWhatIpSends() => AssertOctets(
        "30000000 1400 0506 00000000 00000000 0218000002000000 080002000A070001 080004000A0700FF 080001000A070001",
        AddressMessages.Add(_buffer, 2, InterfaceAddress.Parse("10.7.0.1/24"), detectDuplicates: true));

    // ip addr add fd00:7::1/64 dev d0 nodad
    [Test]
    public void AddAddress_IPv6WithoutDetection_IsWhatIpSends() => AssertOctets(
        "40000000 1400 0506 00000000 00000000 0A40020002000000 14000200FD000007000000000000000000000001 14000100FD000007000000000000000000000001",
        AddressMessages.Add(_buffer, 2, InterfaceAddress.Parse("fd00:7::1/64"), detectDuplicates: false));

    // ip addr del fd00:7::1/64 dev d0
    [Test]
    public void RemoveAddress_IsWhatIpSends() => AssertOctets(
        "40000000 1500 0500 00000000 00000000 0A40000002000000 14000200FD000007000000000000000000000001 14000100FD000007000000000000000000000001",
        AddressMessages.Remove(_buffer, 2, InterfaceAddress.Parse("fd00:7::1/64")));

    // ip route add default via 10.7.0.254 dev d0 metric 700 proto static
    [Test]
    public void AddDefaultRoute_IsWhatIpSends() => AssertOctets(
        "34000000 1800 0506 00000000 00000000 02000000FE04000100000000 080005000A0700FE 08000600BC020000 0800040002000000",
        RouteMessages.Add(_buffer, 2, Gateway, 700));

    // ip route del default via 10.7.0.254 dev d0
    [Test]
    public void RemoveDefaultRoute_IsWhatIpSends() => AssertOctets(
        "2C000000 1900 0500 00000000 00000000 02000000FE00FF0000000000 080005000A0700FE 0800040002000000",
        RouteMessages.Remove(_buffer, 2, Gateway));

    [TestCase(30, true)]
    [TestCase(31, false)]
    public void AddAddress_OfATwoAddressNetwork_HasNoBroadcast(int prefixLength, bool expected)
    {
        var message = AddressMessages.Add(_buffer, 2, new InterfaceAddress(IPAddress.Parse("10.7.0.1"), prefixLength), true);
        Assert.That(Convert.ToHexString(message).Contains("080004000A070003", StringComparison.Ordinal), Is.EqualTo(expected));
    }

    [Test]
    public void Writer_MessageThatDoesNotFit_Throws([Range(0, 0x57)] int room) =>
        Assert.Throws<InvalidOperationException>(() => LinkMessages.CreateBridge(new byte[room], "br7", Mac));

    private static void AssertOctets(string expected, ReadOnlySpan<byte> actual) =>
        Assert.That(Convert.ToHexString(actual), Is.EqualTo(expected.Replace(" ", "", StringComparison.Ordinal)));
}
