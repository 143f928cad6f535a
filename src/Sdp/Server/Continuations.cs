using System.Buffers.Binary;
using HostStack.Sdp.Pdus;

namespace HostStack.Sdp.Server;

/// <summary>Bounds the octets that all channels of a server keep for continuations.</summary>
/// <param name="limit">The most octets.</param>
internal sealed class ContinuationBudget(int limit)
{
    /// <summary>Octets that are kept now; zero again when every channel is gone.</summary>
    public int Used { get; private set; }

    /// <summary>Sets octets apart.</summary>
    /// <param name="octets">How many.</param>
    /// <returns>False where they would exceed the limit.</returns>
    public bool TryReserve(int octets)
    {
        if (octets > limit - Used)
        {
            return false;
        }

        Used += octets;
        return true;
    }

    /// <summary>Gives octets back.</summary>
    /// <param name="octets">How many.</param>
    public void Release(int octets) => Used -= octets;
}

/// <summary>A response of which the peer has not taken all.</summary>
/// <param name="Id">The kind of request.</param>
/// <param name="Request">Its parameters without the continuation state, which the peer must repeat.</param>
/// <param name="Response">All octets of the list.</param>
/// <param name="Offset">Octets of it that have been sent.</param>
/// <param name="DatabaseState">The state of the database that the response shows.</param>
internal sealed record PendingResponse(PduId Id, byte[] Request, byte[] Response, int Offset, uint DatabaseState)
{
    /// <summary>Octets that this response costs.</summary>
    public int Cost => Request.Length + Response.Length;
}

/// <summary>The continuations of one channel. A token is good for one use, on this channel, for the same request, and
/// while no record changes; the offset never leaves the server, so that a forged state can move nothing.</summary>
/// <param name="budget">Shared by all channels of the server.</param>
internal sealed class ContinuationTable(ContinuationBudget budget)
{
    /// <summary>Octets of a token.</summary>
    public const int TokenSize = sizeof(uint);

    /// <summary>Responses that a channel may leave unfinished; the oldest gives way.</summary>
    public const int MaximumPending = 2;

    private readonly List<(uint Token, PendingResponse Response)> _pending = [];
    private uint _lastToken;

    /// <summary>Unfinished responses.</summary>
    public int Count => _pending.Count;

    /// <summary>Keeps a response whose rest the peer may ask for.</summary>
    /// <param name="response">The response.</param>
    /// <returns>What the peer must show, <see cref="TokenSize"/> octets; null where the server has no room.</returns>
    public byte[]? TryAdd(PendingResponse response)
    {
        if (_pending.Count == MaximumPending)
        {
            RemoveAt(0);
        }

        if (!budget.TryReserve(response.Cost))
        {
            return null;
        }

        _pending.Add((++_lastToken, response));
        var token = new byte[TokenSize];
        BinaryPrimitives.WriteUInt32BigEndian(token, _lastToken);
        return token;
    }

    /// <summary>Takes the response that a continuation state names.</summary>
    /// <param name="token">The peer's state.</param>
    /// <param name="id">The kind of request that it came in.</param>
    /// <param name="request">That request's parameters without the state.</param>
    /// <param name="databaseState">The state of the database now.</param>
    /// <returns>The response; null where this state was not given for this request, or not for the records of now.</returns>
    public PendingResponse? Take(ReadOnlySpan<byte> token, PduId id, ReadOnlySpan<byte> request, uint databaseState)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(token, out var number) || token.Length != TokenSize)
        {
            return null;
        }

        var index = _pending.FindIndex(entry => entry.Token == number);
        if (index < 0)
        {
            return null;
        }

        var response = _pending[index].Response;
        if (response.Id != id || !request.SequenceEqual(response.Request))
        {
            return null;
        }

        RemoveAt(index);
        return response.DatabaseState == databaseState ? response : null;
    }

    /// <summary>Forgets everything: the channel is gone.</summary>
    public void Clear()
    {
        while (_pending.Count > 0)
        {
            RemoveAt(0);
        }
    }

    private void RemoveAt(int index)
    {
        budget.Release(_pending[index].Response.Cost);
        _pending.RemoveAt(index);
    }
}
