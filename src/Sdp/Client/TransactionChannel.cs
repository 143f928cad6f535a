using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Pdus;

namespace HostStack.Sdp.Client;

/// <summary>What came back for one request.</summary>
/// <param name="Outcome">How the transaction ended.</param>
/// <param name="Parameters">The response's parameters, owned.</param>
/// <param name="Error">The server's error.</param>
internal readonly record struct Reply(SdpOutcome Outcome, byte[] Parameters, SdpErrorCode? Error = null);

/// <summary>One transaction at a time on one channel: identifiers, the timer, late and strange responses.</summary>
internal sealed class TransactionChannel : IChannelObserver
{
    private readonly LoopTimer _timer;
    private readonly TimeSpan _timeout;
    private readonly TaskCompletionSource<IL2capChannel?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Reply>? _pending;
    private PduId _expected;
    private ushort _transactionId;
    private byte[]? _unsent;

    public TransactionChannel(TimerQueue timers, TimeSpan timeout)
    {
        _timer = timers.Create(() => Complete(new Reply(SdpOutcome.Timeout, [])));
        _timeout = timeout;
    }

    /// <summary>The channel once it is open; null once it has closed without.</summary>
    public Task<IL2capChannel?> Channel => _opened.Task;

    /// <summary>Whether the channel has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>SDUs that answer no request that is pending: late ones, and those that are not responses.</summary>
    public long Unexpected { get; private set; }

    public void Opened(IL2capChannel channel) => _opened.TrySetResult(channel);

    public void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
    {
        if (_pending is null
            || sdu.Length < PduHeader.Size
            || !PduHeader.TryParse(sdu[..PduHeader.Size], out var header)
            || header.TransactionId != _transactionId)
        {
            Unexpected++;
            return;
        }

        var parameters = sdu[PduHeader.Size..];
        if (header.ParameterLength == parameters.Length && header.Id == _expected)
        {
            Complete(new Reply(SdpOutcome.Success, parameters.ToArray()));
        }
        else if (header.ParameterLength == parameters.Length
            && header.Id == PduId.ErrorResponse
            && ErrorResponse.TryParse(parameters, out var error))
        {
            Complete(new Reply(SdpOutcome.ServerError, [], error.Code));
        }
        else
        {
            Complete(new Reply(SdpOutcome.InvalidResponse, []));
        }
    }

    public void Writable(IL2capChannel channel)
    {
        if (_unsent is { } request)
        {
            _unsent = null;
            Send(channel, request);
        }
    }

    public void Closed(IL2capChannel channel, ChannelCloseReason reason)
    {
        IsClosed = true;
        _unsent = null;
        _opened.TrySetResult(null);
        Complete(new Reply(SdpOutcome.ChannelClosed, []));
    }

    /// <summary>Sends a request and waits for its response.</summary>
    /// <param name="channel">The open channel.</param>
    /// <param name="id">The request.</param>
    /// <param name="expected">Its response.</param>
    /// <param name="parameters">The request's parameters.</param>
    public Task<Reply> ExchangeAsync(IL2capChannel channel, PduId id, PduId expected, byte[] parameters)
    {
        if (IsClosed || !channel.IsOpen)
        {
            return Task.FromResult(new Reply(SdpOutcome.ChannelClosed, []));
        }

        var request = new byte[PduHeader.Size + parameters.Length];
        var writer = new WireWriter(request);
        new PduHeader(id, ++_transactionId, (ushort)parameters.Length).Write(ref writer);
        writer.Bytes(parameters);
        _expected = expected;
        _pending = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var pending = _pending.Task;
        _timer.Arm(_timeout);
        Send(channel, request);
        return pending;
    }

    private void Send(IL2capChannel channel, byte[] request)
    {
        var buffer = channel.Rent();
        request.CopyTo(buffer.Append(request.Length));
        if (!channel.Send(buffer, EgressClass.Control))
        {
            // The link's queue is full: once more when it has room, within the same time.
            _unsent = request;
        }
    }

    private void Complete(Reply reply)
    {
        _timer.Disarm();
        _unsent = null;
        var pending = _pending;
        _pending = null;
        pending?.TrySetResult(reply);
    }
}
