using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>Who waits for the answer to a request of this side.</summary>
internal interface IRequester
{
    /// <summary>The peer has rejected the request.</summary>
    void Rejected(CommandReject reject);
}

/// <summary>The requests of one link that wait for an answer, by identifier.</summary>
/// <remarks>Identifiers go round from 1 to 255, so that one is used again only after all others; one that is still
/// outstanding is skipped, and 0 is never used (Core, Vol 3, Part A, 4).</remarks>
internal sealed class PendingRequests
{
    /// <summary>The identifier that no command may have.</summary>
    public const byte NoIdentifier = 0;

    private readonly Entry[] _entries = new Entry[byte.MaxValue + 1];
    private byte _last;

    /// <summary>Requests that are outstanding.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the next free identifier.</summary>
    /// <param name="response">The command that answers the request.</param>
    /// <param name="requester">Who waits.</param>
    /// <returns><see cref="NoIdentifier"/> where all are outstanding.</returns>
    public byte Add(CommandCode response, IRequester requester)
    {
        for (var tried = 0; tried < byte.MaxValue; tried++)
        {
            _last = _last == byte.MaxValue ? (byte)1 : (byte)(_last + 1);
            if (_entries[_last].Requester is null)
            {
                _entries[_last] = new Entry(response, requester);
                Count++;
                return _last;
            }
        }

        return NoIdentifier;
    }

    /// <summary>Who waits for a response.</summary>
    /// <param name="identifier">As the response has it.</param>
    /// <param name="response">The response's code; a Command Reject answers every request.</param>
    /// <returns>Null where nobody does: the response is stale, repeated or forged.</returns>
    public IRequester? Find(byte identifier, CommandCode response)
    {
        var entry = _entries[identifier];
        return entry.Requester is not null && (response == CommandCode.CommandReject || response == entry.Response)
            ? entry.Requester
            : null;
    }

    /// <summary>Frees an identifier; nothing happens where it is free.</summary>
    public void Remove(byte identifier)
    {
        if (_entries[identifier].Requester is not null)
        {
            _entries[identifier] = default;
            Count--;
        }
    }

    private readonly record struct Entry(CommandCode Response, IRequester? Requester);
}
