using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Sessions;

/// <summary>What a session sends to its peer: the filters in force, the choice of header, the one copy.</summary>
internal sealed class FrameSender
{
    private const int TagControlSize = 2;
    private const int TagSize = 4;

    private readonly MacAddress _local;
    private readonly MacAddress _peer;
    private readonly bool _compresses;
    private readonly bool _compressesDestination;

    public FrameSender(MacAddress local, MacAddress peer, BnepSessionOptions options)
    {
        _local = local;
        _peer = peer;
        _compresses = options.Compression == HeaderCompression.Automatic;

        // A BD_ADDR may have the group bit set; a multicast destination is never compressed.
        _compressesDestination = _compresses && !peer.IsMulticast;
        DefaultTypes = NetworkTypeFilter.FromOptions(options.DefaultNetworkTypes);
        DefaultMulticast = MulticastFilter.FromOptions(options.DefaultMulticast);
        Types = DefaultTypes;
        Multicast = DefaultMulticast;
    }

    public NetworkTypeFilter DefaultTypes { get; }

    public MulticastFilter DefaultMulticast { get; }

    /// <summary>The network types that the peer wants.</summary>
    public NetworkTypeFilter Types { get; set; }

    /// <summary>The multicast destinations that the peer wants.</summary>
    public MulticastFilter Multicast { get; set; }

    /// <summary>The shortest header that says all of a frame's addresses.</summary>
    public BnepPacketType Choose(MacAddress destination, MacAddress source)
    {
        var withoutSource = _compresses && source == _local;
        return _compressesDestination && destination == _peer
            ? withoutSource ? BnepPacketType.CompressedEthernet : BnepPacketType.CompressedSourceOnly
            : withoutSource ? BnepPacketType.CompressedDestinationOnly : BnepPacketType.GeneralEthernet;
    }

    public bool Passes(in EthernetFrame frame) =>
        (Types.PassesAll || Types.Passes(frame.ProtocolType)) && (Multicast.PassesAll || Multicast.Passes(frame.Destination));

    /// <summary>Sends a frame without extension headers.</summary>
    public BnepSendResult Send(IL2capChannel channel, in EthernetFrame frame, ref BnepCounters count)
    {
        if (!MayGo(channel, frame, ref count, out var refusal))
        {
            return refusal;
        }

        if (!channel.HasRoom)
        {
            // A copy of it would only be refused.
            return Counted(sent: false, payload: 0, ref count);
        }

        var payload = frame.Payload;
        var header = Header(frame);
        var size = header.Size;
        var buffer = channel.Rent();
        var octets = buffer.Append(size + payload.Length);
        header.Write(octets);
        payload.CopyTo(octets[size..]);
        return Counted(channel.Send(buffer, EgressClass.Data), payload.Length, ref count);
    }

    /// <summary>Sends a frame in the buffer that holds it, without a copy: the header takes the place of Ethernet's. Takes the
    /// buffer.</summary>
    public BnepSendResult Send(IL2capChannel channel, PacketBuffer buffer, ref BnepCounters count)
    {
        if (!EthernetFrame.TryParse(buffer.Span, out var frame))
        {
            buffer.Release();
            throw new ArgumentException("The buffer holds no Ethernet frame.", nameof(buffer));
        }

        if (!MayGo(channel, frame, ref count, out var refusal))
        {
            buffer.Release();
            return refusal;
        }

        var header = Header(frame);
        var length = frame.Payload.Length;
        buffer.TrimStart(EthernetFrame.HeaderSize);
        header.Write(buffer.Prepend(header.Size));
        return Counted(channel.Send(buffer, EgressClass.Data), length, ref count);
    }

    /// <summary>Sends a frame with the unknown extension headers of <paramref name="extensions"/>; control headers among
    /// them were for this device and stay here.</summary>
    public BnepSendResult Send(
        IL2capChannel channel, in EthernetFrame frame, in ExtensionChain extensions, ref BnepCounters count)
    {
        var passes = Passes(frame);
        if (extensions.Unknowns == 0)
        {
            return Send(channel, frame, ref count);
        }

        // A filter stops the payload alone: the headers go on, with type 0 where the filtered type was.
        var tagged = frame.Type == EtherType.Vlan && frame.Payload.Length >= TagSize;
        Span<byte> emptyTag = stackalloc byte[TagSize];
        var type = frame.Type;
        scoped var payload = frame.Payload;
        if (!passes)
        {
            emptyTag.Clear();
            payload[..(tagged ? TagControlSize : 0)].CopyTo(emptyTag);
            payload = tagged ? emptyTag : default;
            type = tagged ? type : new EtherType(0);
        }

        var header = new BnepHeader(
            Choose(frame.Destination, frame.Source), frame.Destination, frame.Source, type, hasExtensions: true);
        var behind = extensions.UnknownOctets + payload.Length;
        if (payload.Length > BnepLimits.MaximumPayload(channel.OutgoingMtu, type == EtherType.Vlan)
            || behind > BnepLimits.MaximumExtensionsAndPayload
            || header.Size + behind > channel.OutgoingMtu)
        {
            count.TooLong++;
            return BnepSendResult.TooLong;
        }

        if (!channel.HasRoom)
        {
            return Counted(sent: false, payload: 0, ref count);
        }

        var buffer = channel.Rent();
        var octets = buffer.Append(header.Size + behind);
        header.Write(octets);
        extensions.CopyUnknown(octets[header.Size..]);
        payload.CopyTo(octets[(header.Size + extensions.UnknownOctets)..]);
        if (!channel.Send(buffer, EgressClass.Data))
        {
            count.QueueFull++;
            return BnepSendResult.QueueFull;
        }

        if (!passes)
        {
            count.HeaderOnly++;
            return BnepSendResult.HeaderOnly;
        }

        count.FramesSent++;
        count.OctetsSent += payload.Length;
        return BnepSendResult.Sent;
    }

    private static BnepSendResult Counted(bool sent, int payload, ref BnepCounters count)
    {
        if (!sent)
        {
            count.QueueFull++;
            return BnepSendResult.QueueFull;
        }

        count.FramesSent++;
        count.OctetsSent += payload;
        return BnepSendResult.Sent;
    }

    private bool MayGo(IL2capChannel channel, in EthernetFrame frame, ref BnepCounters count, out BnepSendResult refusal)
    {
        refusal = BnepSendResult.Sent;
        if (!Passes(frame))
        {
            count.Filtered++;
            refusal = BnepSendResult.Filtered;
        }
        else if (frame.Payload.Length > BnepLimits.MaximumPayload(channel.OutgoingMtu, frame.Type == EtherType.Vlan))
        {
            count.TooLong++;
            refusal = BnepSendResult.TooLong;
        }

        return refusal == BnepSendResult.Sent;
    }

    private BnepHeader Header(in EthernetFrame frame) =>
        new(Choose(frame.Destination, frame.Source), frame.Destination, frame.Source, frame.Type, hasExtensions: false);
}
