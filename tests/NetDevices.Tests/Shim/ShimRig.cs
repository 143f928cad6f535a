using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.Tests.Shim;

/// <summary>A shim on a clock that the test moves.</summary>
internal sealed class ShimRig : IShimUser
{
    public static readonly MacAddress Mac = new(0x00AA_0100_0042);
    public static readonly MacAddress PeerMac = new(0x00AA_0101_0042);
    public const string LinkLocal = "fe80::2aa:1ff:fe00:42";
    public const string PeerLinkLocal = "fe80::2aa:1ff:fe01:42";

    public ShimRig() => Shim = new EthernetIpShim(Mac, this);

    public EthernetIpShim Shim { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Frames of the shim's own.</summary>
    public List<string> Sent { get; } = [];

    public List<string> Events { get; } = [];

    public static InternetAddress Address(string text) => InternetAddress.From(IPAddress.Parse(text));

    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Shim.NextDeadline is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            Shim.Advance(Now);
        }

        Now = end;
    }

    /// <summary>Carrier, the link-local address found free, nothing said any more.</summary>
    public ShimRig Up()
    {
        Shim.SetCarrier(true, Now);
        Run(20);
        Sent.Clear();
        Events.Clear();
        return this;
    }

    public void Add(string address, int length)
    {
        Shim.AddAddress(Address(address), length, Now);
        Run(2);
        Sent.Clear();
    }

    /// <summary>A packet of the machine.</summary>
    public (ShimVerdict Verdict, MacAddress To) Machine(string source, string destination)
    {
        var verdict = Shim.FromMachine(Packet(source, destination), Now, out var to);
        return (verdict, to);
    }

    /// <summary>A frame of the network.</summary>
    public ShimVerdict Network(string hex, MacAddress? destination = null, int type = 0x86DD) =>
        Network(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), destination, type);

    public ShimVerdict Network(byte[] payload, MacAddress? destination = null, int type = 0x86DD) =>
        Shim.FromNetwork(new EthernetFrame(destination ?? Mac, PeerMac, new EtherType((ushort)type), payload), Now, out _);

    /// <summary>A UDP packet with four octets.</summary>
    public static byte[] Packet(string source, string destination)
    {
        var (from, to) = (Address(source), Address(destination));
        var packet = new byte[IpPacket.HeaderSize(from.IsIPv4) + 12];
        new IpPacket(from, to, IpProtocol.Udp, packet.AsSpan(IpPacket.HeaderSize(from.IsIPv4))).WriteHeader(packet);
        return packet;
    }

    /// <summary>A message of neighbour discovery.</summary>
    public static byte[] Icmp(int type, string source, string destination, byte[] body, byte hopLimit = 255)
    {
        var (from, to) = (Address(source), Address(destination));
        var packet = new byte[IpPacket.HeaderSize6 + IcmpMessage.HeaderSize + body.Length];
        var message = packet.AsSpan(IpPacket.HeaderSize6);
        body.CopyTo(message[IcmpMessage.HeaderSize..]);
        IcmpMessage.WriteHeader((IcmpType)type, from, to, message);
        new IpPacket(from, to, IpProtocol.IcmpV6, message, hopLimit).WriteHeader(packet);
        return packet;
    }

    /// <summary>The body of a solicitation or advertisement.</summary>
    public static byte[] Neighbour(string target, int flags = 0, string option = "") =>
        [(byte)flags, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes(), .. Convert.FromHexString(option)];

    void IShimUser.Send(byte[] frame) => Sent.Add(Convert.ToHexString(frame));

    void IShimUser.AddressMade(InternetAddress address, int prefixLength) => Events.Add($"made {address}/{prefixLength}");

    void IShimUser.AddressGone(InternetAddress address, int prefixLength, bool isDuplicate) =>
        Events.Add($"{(isDuplicate ? "duplicate" : "gone")} {address}/{prefixLength}");
}
