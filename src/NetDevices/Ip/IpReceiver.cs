using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Ip;

/// <summary>Takes the frames that reach an endpoint, and answers those that ask something.</summary>
internal sealed class IpReceiver(
    MacAddress mac, TimeProvider time, IpTransmitter transmitter, NeighbourTable neighbours, EchoTable echoes)
{
    // At most one defence in this time, or two hosts with one address would answer each other for ever (RFC 3927, 9).
    private static readonly TimeSpan DefendInterval = TimeSpan.FromSeconds(10);

    private const long NoAddress = -1;
    private const ushort LinkLocalPrefix = 0xFE80;
    private const ushort LinkLocalMask = 0xFFC0;

    private long _received;
    private long _ignored;
    private long _malformed;
    private long _fragments;
    private long _echoReplies;
    private long _conflicts;
    private long _lastDefence;
    private bool _hasDefended;
    private long _v4 = NoAddress;

    /// <summary>The IPv6 link-local address.</summary>
    public InternetAddress LinkLocal { get; } = InternetAddress.LinkLocal(mac);

    /// <summary>The IPv4 address.</summary>
    public InternetAddress? V4
    {
        get => Volatile.Read(ref _v4) is var value and not NoAddress ? InternetAddress.FromV4((uint)value) : null;
        set => Volatile.Write(ref _v4, value?.V4 ?? NoAddress);
    }

    /// <summary>The IPv6 address beside the link-local one.</summary>
    public InternetAddress? V6 { get; init; }

    /// <summary>The address that is being probed; null while none is.</summary>
    public AddressProbe? Probe { get; set; }

    public IpEndpointCounters Counters => new(
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _ignored),
        Interlocked.Read(ref _malformed),
        Interlocked.Read(ref _fragments),
        Interlocked.Read(ref _echoReplies),
        Interlocked.Read(ref _conflicts));

    /// <summary>Whether an address is this endpoint's.</summary>
    public bool IsOwn(InternetAddress address) => address == LinkLocal || address == V4 || address == V6;

    /// <summary>The address to speak from.</summary>
    /// <param name="destination">To whom.</param>
    public InternetAddress? SourceFor(InternetAddress destination) =>
        destination.IsIPv4 ? V4
        : (ushort)((ushort)(destination.Value >> 112) & LinkLocalMask) == LinkLocalPrefix ? LinkLocal
        : V6 ?? LinkLocal;

    public void Receive(in EthernetFrame frame)
    {
        if (frame.Source == mac || !IsForUs(frame.Destination))
        {
            Interlocked.Increment(ref _ignored);
            return;
        }

        Interlocked.Increment(ref _received);
        if (frame.Type == EtherType.Arp)
        {
            ReceiveArp(frame);
        }
        else if (frame.Type == EtherType.IPv4 && IpPacket.TryParse4(frame.Payload, out var packet4))
        {
            ReceiveIp(frame.Source, packet4);
        }
        else if (frame.Type == EtherType.IPv6 && IpPacket.TryParse6(frame.Payload, out var packet6))
        {
            ReceiveIp(frame.Source, packet6);
        }
        else
        {
            Interlocked.Increment(ref frame.Type == EtherType.IPv4 || frame.Type == EtherType.IPv6 ? ref _malformed : ref _ignored);
        }
    }

    private bool IsForUs(MacAddress destination) =>
        destination == mac
        || destination.IsBroadcast
        || destination == InternetAddress.AllNodes.MulticastMac()
        || destination == LinkLocal.SolicitedNode.MulticastMac()
        || (V6 is { } v6 && destination == v6.SolicitedNode.MulticastMac());

    private void ReceiveArp(in EthernetFrame frame)
    {
        if (!ArpPacket.TryParse(frame.Payload, out var arp))
        {
            Interlocked.Increment(ref _malformed);
            return;
        }

        var sender = InternetAddress.FromV4(arp.SenderIp);
        if (Probe is { } probe
            && (sender == probe.Candidate || (arp.SenderIp == 0 && arp.TargetIp == probe.Candidate.V4))
            && arp.SenderMac != mac)
        {
            // Another has the address, or wants it at the same time (RFC 3927, 2.2.1).
            probe.Conflict.Complete(true);
        }

        if (V4 is not { } own)
        {
            return;
        }

        if (sender == own && arp.SenderMac != mac)
        {
            Interlocked.Increment(ref _conflicts);
            Defend(own);
            return;
        }

        var isForUs = arp.TargetIp == own.V4;
        if (arp.SenderIp != 0)
        {
            neighbours.Heard(sender, arp.SenderMac, isForUs && arp.Operation == ArpOperation.Request);
        }

        if (isForUs && arp.Operation == ArpOperation.Request)
        {
            transmitter.SendArp(
                arp.SenderMac, new ArpPacket(ArpOperation.Reply, mac, own.V4, arp.SenderMac, arp.SenderIp));
        }
    }

    // By saying once more that the address is taken (RFC 3927, 2.5).
    private void Defend(InternetAddress own)
    {
        if (_hasDefended && time.GetElapsedTime(Volatile.Read(ref _lastDefence)) < DefendInterval)
        {
            return;
        }

        _hasDefended = true;
        Volatile.Write(ref _lastDefence, time.GetTimestamp());
        transmitter.SendArp(MacAddress.Broadcast, new ArpPacket(ArpOperation.Request, mac, own.V4, default, own.V4));
    }

    private void ReceiveIp(MacAddress from, in IpPacket packet)
    {
        var isGroup = packet.Destination.IsMulticast;
        if ((!IsOwn(packet.Destination) && !isGroup) || packet.Source.IsMulticast || IsOwn(packet.Source))
        {
            Interlocked.Increment(ref _ignored);
        }
        else if (packet.IsFragment)
        {
            Interlocked.Increment(ref _fragments);
        }
        else if (packet.Protocol != (packet.Source.IsIPv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6))
        {
            Interlocked.Increment(ref _ignored);
        }
        else if (!IcmpMessage.IsValid(packet))
        {
            Interlocked.Increment(ref _malformed);
        }
        else
        {
            ReceiveIcmp(from, packet, isGroup);
        }
    }

    private void ReceiveIcmp(MacAddress from, in IpPacket packet, bool isGroup)
    {
        var type = (IcmpType)packet.Payload[0];
        var body = packet.Payload[IcmpMessage.HeaderSize..];
        switch (type)
        {
            case IcmpType.EchoRequest4 when packet.Source.IsIPv4 && !isGroup:
            case IcmpType.EchoRequest6 when !packet.Source.IsIPv4 && packet.Source != InternetAddress.Unspecified:
                AnswerEcho(from, packet, body);
                break;
            case IcmpType.EchoReply4 when packet.Source.IsIPv4:
            case IcmpType.EchoReply6 when !packet.Source.IsIPv4:
                if (!EchoBody.TryParse(body, out var reply) || !echoes.Replied(packet.Source, reply))
                {
                    Interlocked.Increment(ref _ignored);
                }

                break;
            case IcmpType.NeighbourSolicitation or IcmpType.NeighbourAdvertisement when !packet.Source.IsIPv4:
                if (packet.HopLimit != IpPacket.NeighbourHopLimit || !NeighbourBody.TryParse(type, body, out var neighbour))
                {
                    Interlocked.Increment(ref _malformed);
                }
                else if (type == IcmpType.NeighbourSolicitation)
                {
                    AnswerSolicitation(from, packet.Source, neighbour);
                }
                else
                {
                    ReceiveAdvertisement(neighbour);
                }

                break;
            default:
                Interlocked.Increment(ref _ignored);
                break;
        }
    }

    private void AnswerEcho(MacAddress from, in IpPacket packet, ReadOnlySpan<byte> body)
    {
        if (!EchoBody.TryParse(body, out var echo))
        {
            Interlocked.Increment(ref _malformed);
            return;
        }

        // Back to where it came from: a lookup could only be wrong or late.
        if (SourceFor(packet.Source) is { } source)
        {
            source = packet.Destination.IsMulticast ? source : packet.Destination;
            if (transmitter.SendEcho(from, source, packet.Source, isReply: true, echo))
            {
                Interlocked.Increment(ref _echoReplies);
            }
        }
    }

    private void AnswerSolicitation(MacAddress from, InternetAddress source, NeighbourBody body)
    {
        if (!IsOwn(body.Target))
        {
            Interlocked.Increment(ref _ignored);
            return;
        }

        if (source == InternetAddress.Unspecified)
        {
            // A newcomer asks whether the address is free: everyone is told that it is not (RFC 4861, 7.2.4).
            transmitter.SendNeighbour(
                InternetAddress.AllNodes.MulticastMac(),
                IcmpType.NeighbourAdvertisement,
                body.Target,
                InternetAddress.AllNodes,
                new NeighbourBody(NeighbourFlags.Override, body.Target, mac));
            return;
        }

        if (body.LinkLayer is { } peer)
        {
            neighbours.Heard(source, peer, isForUs: true);
        }

        transmitter.SendNeighbour(
            body.LinkLayer ?? from,
            IcmpType.NeighbourAdvertisement,
            body.Target,
            source,
            new NeighbourBody(NeighbourFlags.Solicited | NeighbourFlags.Override, body.Target, mac));
    }

    private void ReceiveAdvertisement(NeighbourBody body)
    {
        if (IsOwn(body.Target))
        {
            Interlocked.Increment(ref _conflicts);
        }
        else if (body.LinkLayer is { } peer)
        {
            neighbours.Heard(body.Target, peer, isForUs: false);
        }
    }
}

/// <summary>An address that is being probed.</summary>
/// <param name="Candidate">The address.</param>
/// <param name="Conflict">Completed when another has it, or probes it too.</param>
internal sealed record AddressProbe(InternetAddress Candidate, PendingAnswer<bool> Conflict);
