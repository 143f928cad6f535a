using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>The signalling channel of one link: takes commands apart, rejects what it must, matches answers with
/// requests, and writes this side's commands (Core, Vol 3, Part A, 4).</summary>
/// <remarks>
/// <para>A truncated command is discarded. Octets after the last command that are no command are answered by Command
/// Reject. A response is never rejected: one that nobody waits for is ignored and counted.</para>
/// </remarks>
internal sealed class SignalingChannel
{
    private readonly IAclLink _link;
    private readonly PacketPool _pool;
    private readonly L2capCounters _counters;
    private readonly ISignalingUser _user;

    public SignalingChannel(IAclLink link, PacketPool pool, L2capCounters counters, ISignalingUser user)
    {
        _link = link;
        _pool = pool;
        _counters = counters;
        _user = user;
        Rules = SignalingRules.For(link.Kind);
    }

    /// <summary>What the kind of the link decides.</summary>
    public SignalingRules Rules { get; }

    /// <summary>This side's requests that wait for an answer.</summary>
    public PendingRequests Pending { get; } = new();

    /// <summary>Takes the payload of one signalling PDU.</summary>
    public void Receive(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > Rules.AcceptedMtu)
        {
            RejectOversized(payload);
            return;
        }

        var reader = new CommandReader(payload);
        var lastRequest = PendingRequests.NoIdentifier;
        while (reader.TryRead(out var header, out var data))
        {
            _counters.CommandsReceived++;
            lastRequest = header.Code.IsResponse() ? PendingRequests.NoIdentifier : header.Identifier;
            if (header.Identifier == PendingRequests.NoIdentifier)
            {
                _counters.CommandsIgnored++;
            }
            else
            {
                Dispatch(header, data);
            }
        }

        switch (reader.End)
        {
            case CommandListEnd.Truncated:
                _counters.CommandsMalformed++;
                break;

            // Answered with the identifier of the request before them; where there is none, there is nothing to answer.
            case CommandListEnd.Trailing when lastRequest != PendingRequests.NoIdentifier:
                _counters.CommandsMalformed++;
                Reject(lastRequest, CommandReject.NotUnderstood());
                break;
            case CommandListEnd.Trailing:
                _counters.CommandsMalformed++;
                break;
        }
    }

    /// <summary>Sends one command in a PDU of its own.</summary>
    /// <returns>False where the link did not take it.</returns>
    public bool Send<T>(CommandCode code, byte identifier, scoped in T command)
        where T : struct, IWireFormat<T>, allows ref struct
    {
        var buffer = _pool.Rent();
        var writer = new WireWriter(buffer.Append(CommandHeader.Size + command.EncodedSize));
        new CommandHeader(code, identifier, (ushort)command.EncodedSize).Write(ref writer);
        command.Write(ref writer);
        BasicHeader.Prepend(buffer, Rules.Channel);
        _counters.CommandsSent++;
        _counters.PdusSent++;
        if (_link.Send(buffer, EgressClass.Control))
        {
            return true;
        }

        _counters.SendsRefused++;
        return false;
    }

    /// <summary>Rejects a request.</summary>
    public void Reject(byte identifier, CommandReject reject)
    {
        _counters.CommandsRejected++;
        Send(CommandCode.CommandReject, identifier, reject);
    }

    private void Dispatch(CommandHeader header, ReadOnlySpan<byte> data)
    {
        var understood = Rules.HasConnectionCommands || header.Code is CommandCode.CommandReject
            ? DispatchKnown(header, data)
            : header.Code.IsResponse() && Ignore();
        if (understood)
        {
            return;
        }

        if (header.Code.IsResponse())
        {
            _counters.CommandsMalformed++;
        }
        else
        {
            Reject(header.Identifier, CommandReject.NotUnderstood());
        }
    }

    // False: the code is not known here, or the data is not what the code asks for.
    private bool DispatchKnown(CommandHeader header, ReadOnlySpan<byte> data)
    {
        switch (header.Code)
        {
            case CommandCode.ConnectionRequest when ConnectionRequest.TryParse(data, out var request):
                _user.ConnectionRequested(header.Identifier, request);
                return true;
            case CommandCode.ConfigurationRequest when ConfigurationRequest.TryParse(data, out var request):
                _user.ConfigurationRequested(header.Identifier, request);
                return true;
            case CommandCode.DisconnectionRequest when DisconnectionRequest.TryParse(data, out var request):
                _user.DisconnectionRequested(header.Identifier, request);
                return true;
            case CommandCode.EchoRequest:
                Send(CommandCode.EchoResponse, header.Identifier, new Echo(data));
                return true;
            case CommandCode.InformationRequest when InformationRequest.TryParse(data, out var request):
                Send(CommandCode.InformationResponse, header.Identifier, InformationAnswers.For(request.Type));
                return true;
            default:
                return header.Code.IsResponse() && DispatchResponse(header, data);
        }
    }

    private bool DispatchResponse(CommandHeader header, ReadOnlySpan<byte> data)
    {
        if (Pending.Find(header.Identifier, header.Code) is not { } requester)
        {
            return Ignore();
        }

        switch (header.Code)
        {
            case CommandCode.CommandReject when CommandReject.TryParse(data, out var reject):
                _counters.RejectsReceived++;
                requester.Rejected(reject);
                return true;
            case CommandCode.ConnectionResponse when ConnectionResponse.TryParse(data, out var response):
                _user.ConnectionAnswered(requester, response);
                return true;
            case CommandCode.ConfigurationResponse when ConfigurationResponse.TryParse(data, out var response):
                _user.ConfigurationAnswered(requester, response);
                return true;
            case CommandCode.DisconnectionResponse when DisconnectionResponse.TryParse(data, out var response):
                _user.DisconnectionAnswered(requester, response);
                return true;
            case CommandCode.EchoResponse when requester is SignalingQuery query:
                query.End(new(QueryOutcome.Answered, default));
                return true;
            case CommandCode.InformationResponse when requester is SignalingQuery query
                && InformationResponse.TryParse(data, out var response):
                query.End(new(QueryOutcome.Answered, response));
                return true;
            default:
                return false;
        }
    }

    private bool Ignore()
    {
        _counters.CommandsIgnored++;
        return true;
    }

    // The identifier is that of the first request; a PDU of responses alone is discarded silently (4.1).
    private void RejectOversized(ReadOnlySpan<byte> payload)
    {
        _counters.CommandsMalformed++;
        var reader = new CommandReader(payload);
        while (reader.TryRead(out var header, out _))
        {
            if (!header.Code.IsResponse() && header.Identifier != PendingRequests.NoIdentifier)
            {
                Reject(header.Identifier, CommandReject.MtuExceeded(Rules.AcceptedMtu));
                return;
            }
        }

        if (reader.End == CommandListEnd.Truncated
            && CommandHeader.TryParse(payload[..CommandHeader.Size], out var first)
            && !first.Code.IsResponse() && first.Identifier != PendingRequests.NoIdentifier)
        {
            Reject(first.Identifier, CommandReject.MtuExceeded(Rules.AcceptedMtu));
        }
    }
}
