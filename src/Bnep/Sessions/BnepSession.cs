using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using Microsoft.Extensions.Logging;

namespace HostStack.Bnep.Sessions;

/// <summary>One BNEP connection: the observer of one L2CAP channel on PSM 0x000F (BNEP 1.0). Loop only.</summary>
/// <remarks>Frames go through without allocation: a received one is a view of the SDU, a sent one is copied once, or goes in
/// the buffer that it came in. A malformed packet is counted and dropped; nothing that a peer sends throws.</remarks>
public sealed class BnepSession : IChannelObserver
{
    /// <summary>Octets that a buffer needs before the Ethernet frame which <see cref="Send(PacketBuffer)"/> takes: what the
    /// longest BNEP header has more than Ethernet's, and the headers of the layers below.</summary>
    public const int FrameHeadroom = 16;

    internal BnepCounters Count;

    private readonly MacAddress _local;
    private readonly MacAddress _peer;
    private readonly IBnepSessionUser _user;
    private readonly ILogger _logger;
    private readonly BnepMetrics? _metrics;
    private readonly SetupExchange _setup;
    private readonly FrameSender _sender;
    private readonly FilterRequester _types;
    private readonly FilterRequester _multicast;
    private readonly ControlReceiver _control;
    private bool _isConfirmed;
    private byte[]? _scratch;

    /// <summary>Makes the connection for a channel that is about to open.</summary>
    /// <param name="local">This device's BD_ADDR: what a compressed header means.</param>
    /// <param name="peer">The peer's BD_ADDR, likewise.</param>
    /// <param name="options">Its choices.</param>
    /// <param name="timers">The timers of the loop.</param>
    /// <param name="user">The profile.</param>
    /// <param name="logger">The log.</param>
    /// <param name="metrics">Where its counters are summed, or null.</param>
    /// <exception cref="ArgumentException">An option is outside what the specification allows.</exception>
    public BnepSession(
        MacAddress local,
        MacAddress peer,
        BnepSessionOptions options,
        TimerQueue timers,
        IBnepSessionUser user,
        ILogger logger,
        BnepMetrics? metrics = null)
    {
        options.Validate();
        _local = local;
        _peer = peer;
        _user = user;
        _logger = logger;
        _metrics = metrics;
        _setup = new SetupExchange(this, options, timers);
        _sender = new FrameSender(local, peer, options);
        _types = new FilterRequester(this, options, timers, FilterKind.NetworkType);
        _multicast = new FilterRequester(this, options, timers, FilterKind.Multicast);
        _control = new ControlReceiver(this, options, _setup, _sender, _types, _multicast);
    }

    /// <summary>This device's BD_ADDR.</summary>
    public MacAddress LocalAddress => _local;

    /// <summary>The peer's BD_ADDR.</summary>
    public MacAddress PeerAddress => _peer;

    /// <summary>The channel, from its opening on.</summary>
    public IL2capChannel? Channel { get; private set; }

    /// <summary>Whether this side opened the channel; false while there is none.</summary>
    public bool IsInitiator => Channel is { IsInitiator: true };

    /// <summary>Where the connection stands.</summary>
    public BnepPhase Phase => _setup.State.Phase;

    /// <summary>Whether frames flow.</summary>
    public bool IsOpen => _setup.IsOpen;

    /// <summary>Whether the peer has sent anything since the connection was established: some answer success to a setup
    /// that they do not serve, and close.</summary>
    public bool IsConfirmed => IsOpen && _isConfirmed;

    /// <summary>Whether a frame would find room now.</summary>
    public bool HasRoom => Channel is { HasRoom: true };

    /// <summary>This side's service, once the connection is established.</summary>
    public BnepUuid LocalRole => _setup.LocalRole;

    /// <summary>The peer's service, once the connection is established.</summary>
    public BnepUuid PeerRole => _setup.PeerRole;

    /// <summary>What was counted so far.</summary>
    public BnepCounters Counters => Count;

    internal IBnepSessionUser User => _user;

    /// <summary>Asks the peer for the connection, or for other roles on the established one.
    /// <see cref="IBnepSessionUser.SetupCompleted"/> follows.</summary>
    /// <param name="destination">The service asked for.</param>
    /// <param name="source">The service that this side uses.</param>
    /// <returns>False where it may not be asked now: a request is outstanding, the channel is not open, or the peer opened
    /// the channel and has not set the connection up yet.</returns>
    public bool RequestSetup(BnepUuid destination, BnepUuid source) => _setup.Request(destination, source);

    /// <summary>Answers the peer's request, and every repeat of it that came meanwhile.</summary>
    /// <param name="code">Success, or why not.</param>
    /// <returns>False where no request waits (it expired, or the channel ended): nothing is sent.</returns>
    public bool Answer(SetupResponseCode code) => _setup.Answer(code);

    /// <summary>Tells the peer which network types this side wants.
    /// <see cref="IBnepSessionUser.FilterAnswered"/> follows.</summary>
    /// <param name="ranges">At most <see cref="BnepLimits.MaximumNetworkTypeRanges"/>; none: the peer's default.</param>
    /// <returns>False where such a filter is outstanding or the connection is not established.</returns>
    /// <exception cref="ArgumentException">Too many ranges, or one that ends before it starts.</exception>
    public bool SetNetworkTypeFilter(ReadOnlySpan<NetworkTypeRange> ranges)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranges.Length, BnepLimits.MaximumNetworkTypeRanges, nameof(ranges));
        foreach (var range in ranges)
        {
            if (!range.IsValid)
            {
                throw new ArgumentException($"The range {range} ends before it starts.", nameof(ranges));
            }
        }

        return IsOpen && _types.Set(NetworkTypeFilterSet.Encode(ranges));
    }

    /// <summary>Tells the peer which multicast destinations this side wants.
    /// <see cref="IBnepSessionUser.FilterAnswered"/> follows.</summary>
    /// <param name="ranges">At most <see cref="BnepLimits.MaximumMulticastRanges"/>; none: the peer's default.</param>
    /// <returns>False where such a filter is outstanding or the connection is not established.</returns>
    /// <exception cref="ArgumentException">Too many ranges, or one that ends before it starts.</exception>
    public bool SetMulticastFilter(ReadOnlySpan<MulticastRange> ranges)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranges.Length, BnepLimits.MaximumMulticastRanges, nameof(ranges));
        foreach (var range in ranges)
        {
            if (!range.IsValid)
            {
                throw new ArgumentException($"The range {range} ends before it starts.", nameof(ranges));
            }
        }

        return IsOpen && _multicast.Set(MulticastFilterSet.Encode(ranges));
    }

    /// <summary>Asks for what every peer answers, the default network types: what comes makes the session
    /// <see cref="IsConfirmed"/>. Its answer is not reported. Not while a filter of this side is outstanding: that asks, too.</summary>
    /// <returns>Whether it was sent.</returns>
    public bool Probe() => IsOpen && _types.Probe(NetworkTypeFilterSet.Encode([]));

    /// <summary>Sends a frame, where the peer's filters let it through.</summary>
    /// <param name="frame">The frame; borrowed for the call.</param>
    /// <param name="extensions">Extension headers to go with it, as <see cref="IBnepSessionUser.FrameReceived"/> gave
    /// them; control headers among them are left out.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The extension headers are not a whole chain.</exception>
    public BnepSendResult Send(in EthernetFrame frame, ReadOnlySpan<byte> extensions = default)
    {
        if (Channel is not { } channel || !_setup.IsOpen)
        {
            Count.NotOpen++;
            return BnepSendResult.NotOpen;
        }

        if (extensions.IsEmpty)
        {
            return _sender.Send(channel, frame, ref Count);
        }

        return ExtensionChain.TryParse(extensions, out var chain) && chain.Octets.Length == extensions.Length
            ? _sender.Send(channel, frame, chain, ref Count)
            : throw new ArgumentException("The extension headers are not one whole chain.", nameof(extensions));
    }

    /// <summary>Sends a frame in the buffer that holds it, where the peer's filters let it through: nothing is copied. Takes
    /// the buffer, whatever it returns; see <see cref="HasRoom"/>.</summary>
    /// <param name="frame">A whole Ethernet frame, with <see cref="FrameHeadroom"/> octets of headroom.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The buffer holds no frame, or has less headroom.</exception>
    public BnepSendResult Send(PacketBuffer frame)
    {
        if (frame.Headroom < FrameHeadroom)
        {
            frame.Release();
            throw new ArgumentException($"A frame's buffer needs {FrameHeadroom} octets of headroom.", nameof(frame));
        }

        if (Channel is { } channel && _setup.IsOpen)
        {
            return _sender.Send(channel, frame, ref Count);
        }

        Count.NotOpen++;
        frame.Release();
        return BnepSendResult.NotOpen;
    }

    /// <summary>Ends the connection; <see cref="IBnepSessionUser.Closed"/> follows when L2CAP is done. Idempotent.</summary>
    public void Disconnect() => _setup.Disconnect();

    void IChannelObserver.Opened(IL2capChannel channel)
    {
        Channel = channel;
        _metrics?.Began(this);
        _setup.ChannelOpened();
    }

    void IChannelObserver.Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
    {
        if (!_isConfirmed && _setup.IsOpen)
        {
            _isConfirmed = true;
            _user.Confirmed(this);
        }

        if (_setup.IsOpen && BnepHeader.TryParse(sdu, _local, _peer, out var header) && !header.HasExtensions)
        {
            Deliver(header, sdu[header.Size..], default);
        }
        else
        {
            ReceivedOther(sdu);
        }
    }

    void IChannelObserver.Writable(IL2capChannel channel)
    {
        if (_setup.IsOpen)
        {
            _user.Writable(this);
        }
    }

    void IChannelObserver.Closed(IL2capChannel channel, ChannelCloseReason reason) => _setup.ChannelClosed(reason);

    internal void ProcessExtensions(ReadOnlySpan<byte> chain) => _control.Extensions(chain);

    internal void SendControl<T>(in T message)
        where T : struct, IWireFormat<T>
    {
        if (Channel is not { IsOpen: true } channel)
        {
            return;
        }

        var buffer = channel.Rent();
        buffer.Append(1)[0] = (byte)BnepPacketType.Control;
        var writer = new WireWriter(buffer.Append(message.EncodedSize));
        message.Write(ref writer);
        Count.ControlSent += channel.Send(buffer, EgressClass.Control) ? 1 : 0;
    }

    internal bool SendControlOctets(ReadOnlySpan<byte> message)
    {
        if (Channel is not { IsOpen: true } channel)
        {
            return false;
        }

        var buffer = channel.Rent();
        buffer.Append(1)[0] = (byte)BnepPacketType.Control;
        message.CopyTo(buffer.Append(message.Length));
        var sent = channel.Send(buffer, EgressClass.Control);
        Count.ControlSent += sent ? 1 : 0;
        return sent;
    }

    internal void DisconnectChannel(SetupInput why)
    {
        EndFilters();
        if (why == SetupInput.SetupWaitOver)
        {
            BnepLog.NoSetup(_logger, _peer);
        }

        Channel?.Disconnect();
    }

    internal void FilterLost(FilterKind kind)
    {
        BnepLog.FilterLost(_logger, _peer, kind);
        _setup.Disconnect();
    }

    internal void LogRefusal(SetupResponseCode code) => BnepLog.SetupRefused(_logger, _peer, code, (ushort)code);

    internal void ReportOpened()
    {
        BnepLog.Established(_logger, _peer, LocalRole, PeerRole);
        _user.Opened(this);
    }

    internal void ReportRoleChanged(BnepUuid oldLocal, BnepUuid oldPeer)
    {
        BnepLog.RolesChanged(_logger, _peer, LocalRole, PeerRole);
        _user.RoleChanged(this, oldLocal, oldPeer);
    }

    internal void ReportOutcome(in SetupRequest request, SetupOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            BnepLog.SetupFailed(_logger, _peer, request.Destination, outcome.Result, outcome.Code, outcome.Attempts);
        }

        _user.SetupCompleted(this, outcome);
    }

    internal void ReportFilterSet(FilterKind kind, FilterResponseCode code) =>
        BnepLog.FilterSet(_logger, _peer, kind, code);

    internal void ReportFilterAnswered(FilterKind kind, FilterResponseCode code) => _user.FilterAnswered(this, kind, code);

    internal void ReportClosed(ChannelCloseReason reason)
    {
        EndFilters();
        BnepLog.Ended(_logger, _peer, reason);
        _metrics?.Ended(this);
        _user.Closed(this, reason);
    }

    private void EndFilters()
    {
        _types.Ended();
        _multicast.Ended();
    }

    private void Deliver(in BnepHeader header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> unknownExtensions)
    {
        Count.FramesReceived++;
        Count.OctetsReceived += payload.Length;
        var frame = new EthernetFrame(header.Destination, header.Source, header.NetworkType, payload);
        _user.FrameReceived(this, frame, unknownExtensions);
    }

    // Everything but a plain frame on an established connection.
    private void ReceivedOther(ReadOnlySpan<byte> sdu)
    {
        if (Phase is BnepPhase.Closing or BnepPhase.Closed or BnepPhase.Opening)
        {
            Count.Ignored++;
        }
        else if (sdu.IsEmpty)
        {
            Count.Malformed++;
        }
        else if ((BnepPacketType)(sdu[0] & BnepHeader.TypeMask) == BnepPacketType.Control)
        {
            _control.Packet(sdu);
        }
        else if ((BnepPacketType)(sdu[0] & BnepHeader.TypeMask) > BnepPacketType.CompressedDestinationOnly)
        {
            Count.Reserved++;
        }
        else if (BnepHeader.TryParse(sdu, _local, _peer, out var header))
        {
            ReceivedExtended(header, sdu[header.Size..]);
        }
        else
        {
            Count.Malformed++;
        }
    }

    private void ReceivedExtended(in BnepHeader header, ReadOnlySpan<byte> behind)
    {
        ExtensionChain chain = default;
        if (header.HasExtensions && !ExtensionChain.TryParse(behind, out chain))
        {
            Count.Malformed++;
            return;
        }

        if (chain.Controls > 0)
        {
            _control.Extensions(chain.Octets);
        }

        // The messages may have ended the connection, or it is not established yet.
        if (_setup.IsOpen)
        {
            Deliver(header, behind[chain.Octets.Length..], chain.Unknown(ref _scratch));
        }
        else
        {
            Count.Ignored++;
        }
    }
}
