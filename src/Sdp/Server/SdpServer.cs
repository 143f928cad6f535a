using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Sdp.Server;

/// <summary>Answers service discovery on any number of channels from one database (Core, Vol 3, Part B). Loop only.</summary>
/// <remarks>Registered on PSM 0x0001 without a security requirement: <see cref="Registration"/>. Malformed requests get
/// the specification's error and the channel goes on; what a channel keeps is bounded, and forgotten with it.</remarks>
public sealed partial class SdpServer
{
    /// <summary>Channels that are served at once.</summary>
    public const int MaximumChannels = 64;

    /// <summary>Channels of one link that are served at once: anybody may ask for them, so that one peer must not take
    /// the places of the others.</summary>
    public const int MaximumChannelsPerLink = 4;

    /// <summary>Octets that all channels together keep for responses that clients have not taken in full.</summary>
    public const int MaximumPendingOctets = 1 << 20;

    private readonly ContinuationBudget _budget = new(MaximumPendingOctets);
    private readonly List<ServerChannel> _channels = [];
    private readonly ILogger _log;

    /// <summary>Makes a server.</summary>
    /// <param name="database">The records.</param>
    /// <param name="log">Where refusals go.</param>
    public SdpServer(ServiceRecordDatabase database, ILogger? log = null)
    {
        Database = database;
        _log = log ?? NullLogger.Instance;
    }

    /// <summary>The records.</summary>
    public ServiceRecordDatabase Database { get; }

    /// <summary>Channels that are served now.</summary>
    public int Channels => _channels.Count;

    /// <summary>Octets kept for responses that clients have not taken in full.</summary>
    public int PendingOctets => _budget.Used;

    /// <summary>Requests that were answered or refused.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests that were refused with an error.</summary>
    public long Refused { get; private set; }

    /// <summary>SDUs that got no answer: too short, responses, or more than one while the link was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Channels for which there was no place.</summary>
    public long ChannelsRefused { get; private set; }

    /// <summary>What to register with L2CAP: the PSM, no security, and <see cref="Accept"/>.</summary>
    public ServiceRegistration Registration => new()
    {
        Psm = Psm.Sdp,
        Options = new ChannelOptions { Security = SecurityRequirement.None },
        Accept = Accept,
    };

    /// <summary>Makes the observer of a new channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>The observer; null where <see cref="MaximumChannels"/> are served already, or
    /// <see cref="MaximumChannelsPerLink"/> of the channel's link.</returns>
    public IChannelObserver? Accept(IL2capChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (Channels == MaximumChannels || _channels.Count(other => other.Link == channel.Link) == MaximumChannelsPerLink)
        {
            ChannelsRefused++;
            LogFull(_log, channel.Link.Peer);
            return null;
        }

        var observer = new ServerChannel(this, channel.Link);
        _channels.Add(observer);
        return observer;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "SDP: {Peer} asked {Request} and got error {Error}.")]
    private static partial void LogRefused(ILogger log, PeerAddress peer, PduId request, SdpErrorCode error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "SDP: a channel of {Peer} was refused, too many are open.")]
    private static partial void LogFull(ILogger log, PeerAddress peer);

    private sealed class ServerChannel : IChannelObserver
    {
        private readonly SdpServer _server;
        private readonly ContinuationTable _continuations;
        private readonly Responder _responder;
        private byte[]? _waiting;
        private bool _closed;

        public ServerChannel(SdpServer server, IAclLink link)
        {
            Link = link;
            _server = server;
            _continuations = new ContinuationTable(server._budget);
            _responder = new Responder(server.Database, _continuations);
        }

        public IAclLink Link { get; }

        public void Opened(IL2capChannel channel)
        {
            // The client speaks first.
        }

        public void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
        {
            if (channel.HasRoom)
            {
                Answer(channel, sdu);
            }
            else if (_waiting is null)
            {
                // A client has one request outstanding: one is kept until the link has room, more are its mistake.
                _waiting = sdu.ToArray();
            }
            else
            {
                _server.Dropped++;
            }
        }

        public void Writable(IL2capChannel channel)
        {
            if (_waiting is { } request)
            {
                _waiting = null;
                Answer(channel, request);
            }
        }

        public void Closed(IL2capChannel channel, ChannelCloseReason reason)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _waiting = null;
            _continuations.Clear();
            _server._channels.Remove(this);
        }

        private void Answer(IL2capChannel channel, ReadOnlySpan<byte> request)
        {
            var buffer = channel.Rent();
            var room = Math.Min(channel.OutgoingMtu, buffer.Tailroom);
            var answer = _responder.Respond(request, buffer.Append(room));
            if (answer.Length == 0)
            {
                buffer.Release();
                _server.Dropped++;
                return;
            }

            _server.Requests++;
            if (answer.Error is { } error)
            {
                _server.Refused++;
                LogRefused(_server._log, channel.Link.Peer, answer.Id, error);
            }

            buffer.Truncate(answer.Length);
            if (!channel.Send(buffer, EgressClass.Data))
            {
                _server.Dropped++;
            }
        }
    }
}
