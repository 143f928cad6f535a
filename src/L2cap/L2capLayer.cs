using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;
using Microsoft.Extensions.Logging;

namespace HostStack.L2cap;

/// <summary>L2CAP over the links of one controller (Core, Vol 3, Part A): services that listen, channels that are asked
/// for, and the PDUs between them and the links. Loop only.</summary>
public sealed partial class L2capLayer : IAclLinkUser, IDisposable
{
    /// <summary>Octets before the SDU of a rented buffer: a BNEP header with extensions (20), a mode's control field (3)
    /// here, the L2CAP header (4) and the ACL header with its type octet (5).</summary>
    internal const int Headroom = 32;

    private const int LargestChannelsPerLink = 1024;

    private readonly Dictionary<Psm, ServiceRegistration> _services = [];
    private readonly Dictionary<IAclLink, LinkChannels> _links = [];
    private readonly ILogger _log;
    private LinkChannels? _recent;

    /// <summary>Makes a layer without links.</summary>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="log">Where refusals and the lives of channels go.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public L2capLayer(TimerQueue timers, L2capOptions options, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(timers);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ChannelsPerLink is < 1 or > LargestChannelsPerLink)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ChannelsPerLink, $"ChannelsPerLink must be 1 to {LargestChannelsPerLink}.");
        }

        if (options.MaximumOutgoingSdu is < ChannelOptions.MinimumMtu or > ushort.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.MaximumOutgoingSdu, $"MaximumOutgoingSdu must be {ChannelOptions.MinimumMtu} to {ushort.MaxValue}.");
        }

        Timers = timers;
        Options = options;
        _log = log;
        Pool = new PacketPool(
            Headroom, Math.Max(options.MaximumOutgoingSdu, SignalingRules.BrEdrAcceptedMtu), loopOnly: true);
    }

    /// <summary>Raised for every refusal that this layer gives, in either direction. On the loop; must not block.</summary>
    public event Action<L2capRefusal>? Refused;

    /// <summary>What has been counted.</summary>
    public L2capCounters Counters { get; } = new();

    /// <summary>The buffers of all channels: none is out when all owners have released theirs.</summary>
    public PacketPool Pool { get; }

    internal TimerQueue Timers { get; }

    internal L2capOptions Options { get; }

    /// <summary>Serves a PSM until the result is disposed of; channels that exist live on.</summary>
    /// <param name="service">The service.</param>
    /// <exception cref="ArgumentException">The PSM is not valid on BR/EDR, or its MTU is below 48.</exception>
    /// <exception cref="InvalidOperationException">Another service has the PSM.</exception>
    public IDisposable Listen(ServiceRegistration service)
    {
        ArgumentNullException.ThrowIfNull(service);
        Check(service.Psm, service.Options);
        if (!_services.TryAdd(service.Psm, service))
        {
            throw new InvalidOperationException($"PSM {service.Psm} is served already; stop the other service first.");
        }

        return new Listener(this, service);
    }

    /// <summary>Asks the peer for a channel, after the link has been brought to the security that
    /// <paramref name="options"/> ask. <see cref="IChannelObserver.Opened"/> comes before the task ends. A channel that is
    /// never open is told by the outcome alone: <paramref name="observer"/> hears nothing of it.</summary>
    /// <param name="link">The link.</param>
    /// <param name="psm">The service.</param>
    /// <param name="options">What this side asks of the channel.</param>
    /// <param name="observer">Who hears of the channel.</param>
    /// <returns>The open channel, or why there is none.</returns>
    /// <exception cref="ArgumentException">The PSM is not valid on BR/EDR, the MTU is below 48, or the link is LE.</exception>
    public async Task<ChannelOutcome> ConnectAsync(IAclLink link, Psm psm, ChannelOptions options, IChannelObserver observer)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        CheckKind(link);
        Check(psm, options);
        if (!_links.TryGetValue(link, out var channels))
        {
            return LinkLost;
        }

        channels.CountProcedure(+1);
        try
        {
            var shortfall = link.CheckSecurity(options.Security);
            if (shortfall != SecurityShortfall.None)
            {
                shortfall = await link.EnsureSecurityAsync(options.Security);
            }

            if (!channels.IsUp)
            {
                return LinkLost;
            }

            if (shortfall != SecurityShortfall.None)
            {
                Report(new L2capRefusal(
                    L2capRule.LinkSecurity, link.Peer, psm, ConnectionResult.Success, shortfall, link.Security.KeyType, IsOutgoing: true));
                return new ChannelOutcome(null, ConnectionResult.Success, shortfall);
            }

            if (channels.CreateOutgoing(psm, options) is not { } channel)
            {
                Report(new L2capRefusal(
                    L2capRule.ChannelLimit, link.Peer, psm, ConnectionResult.NoResources, SecurityShortfall.None, link.Security.KeyType, IsOutgoing: true));
                return new ChannelOutcome(null, ConnectionResult.NoResources);
            }

            channel.Open(observer);
            return await channel.Outcome.Task;
        }
        finally
        {
            channels.CountProcedure(-1);
        }
    }

    /// <summary>Asks what the peer's L2CAP can do (Core, Vol 3, Part A, 4.10).</summary>
    /// <param name="link">The link.</param>
    /// <param name="type">What is asked.</param>
    /// <returns>The answer, or why there is none; "not supported" and a reject are what old devices say.</returns>
    public Task<InformationOutcome> QueryInformationAsync(IAclLink link, InformationType type)
    {
        CheckKind(link);
        return _links.TryGetValue(link, out var channels)
            ? channels.QueryAsync(CommandCode.InformationRequest, CommandCode.InformationResponse, new InformationRequest(type))
            : Task.FromResult(new InformationOutcome(QueryOutcome.LinkLost, default));
    }

    /// <summary>Asks the peer for an echo (Core, Vol 3, Part A, 4.8).</summary>
    /// <param name="link">The link.</param>
    /// <param name="data">At most 40 octets: what every peer takes.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">There is too much data.</exception>
    public async Task<QueryOutcome> EchoAsync(IAclLink link, ReadOnlyMemory<byte> data)
    {
        CheckKind(link);
        const int most = SignalingRules.BrEdrMinimumMtu - CommandHeader.Size - BasicHeader.Size;
        if (data.Length > most)
        {
            throw new ArgumentException($"An echo request holds at most {most} octets; there are {data.Length}.", nameof(data));
        }

        return _links.TryGetValue(link, out var channels)
            ? (await channels.QueryAsync(CommandCode.EchoRequest, CommandCode.EchoResponse, new Echo(data.Span))).Outcome
            : QueryOutcome.LinkLost;
    }

    /// <summary>Channels that exist on a link, open or not.</summary>
    /// <param name="link">The link.</param>
    public int ChannelCount(IAclLink link) => _links.TryGetValue(link, out var channels) ? channels.ChannelCount : 0;

    /// <inheritdoc/>
    public void LinkUp(IAclLink link)
    {
        if (_links.Remove(link, out var earlier))
        {
            earlier.LinkDown();
        }

        _links.Add(link, new LinkChannels(link, this));
        _recent = null;
    }

    /// <inheritdoc/>
    public void PduReceived(IAclLink link, ReadOnlySpan<byte> pdu)
    {
        Counters.PdusReceived++;
        if (_recent?.Link != link && !_links.TryGetValue(link, out _recent))
        {
            Counters.PdusDropped++;
            return;
        }

        if (!BasicHeader.TrySplit(pdu, out var channel, out var payload))
        {
            Counters.PdusDropped++;
        }
        else if (channel.IsDynamic)
        {
            _recent!.Receive(channel, payload);
        }
        else
        {
            FixedReceived(_recent!, channel, payload);
        }
    }

    /// <inheritdoc/>
    public void EgressReady(IAclLink link)
    {
        if (_links.TryGetValue(link, out var channels))
        {
            channels.EgressReady();
        }
    }

    /// <inheritdoc/>
    public void SecurityChanged(IAclLink link)
    {
        if (_links.TryGetValue(link, out var channels))
        {
            channels.SecurityChanged();
        }
    }

    /// <inheritdoc/>
    public void LinkDown(IAclLink link, HciStatus reason)
    {
        _recent = null;
        if (_links.Remove(link, out var channels))
        {
            channels.LinkDown();
        }
    }

    /// <summary>Ends every channel as if its link had ended, and the meter. Idempotent.</summary>
    public void Dispose()
    {
        foreach (var link in _links.Keys.ToArray())
        {
            LinkDown(link, HciStatus.LocalHostTerminated);
        }

        _services.Clear();
        Counters.Dispose();
    }

    internal ServiceRegistration? FindService(Psm psm) =>
        psm.IsValidOnBrEdr && _services.TryGetValue(psm, out var service) ? service : null;

    internal void Report(L2capRefusal refusal, bool isTold = false)
    {
        Counters.Refusals++;
        if (isTold)
        {
            return;
        }

        LogRefused(_log, refusal.Peer, refusal.Psm, refusal.Rule, refusal.Result, refusal.Shortfall, refusal.KeyType, refusal.Remedy);
        try
        {
            Refused?.Invoke(refusal);
        }
#pragma warning disable CA1031 // Who listens to refusals must not keep them from being carried out.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogListenerFailed(_log, refusal.Peer, refusal.Psm, fault);
        }
    }

    internal void LogOpened(Channel channel) => LogChannelOpened(
        _log, channel.Link.Peer, channel.Psm, channel.LocalId, channel.RemoteId, channel.IncomingMtu, channel.OutgoingMtu);

    internal void LogClosed(Channel channel, ChannelCloseReason reason) =>
        LogChannelClosed(_log, channel.Link.Peer, channel.Psm, channel.LocalId, reason, channel.Refusal);

    internal void LogServiceFault(Channel channel, Exception fault) => LogAcceptFailed(_log, channel.Link.Peer, channel.Psm, fault);

    internal void LogObserverFault(Channel channel, Exception fault) => LogObserverFailed(_log, channel.Link.Peer, channel.Psm, fault);

    private static ChannelOutcome LinkLost =>
        new(null, ConnectionResult.Success, SecurityShortfall.LinkLost, ChannelCloseReason.LinkLost);

    private static void CheckKind(IAclLink link)
    {
        if (link.Kind != LinkKind.BrEdr)
        {
            throw new ArgumentException("This request exists on BR/EDR links only.", nameof(link));
        }
    }

    private static void Check(Psm psm, ChannelOptions options)
    {
        if (!psm.IsValidOnBrEdr)
        {
            throw new ArgumentException($"PSM {psm} is not valid on BR/EDR: its first octet must be odd, its second even.", nameof(psm));
        }

        if (options.IncomingMtu < ChannelOptions.MinimumMtu)
        {
            throw new ArgumentException(
                $"IncomingMtu is {options.IncomingMtu}; a channel needs {ChannelOptions.MinimumMtu} at least.", nameof(options));
        }
    }

    private void FixedReceived(LinkChannels channels, ChannelId channel, ReadOnlySpan<byte> payload)
    {
        switch (FixedChannels.For(channels.Link.Kind, channel))
        {
            case FixedChannelUse.Signaling:
                channels.Signaling.Receive(payload);
                break;
            case FixedChannelUse.Connectionless:
                Counters.ConnectionlessDropped++;
                break;
            default:
                Counters.PdusDropped++;
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "L2CAP refuses {Peer} PSM {Psm}: {Rule}, result {Result}, link lacks {Shortfall}, key {KeyType}. {Remedy}")]
    private static partial void LogRefused(
        ILogger log, PeerAddress peer, Psm psm, L2capRule rule, ConnectionResult result, SecurityShortfall shortfall, LinkKeyType? keyType, string remedy);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} PSM {Psm}: channel {Local} to {Remote} open, MTU in {IncomingMtu} out {OutgoingMtu}.")]
    private static partial void LogChannelOpened(
        ILogger log, PeerAddress peer, Psm psm, ChannelId local, ChannelId remote, int incomingMtu, int outgoingMtu);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} PSM {Psm}: channel {Local} ended: {Reason}, refusal {Refusal}.")]
    private static partial void LogChannelClosed(
        ILogger log, PeerAddress peer, Psm psm, ChannelId local, ChannelCloseReason reason, ConnectionResult refusal);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Peer} PSM {Psm}: the service failed when it was offered a channel; the peer is refused.")]
    private static partial void LogAcceptFailed(ILogger log, PeerAddress peer, Psm psm, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Peer} PSM {Psm}: the protocol on a channel failed; the channel is ended.")]
    private static partial void LogObserverFailed(ILogger log, PeerAddress peer, Psm psm, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Peer} PSM {Psm}: who was told of a refusal failed.")]
    private static partial void LogListenerFailed(ILogger log, PeerAddress peer, Psm psm, Exception fault);

    private sealed class Listener(L2capLayer layer, ServiceRegistration service) : IDisposable
    {
        public void Dispose()
        {
            if (layer._services.TryGetValue(service.Psm, out var current) && ReferenceEquals(current, service))
            {
                layer._services.Remove(service.Psm);
            }
        }
    }
}
