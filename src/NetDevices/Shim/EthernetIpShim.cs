using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>Makes an Ethernet station of a machine that sends bare IP packets: it puts headers on and takes them off, finds
/// neighbours, answers for the machine's addresses, and makes IPv6 addresses (RFC 826; RFC 4861; RFC 4862).</summary>
/// <remarks>
/// <para>Pure: packets, frames and the time go in, verdicts and frames come out. Nothing is copied but what waits for a
/// neighbour, and nothing allocated for a packet whose neighbour is known.</para>
/// <para>The machine does not say which router it means: a packet for no neighbour goes to the gateway that was set, or
/// the router that advertised itself. What the machine itself says in neighbour discovery is dropped, and what the network
/// says is not passed on: that is between the network and the shim. Redirects are not followed.</para>
/// </remarks>
internal sealed class EthernetIpShim
{
    private const int NextHeaderOffset = 6;
    private const int Source4Offset = 12;
    private const int Destination4Offset = 16;
    private const int Source6Offset = 8;
    private const int Destination6Offset = 24;

    private readonly MacAddress _mac;
    private readonly IShimUser _user;
    private readonly ShimFrames _frames;
    private readonly ShimAddresses _addresses = new();
    private readonly NeighbourCache _neighbours;
    private readonly ShimDiscovery _discovery;
    private InternetAddress? _gateway4;
    private InternetAddress? _gateway6;
    private TimeSpan _now;

    /// <summary>Makes a shim whose network is away.</summary>
    /// <param name="mac">Its unicast address.</param>
    /// <param name="user">Who runs it.</param>
    public EthernetIpShim(MacAddress mac, IShimUser user)
    {
        _mac = mac;
        _user = user;
        _frames = new ShimFrames(mac);
        _neighbours = new NeighbourCache(Solicit);
        _discovery = new ShimDiscovery(mac, _addresses, _frames, user);
    }

    /// <summary>Neighbours in the table.</summary>
    public int Neighbours => _neighbours.Count;

    /// <summary>Packets and frames that went nowhere.</summary>
    public long Dropped { get; private set; }

    /// <summary>Packets that were dropped while they waited for a neighbour.</summary>
    public long Unresolved => _neighbours.Dropped;

    /// <summary>When <see cref="Advance"/> is to be called; null where nothing is waited for.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var (left, right) = (_neighbours.NextDeadline, _discovery.NextDeadline);
            return left is null || right < left ? right : left;
        }
    }

    /// <summary>The type of the frame that carries a packet.</summary>
    /// <param name="packet">An IPv4 or IPv6 packet.</param>
    public static EtherType TypeOf(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;

    /// <summary>The network has come or gone.</summary>
    /// <param name="up">Whether it is there.</param>
    /// <param name="now">The time.</param>
    public void SetCarrier(bool up, TimeSpan now)
    {
        _now = now;
        _neighbours.Clear();
        _discovery.SetCarrier(up, now);
    }

    /// <summary>The machine has an address: the shim answers for it. An IPv6 address is tested for duplicates. Idempotent.
    /// </summary>
    public void AddAddress(InternetAddress address, int prefixLength, TimeSpan now)
    {
        _now = now;
        _discovery.Add(new ShimAddress { Address = address, PrefixLength = prefixLength }, now);
    }

    /// <summary>The machine no longer has an address. Idempotent.</summary>
    public void RemoveAddress(InternetAddress address) => _addresses.Remove(address);

    /// <summary>Sets the router to everywhere else.</summary>
    /// <param name="isIPv4">The family.</param>
    /// <param name="gateway">The router; null for none.</param>
    public void SetGateway(bool isIPv4, InternetAddress? gateway)
    {
        if (isIPv4)
        {
            _gateway4 = gateway;
        }
        else
        {
            _gateway6 = gateway;
        }
    }

    /// <summary>Takes a packet of the machine.</summary>
    /// <param name="packet">The packet; borrowed.</param>
    /// <param name="now">The time.</param>
    /// <param name="destination">Where its frame goes, where it goes on.</param>
    public ShimVerdict FromMachine(ReadOnlySpan<byte> packet, TimeSpan now, out MacAddress destination)
    {
        _now = now;
        destination = default;
        if (!TryTarget(packet, out var target))
        {
            return Drop();
        }

        if (target.IsMulticast || (target.IsIPv4 && _addresses.IsDirectedBroadcast(target)))
        {
            destination = target.IsMulticast ? target.MulticastMac() : MacAddress.Broadcast;
            return ShimVerdict.Forward;
        }

        if (NextHop(target) is not { } hop)
        {
            return Drop();
        }

        if (_neighbours.TryGet(hop, now, out destination))
        {
            return ShimVerdict.Forward;
        }

        if (_addresses.SourceFor(hop) is null)
        {
            // Nobody could answer: there is no address to ask from.
            return Drop();
        }

        _neighbours.Wait(hop, packet, now);
        return ShimVerdict.Taken;
    }

    /// <summary>Takes a frame of the network.</summary>
    /// <param name="frame">The frame; borrowed.</param>
    /// <param name="now">The time.</param>
    /// <param name="length">Octets of the packet at the start of the payload, where it goes on: what follows is padding.</param>
    public ShimVerdict FromNetwork(in EthernetFrame frame, TimeSpan now, out int length)
    {
        _now = now;
        length = 0;
        var payload = frame.Payload;
        if (frame.Source == _mac || (frame.Destination != _mac && !frame.Destination.IsMulticast))
        {
            return Drop();
        }

        if (frame.Type == EtherType.Arp)
        {
            return ReceiveArp(payload);
        }

        if (frame.Type == EtherType.IPv4)
        {
            length = payload.Length >= IpPacket.HeaderSize4 && payload[0] >> 4 == 4
                ? BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) : 0;
            return length >= IpPacket.HeaderSize4 && length <= payload.Length ? ShimVerdict.Forward : Drop();
        }

        if (frame.Type != EtherType.IPv6 || payload.Length < IpPacket.HeaderSize6 || payload[0] >> 4 != 6)
        {
            return Drop();
        }

        length = IpPacket.HeaderSize6 + BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        return length > payload.Length ? Drop()
            : IsDiscovery(payload[..length]) ? ReceiveDiscovery(payload, frame.Source)
            : ShimVerdict.Forward;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public void Advance(TimeSpan now)
    {
        _now = now;
        _neighbours.Advance(now);
        _discovery.Advance(now);
    }

    private static bool IsDiscovery(ReadOnlySpan<byte> packet) =>
        packet[NextHeaderOffset] == (byte)IpProtocol.IcmpV6
        && packet.Length > IpPacket.HeaderSize6
        && (IcmpType)packet[IpPacket.HeaderSize6] is >= IcmpType.RouterSolicitation and <= IcmpType.Redirect;

    private ShimVerdict Drop()
    {
        Dropped++;
        return ShimVerdict.Dropped;
    }

    private bool TryTarget(ReadOnlySpan<byte> packet, out InternetAddress target)
    {
        target = default;
        if (packet.Length >= IpPacket.HeaderSize4 && packet[0] >> 4 == 4)
        {
            target = InternetAddress.Read(packet.Slice(Destination4Offset, InternetAddress.Size4));
            return target.V4 != 0;
        }

        if (packet.Length < IpPacket.HeaderSize6 || packet[0] >> 4 != 6 || IsDiscovery(packet))
        {
            return false;
        }

        target = InternetAddress.Read(packet.Slice(Destination6Offset, InternetAddress.Size6));
        _discovery.Uses(InternetAddress.Read(packet.Slice(Source6Offset, InternetAddress.Size6)));
        return !target.IsIPv4 && target != InternetAddress.Unspecified;
    }

    private InternetAddress? NextHop(InternetAddress target) =>
        _addresses.IsNeighbour(target) || target.IsLinkLocal6 || _discovery.IsOnLink(target) ? target
        : target.IsIPv4 ? _gateway4
        : _gateway6 ?? _discovery.Router;

    private void Solicit(InternetAddress target, MacAddress? known)
    {
        if (_addresses.SourceFor(target) is not { } source)
        {
            return;
        }

        _user.Send(target.IsIPv4
            ? _frames.Arp(known ?? MacAddress.Broadcast, ArpOperation.Request, source.V4, default, target.V4)
            : _frames.Solicitation(source, target, known));
    }

    private void Heard(InternetAddress address, MacAddress mac, bool isForUs) =>
        _neighbours.Heard(address, mac, isForUs, _now, (packet, to) => _user.Send(_frames.Packet(to, packet)));

    private ShimVerdict ReceiveArp(ReadOnlySpan<byte> payload)
    {
        if (!ArpPacket.TryParse(payload, out var arp))
        {
            return Drop();
        }

        var isForUs = _addresses.Has(InternetAddress.FromV4(arp.TargetIp));
        if (arp.SenderIp != 0 && !_addresses.Has(InternetAddress.FromV4(arp.SenderIp)))
        {
            Heard(InternetAddress.FromV4(arp.SenderIp), arp.SenderMac, isForUs);
        }

        if (isForUs && arp.Operation == ArpOperation.Request)
        {
            _user.Send(_frames.Arp(arp.SenderMac, ArpOperation.Reply, arp.TargetIp, arp.SenderMac, arp.SenderIp));
        }

        return ShimVerdict.Taken;
    }

    private ShimVerdict ReceiveDiscovery(ReadOnlySpan<byte> payload, MacAddress from)
    {
        if (!IpPacket.TryParse6(payload, out var packet)
            || packet.HopLimit != IpPacket.NeighbourHopLimit
            || !IcmpMessage.IsValid(packet))
        {
            return Drop();
        }

        var type = (IcmpType)packet.Payload[0];
        var body = packet.Payload[IcmpMessage.HeaderSize..];
        switch (type)
        {
            case IcmpType.NeighbourSolicitation or IcmpType.NeighbourAdvertisement when NeighbourBody.TryParse(type, body, out var neighbour):
                if (type == IcmpType.NeighbourSolicitation)
                {
                    Answer(packet.Source, neighbour, from);
                }
                else if (!_discovery.IsDuplicate(neighbour.Target) && neighbour.LinkLayer is { } mac)
                {
                    Heard(neighbour.Target, mac, isForUs: false);
                }

                return ShimVerdict.Taken;
            case IcmpType.RouterAdvertisement when packet.Source.IsLinkLocal6 && RouterAdvertisement.TryParse(body, out var advertisement):
                Heard(packet.Source, advertisement.LinkLayer ?? from, isForUs: true);
                _discovery.Receive(advertisement, packet.Source, _now);
                return ShimVerdict.Taken;
            default:
                return Drop();
        }
    }

    private void Answer(InternetAddress asker, in NeighbourBody body, MacAddress from)
    {
        if (asker == InternetAddress.Unspecified)
        {
            // Another wants the address: it must not if we have it, and neither must we if we only want it too.
            if (!_discovery.IsDuplicate(body.Target) && _addresses.Has(body.Target))
            {
                _user.Send(_frames.Advertisement(to: null, asker, body.Target));
            }
        }
        else if (_addresses.Has(body.Target))
        {
            Heard(asker, body.LinkLayer ?? from, isForUs: true);
            _user.Send(_frames.Advertisement(body.LinkLayer ?? from, asker, body.Target));
        }
    }
}
