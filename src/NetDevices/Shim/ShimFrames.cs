using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>Builds the frames of ARP and neighbour discovery that the shim sends itself.</summary>
/// <param name="mac">The shim's MAC address.</param>
internal sealed class ShimFrames(MacAddress mac)
{
    private const int Headers = EthernetFrame.HeaderSize + IpPacket.HeaderSize6 + IcmpMessage.HeaderSize;
    private const int ReservedSize = 4;
    private const byte SourceLinkLayerOption = 1;
    private const int LinkLayerOptionSize = 8;

    /// <summary>An ARP packet.</summary>
    public byte[] Arp(MacAddress destination, ArpOperation operation, uint sender, MacAddress targetMac, uint target)
    {
        var frame = new byte[EthernetFrame.HeaderSize + ArpPacket.Size];
        new EthernetFrame(destination, mac, EtherType.Arp, default).WriteHeader(frame);
        new ArpPacket(operation, mac, sender, targetMac, target).Write(frame.AsSpan(EthernetFrame.HeaderSize));
        return frame;
    }

    /// <summary>Asks who has an address.</summary>
    /// <param name="source">From whom; unspecified to ask whether it is free.</param>
    /// <param name="target">The address.</param>
    /// <param name="known">Its MAC address as known; null asks everybody whom it may concern.</param>
    public byte[] Solicitation(InternetAddress source, InternetAddress target, MacAddress? known)
    {
        var destination = known is null ? target.SolicitedNode : target;
        return Neighbour(
            known ?? destination.MulticastMac(),
            IcmpType.NeighbourSolicitation,
            source,
            destination,
            new NeighbourBody(NeighbourFlags.None, target, source == InternetAddress.Unspecified ? null : mac));
    }

    /// <summary>Says that an address is ours.</summary>
    /// <param name="to">The MAC address of who asked; null tells everybody.</param>
    /// <param name="asker">The address of who asked.</param>
    /// <param name="target">The address.</param>
    public byte[] Advertisement(MacAddress? to, InternetAddress asker, InternetAddress target) =>
        Neighbour(
            to ?? InternetAddress.AllNodes.MulticastMac(),
            IcmpType.NeighbourAdvertisement,
            target,
            to is null ? InternetAddress.AllNodes : asker,
            new NeighbourBody(
                to is null ? NeighbourFlags.Override : NeighbourFlags.Solicited | NeighbourFlags.Override, target, mac));

    /// <summary>Asks for routers.</summary>
    /// <param name="source">Our link-local address.</param>
    public byte[] RouterSolicitation(InternetAddress source)
    {
        var frame = new byte[Headers + ReservedSize + LinkLayerOptionSize];
        var option = frame.AsSpan(Headers + ReservedSize);
        option[0] = SourceLinkLayerOption;
        option[1] = 1;
        mac.Write(option[2..]);
        return Finish(
            frame, InternetAddress.AllRouters.MulticastMac(), IcmpType.RouterSolicitation, source, InternetAddress.AllRouters);
    }

    /// <summary>A packet that waited for its neighbour.</summary>
    /// <param name="destination">The neighbour.</param>
    /// <param name="packet">The packet.</param>
    public byte[] Packet(MacAddress destination, ReadOnlySpan<byte> packet)
    {
        var view = new EthernetFrame(destination, mac, EthernetIpShim.TypeOf(packet), packet);
        var frame = new byte[view.Length];
        view.CopyTo(frame);
        return frame;
    }

    private byte[] Neighbour(
        MacAddress to, IcmpType type, InternetAddress source, InternetAddress destination, in NeighbourBody body)
    {
        var frame = new byte[Headers + body.EncodedSize];
        body.Write(type, frame.AsSpan(Headers));
        return Finish(frame, to, type, source, destination);
    }

    private byte[] Finish(byte[] frame, MacAddress to, IcmpType type, InternetAddress source, InternetAddress destination)
    {
        var packet = frame.AsSpan(EthernetFrame.HeaderSize);
        var message = packet[IpPacket.HeaderSize6..];
        IcmpMessage.WriteHeader(type, source, destination, message);
        new IpPacket(source, destination, IpProtocol.IcmpV6, message, IpPacket.NeighbourHopLimit).WriteHeader(packet);
        new EthernetFrame(to, mac, EtherType.IPv6, packet).WriteHeader(frame);
        return frame;
    }
}
