using System.Buffers;
using HostStack.Hci.Loop;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Client;

/// <summary>Asks an SDP server on a channel that someone else opens with this observer. Loop only.</summary>
/// <remarks>Queries may be made before the channel is open and beside each other: they are sent one after the other, as
/// the protocol wants (Core, Vol 3, Part B, 4.2). Answers come in pieces of the channel's MTU and are put together
/// within <see cref="MaximumOctets"/> and <see cref="MaximumRounds"/>.</remarks>
public sealed class SdpClient : IChannelObserver
{
    /// <summary>The most octets of one answer.</summary>
    public const int MaximumOctets = 65536;

    /// <summary>The most pieces of one answer.</summary>
    public const int MaximumRounds = 64;

    /// <summary>Queries that may wait for their turn.</summary>
    public const int MaximumQueries = 32;

    private readonly TransactionChannel _transactions;
    private Task _lastTurn = Task.CompletedTask;
    private int _queries;

    /// <summary>Makes a client.</summary>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="timeout">How long one response may take; 10 s where it is not given.</param>
    public SdpClient(TimerQueue timers, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(timers);
        _transactions = new TransactionChannel(timers, timeout ?? DefaultTimeout);
    }

    /// <summary>How long one response may take, unless the constructor is told: 10 s.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>SDUs of the server that answered no pending request: late ones, and malformed ones.</summary>
    public long UnexpectedResponses => _transactions.Unexpected;

    /// <summary>Asks for the handles of the records that hold every UUID.</summary>
    /// <param name="uuids">One to twelve UUIDs.</param>
    /// <param name="maximum">The most handles.</param>
    public async Task<SdpResult<IReadOnlyList<ServiceRecordHandle>>> SearchAsync(
        IEnumerable<SdpUuid> uuids, ushort maximum = ushort.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfZero(maximum);
        var pattern = CheckPattern(uuids);
        var answer = await QueryAsync(_ => new SearchQuery(pattern, maximum));
        return answer.IsSuccess
            ? new(SdpOutcome.Success, [.. ServiceSearchResponse.ReadHandles(answer.Value).Distinct().Take(maximum)])
            : new(answer.Outcome, null, answer.Error);
    }

    /// <summary>Asks for attributes of one record.</summary>
    /// <param name="handle">The record.</param>
    /// <param name="ranges">Which attributes, in any order; all where null.</param>
    public async Task<SdpResult<ServiceRecord>> AttributesAsync(
        ServiceRecordHandle handle, IEnumerable<AttributeRange>? ranges = null)
    {
        var wanted = CheckRanges(ranges);
        var answer = await QueryAsync(channel => new AttributeQuery(handle, wanted, MaximumByteCount(channel)));
        if (!answer.IsSuccess)
        {
            return new(answer.Outcome, null, answer.Error);
        }

        return DataElement.TryParse(answer.Value, out var list) && ServiceRecord.TryRead(list!, out var record)
            ? new(SdpOutcome.Success, record)
            : new(SdpOutcome.InvalidResponse, null);
    }

    /// <summary>Asks for attributes of all records that hold every UUID.</summary>
    /// <param name="uuids">One to twelve UUIDs.</param>
    /// <param name="ranges">Which attributes, in any order; all where null.</param>
    public async Task<SdpResult<IReadOnlyList<ServiceRecord>>> SearchAttributesAsync(
        IEnumerable<SdpUuid> uuids, IEnumerable<AttributeRange>? ranges = null)
    {
        var pattern = CheckPattern(uuids);
        var wanted = CheckRanges(ranges);
        var answer = await QueryAsync(channel => new SearchAttributeQuery(pattern, wanted, MaximumByteCount(channel)));
        if (!answer.IsSuccess)
        {
            return new(answer.Outcome, null, answer.Error);
        }

        if (!DataElement.TryParse(answer.Value, out var lists) || lists!.Type != DataElementType.Sequence)
        {
            return new(SdpOutcome.InvalidResponse, null);
        }

        var records = new List<ServiceRecord>();
        foreach (var list in lists.Items)
        {
            if (!ServiceRecord.TryRead(list, out var record))
            {
                return new(SdpOutcome.InvalidResponse, null);
            }

            records.Add(record!);
        }

        return new(SdpOutcome.Success, records);
    }

    void IChannelObserver.Opened(IL2capChannel channel) => _transactions.Opened(channel);

    void IChannelObserver.Received(IL2capChannel channel, ReadOnlySpan<byte> sdu) => _transactions.Received(channel, sdu);

    void IChannelObserver.Writable(IL2capChannel channel) => _transactions.Writable(channel);

    void IChannelObserver.Closed(IL2capChannel channel, ChannelCloseReason reason) => _transactions.Closed(channel, reason);

    private static SdpUuid[] CheckPattern(IEnumerable<SdpUuid> uuids)
    {
        SdpUuid[] pattern = [.. uuids.Distinct()];
        return pattern.Length is > 0 and <= ServiceSearchPattern.MaximumCount
            ? pattern
            : throw new ArgumentException("A search pattern holds one to twelve UUIDs.", nameof(uuids));
    }

    private static AttributeRange[] CheckRanges(IEnumerable<AttributeRange>? ranges)
    {
        var wanted = AttributeRange.Normalize(ranges ?? [AttributeRange.All]);
        return wanted.Length is > 0 and <= AttributeIdList.MaximumCount && Array.TrueForAll(wanted, range => range.First <= range.Last)
            ? wanted
            : throw new ArgumentException(
                "Ask for at least one attribute, and give the lower identifier of a range first.", nameof(ranges));
    }

    // One response then fills one SDU: servers that forget the MTU are not led into exceeding it.
    private static ushort MaximumByteCount(IL2capChannel channel) =>
        (ushort)Math.Clamp(
            channel.IncomingMtu - PduHeader.Size - sizeof(ushort) - 1 - ContinuationState.MaximumLength,
            ServiceAttributeRequest.MinimumByteCount,
            ushort.MaxValue);

    private async Task<SdpResult<byte[]>> QueryAsync(Func<IL2capChannel, ClientRequest> create)
    {
        if (_queries == MaximumQueries)
        {
            throw new InvalidOperationException($"{MaximumQueries} queries are waiting already; await their results first.");
        }

        _queries++;
        var previous = _lastTurn;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lastTurn = turn.Task;
        try
        {
            await previous;
            return await _transactions.Channel is { } channel
                ? await CollectAsync(channel, create(channel))
                : new SdpResult<byte[]>(SdpOutcome.ChannelClosed, null);
        }
        finally
        {
            _queries--;
            turn.SetResult();
        }
    }

    private async Task<SdpResult<byte[]>> CollectAsync(IL2capChannel channel, ClientRequest request)
    {
        var collected = new ArrayBufferWriter<byte>();
        byte[] continuation = [];
        for (var round = 0; round < MaximumRounds; round++)
        {
            var parameters = request.Encode(continuation);
            if (PduHeader.Size + parameters.Length > channel.OutgoingMtu)
            {
                if (round > 0)
                {
                    // The server's own continuation state makes the request too long for it.
                    return new(SdpOutcome.InvalidResponse, null);
                }

                throw new ArgumentException(
                    $"The request does not fit the server's MTU of {channel.OutgoingMtu}; ask for fewer UUIDs or attributes.");
            }

            var reply = await _transactions.ExchangeAsync(channel, request.Id, request.ResponseId, parameters);
            if (reply.Outcome != SdpOutcome.Success)
            {
                return new(reply.Outcome, null, reply.Error);
            }

            if (!request.TryReadPiece(reply.Parameters, out var piece, out var next))
            {
                return new(SdpOutcome.InvalidResponse, null);
            }

            if (piece.Length > MaximumOctets - collected.WrittenCount)
            {
                return new(SdpOutcome.TooLong, null);
            }

            collected.Write(piece);
            if (next.IsEmpty)
            {
                return new(SdpOutcome.Success, collected.WrittenSpan.ToArray());
            }

            continuation = next.ToArray();
        }

        return new(SdpOutcome.TooLong, null);
    }
}
