using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.Tests.Dhcp;
using HostStack.VirtualController.Time;

namespace HostStack.NetDevices.Tests.Addressing;

/// <summary>An addressed port on simulated time, between a recorded machine and a network with a scripted DHCP server.</summary>
internal sealed class AddressedRig : IEthernetPortSink, IAddressApplier, IMemoryPortUser
{
    public static readonly MacAddress Mac = new(0x00AA_0100_0042);
    public static readonly MacAddress ServerMac = new(0x00AA_0101_0042);
    private readonly MemoryEthernetPort _inner = new("bnep0", Mac);

    public AddressedRig(AddressingOptions options, int seed = 1)
    {
        _inner.Attach(this);
        Port = new AddressedPort(_inner, this, options, Time, new Random(seed), logger: null, static work => work());
        Port.AddressChanged += (change, assignment) => Events.Add($"{change} {assignment}");
        Port.AddressingFailed += fault => Events.Add(fault.Message);
        Port.Start(this);
    }

    public VirtualTime Time { get; } = new();

    public AddressedPort Port { get; }

    /// <summary>What the client said.</summary>
    public List<Said> Said { get; } = [];

    /// <summary>ARP packets that were sent.</summary>
    public List<ArpPacket> Arps { get; } = [];

    /// <summary>Calls to the system.</summary>
    public List<string> System { get; } = [];

    /// <summary>What was told.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Frames that the machine got.</summary>
    public int Received { get; private set; }

    // What the server does.
    public bool Answers { get; set; } = true;

    public bool Refuses { get; set; }

    public string Address { get; set; } = "192.168.0.100";

    public uint Lease { get; set; } = 3600;

    public string Mask { get; set; } = "FFFFFF00";

    public string MoreOptions { get; set; } = "0304C0A80001";

    /// <summary>An address that another host has, and defends.</summary>
    public string? Taken { get; set; }

    /// <summary>An address that the system refuses.</summary>
    public string? Unwanted { get; set; }

    public void Run(double seconds)
    {
        var end = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            while (Time.RunDue())
            {
            }

            if (Time.UntilNext is not { } wait || Time.Elapsed + wait > end)
            {
                Time.Advance(end - Time.Elapsed);
                return;
            }

            Time.Advance(wait);
        }
    }

    public bool FrameReceived(in EthernetFrame frame)
    {
        if (frame.Type == EtherType.Arp && ArpPacket.TryParse(frame.Payload, out var arp))
        {
            Arps.Add(arp);
            if (Taken is { } taken && arp.TargetIp == DhcpClientRig.Number(taken))
            {
                SendArp(new ArpPacket(ArpOperation.Reply, ServerMac, arp.TargetIp, arp.SenderMac, arp.SenderIp));
            }

            return true;
        }

        var octets = new byte[frame.Length];
        frame.CopyTo(octets);
        var said = Tests.Dhcp.Said.Read(octets, Time.Elapsed);
        Said.Add(said);
        if (Answers)
        {
            Answer(said);
        }

        return true;
    }

    public void SendArp(in ArpPacket packet)
    {
        var octets = new byte[ArpPacket.Size];
        packet.Write(octets);
        Port.Send(new EthernetFrame(MacAddress.Broadcast, packet.SenderMac, EtherType.Arp, octets));
    }

    /// <summary>A message to the port of clients, as a frame of the network.</summary>
    public void Send(byte[] message)
    {
        Assert.That(EthernetFrame.TryParse(DhcpOctets.Frame(message, ServerMac, Mac), out var frame), Is.True);
        Port.Send(frame);
    }

    void IMemoryPortUser.FrameReceived(in EthernetFrame frame) => Received++;

    void IMemoryPortUser.CarrierChanged(bool up) => System.Add(up ? "up" : "down");

    void IAddressApplier.AddAddress(IPAddress address, int prefixLength)
    {
        if (address.ToString() == Unwanted)
        {
            throw new NetDeviceException($"{address} is refused; take another.");
        }

        System.Add($"add {address}/{prefixLength}");
    }

    void IAddressApplier.RemoveAddress(IPAddress address, int prefixLength) => System.Add($"remove {address}/{prefixLength}");

    void IAddressApplier.AddDefaultRoute(IPAddress gateway, int metric) => System.Add($"route {gateway} {metric}");

    void IAddressApplier.RemoveDefaultRoute(IPAddress gateway) => System.Add($"unroute {gateway}");

    private void Answer(Said said)
    {
        if (said.Type is not (DhcpMessageType.Discover or DhcpMessageType.Request))
        {
            return;
        }

        var asked = said.ClientAddress == "0.0.0.0" ? said.Requested : said.ClientAddress;
        var type = said.Type == DhcpMessageType.Discover ? "02" : Refuses || asked != Address ? "06" : "05";
        var message = DhcpOctets.Reply($"3501{type}3604C0A800013304{Lease:X8}0104{Mask}{MoreOptions}FF");
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), said.Xid);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(16), DhcpClientRig.Number(Address));
        Send(message);
    }
}
