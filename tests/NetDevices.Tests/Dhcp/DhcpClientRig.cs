using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Dhcp;

/// <summary>One message of a client, read by the test's own eyes.</summary>
internal sealed record Said(
    DhcpMessageType Type,
    uint Xid,
    ushort Seconds,
    string ClientAddress,
    string? Requested,
    string? Server,
    MacAddress To,
    string Source,
    string Destination,
    TimeSpan At)
{
    public static Said Read(byte[] octets, TimeSpan at)
    {
        Assert.That(EthernetFrame.TryParse(octets, out var frame), Is.True);
        Assert.That(IpPacket.TryParse4(frame.Payload, out var packet), Is.True);
        Assert.That(UdpDatagram.TryParse(packet, out var datagram), Is.True);
        Assert.That((datagram.SourcePort, datagram.DestinationPort), Is.EqualTo(((ushort)68, (ushort)67)));
        var message = datagram.Payload;
        var options = new Dictionary<byte, byte[]>();
        for (var rest = message[240..]; rest[0] != 255; rest = rest[(2 + rest[1])..])
        {
            options.Add(rest[0], rest.Slice(2, rest[1]).ToArray());
        }

        return new Said(
            (DhcpMessageType)options[53][0],
            BinaryPrimitives.ReadUInt32BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            Text(message.Slice(12, 4)),
            options.TryGetValue(50, out var requested) ? Text(requested) : null,
            options.TryGetValue(54, out var server) ? Text(server) : null,
            frame.Destination,
            packet.Source.ToString(),
            packet.Destination.ToString(),
            at);
    }

    private static string Text(ReadOnlySpan<byte> octets) => new System.Net.IPAddress(octets).ToString();
}

/// <summary>A client on a clock that the test moves, with a server that says what the test tells it.</summary>
internal sealed class DhcpClientRig : IDhcpClientUser
{
    public static readonly MacAddress Mac = new(0x00AA_0100_0042);
    public static readonly MacAddress ServerMac = new(0x00AA_0101_0042);

    public DhcpClientRig(int seed = 1) =>
        Client = new DhcpClient(Mac, new DhcpClientOptions("host"), new Random(seed), this);

    public DhcpClient Client { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public List<Said> Sent { get; } = [];

    public List<string> Events { get; } = [];

    public Said Last => Sent[^1];

    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (Client.NextDeadline is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            Client.Advance(Now);
        }

        Now = end;
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>The server answers the last message.</summary>
    public void Answer(
        DhcpMessageType type,
        string address = "192.168.0.100",
        uint lease = 3600,
        string server = "192.168.0.1",
        uint? renewal = null,
        uint? rebinding = null,
        uint? xid = null,
        int prefix = 24) =>
        Client.Receive(
            new DhcpReply
            {
                Type = type,
                TransactionId = xid ?? Last.Xid,
                Hardware = Mac,
                Address = type == DhcpMessageType.Nak ? 0 : Number(address),
                PrefixLength = prefix,
                Server = Number(server),
                LeaseSeconds = lease,
                RenewalSeconds = renewal,
                RebindingSeconds = rebinding,
            },
            ServerMac,
            Now);

    /// <summary>From nothing to an address.</summary>
    public void Bind(uint lease = 3600, uint? renewal = null, uint? rebinding = null)
    {
        Client.Begin(Now);
        Answer(DhcpMessageType.Offer, lease: lease);
        Answer(DhcpMessageType.Ack, lease: lease, renewal: renewal, rebinding: rebinding);
        Client.Checked(isFree: true, Now);
        Assert.That(Client.Phase, Is.EqualTo(DhcpPhase.Bound));
        Sent.Clear();
        Events.Clear();
    }

    public static uint Number(string address) => InternetAddress.From(System.Net.IPAddress.Parse(address)).V4;

    void IDhcpClientUser.Send(byte[] frame) => Sent.Add(Said.Read(frame, Now));

    void IDhcpClientUser.Check(uint address) => Events.Add($"check {InternetAddress.FromV4(address)}");

    void IDhcpClientUser.Leased(DhcpLease lease) => Events.Add($"leased {InternetAddress.FromV4(lease.Address)}");

    void IDhcpClientUser.TooWide(DhcpLease lease) =>
        Events.Add($"too wide {InternetAddress.FromV4(lease.Address)}/{lease.Terms.PrefixLength}");

    void IDhcpClientUser.Lost(DhcpLease lease, DhcpLoss reason) =>
        Events.Add($"lost {InternetAddress.FromV4(lease.Address)} {reason}");
}
