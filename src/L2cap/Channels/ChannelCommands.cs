using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;

namespace HostStack.L2cap.Channels;

/// <summary>The signalling commands of one channel, and the one request of it that may be outstanding.</summary>
internal sealed class ChannelCommands(Channel channel, SignalingChannel signaling)
{
    private const ChannelActions Requests = ChannelActions.SendConnectRequest | ChannelActions.SendConfigRequest
        | ChannelActions.SendDisconnectRequest;

    private ChannelActions _outstanding;
    private byte _identifier;

    /// <summary>Sends the connection responses and requests among <paramref name="actions"/>, responses first.</summary>
    public void Send(ChannelActions actions, ConfigurationNegotiation negotiation)
    {
        if ((actions & ChannelActions.SendConnectPending) != 0)
        {
            Respond(channel.LocalId, ConnectionResult.Pending, ConnectionStatus.AuthenticationPending);
        }

        if ((actions & ChannelActions.SendConnectSuccess) != 0)
        {
            Respond(channel.LocalId, ConnectionResult.Success, ConnectionStatus.None);
        }

        if ((actions & ChannelActions.SendConnectRefusal) != 0)
        {
            Respond(default, channel.Refusal, ConnectionStatus.None);
        }

        if ((actions & Requests) != 0)
        {
            Forget();
            _outstanding = actions & Requests;
            _identifier = signaling.Pending.Add(ResponseTo(_outstanding), channel);
            SendOutstanding(negotiation);
        }
        else if ((actions & ChannelActions.Retransmit) != 0 && _identifier != PendingRequests.NoIdentifier)
        {
            SendOutstanding(negotiation);
        }
    }

    /// <summary>Answers a configuration request by what was negotiated.</summary>
    public void SendConfigurationResponse(byte identifier, ConfigurationFlags flags, ConfigurationNegotiation negotiation) =>
        signaling.Send(CommandCode.ConfigurationResponse, identifier, new ConfigurationResponse(
            channel.RemoteId, flags, negotiation.AnswerResult, negotiation.AnswerOptions));

    /// <summary>Answers a disconnection request.</summary>
    public void SendDisconnectionResponse(byte identifier) => signaling.Send(
        CommandCode.DisconnectionResponse, identifier, new DisconnectionResponse(channel.LocalId, channel.RemoteId));

    /// <summary>The outstanding request waits no longer.</summary>
    public void Forget()
    {
        signaling.Pending.Remove(_identifier);
        _identifier = PendingRequests.NoIdentifier;
        _outstanding = ChannelActions.None;
    }

    private static CommandCode ResponseTo(ChannelActions request) => request switch
    {
        ChannelActions.SendConnectRequest => CommandCode.ConnectionResponse,
        ChannelActions.SendConfigRequest => CommandCode.ConfigurationResponse,
        _ => CommandCode.DisconnectionResponse,
    };

    // Without a free identifier nothing is sent, and the response timer ends the attempt.
    private void SendOutstanding(ConfigurationNegotiation negotiation)
    {
        if (_identifier == PendingRequests.NoIdentifier)
        {
            return;
        }

        switch (_outstanding)
        {
            case ChannelActions.SendConnectRequest:
                signaling.Send(
                    CommandCode.ConnectionRequest, _identifier, new ConnectionRequest(channel.Psm, channel.LocalId));
                break;
            case ChannelActions.SendConfigRequest:
                Span<byte> options = stackalloc byte[ConfigurationNegotiation.OptionCapacity];
                var length = negotiation.WriteRequest(options);
                signaling.Send(CommandCode.ConfigurationRequest, _identifier, new ConfigurationRequest(
                    channel.RemoteId, ConfigurationFlags.None, options[..length]));
                break;
            case ChannelActions.SendDisconnectRequest:
                signaling.Send(CommandCode.DisconnectionRequest, _identifier, new DisconnectionRequest(
                    channel.RemoteId, channel.LocalId));
                break;
        }
    }

    private void Respond(ChannelId destination, ConnectionResult result, ConnectionStatus status) =>
        signaling.Send(CommandCode.ConnectionResponse, channel.ConnectIdentifier, new ConnectionResponse(
            destination, channel.RemoteId, result, status));
}
