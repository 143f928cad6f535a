using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>How the commands of a signalling PDU end.</summary>
internal enum CommandListEnd
{
    /// <summary>Every octet belonged to a command.</summary>
    Clean = 0,

    /// <summary>The last command says that it is longer than what is left.</summary>
    Truncated,

    /// <summary>Octets are left that are too few for a command.</summary>
    Trailing,
}

/// <summary>Walks the commands of a signalling PDU: on BR/EDR there may be several (Core, Vol 3, Part A, 4).</summary>
internal ref struct CommandReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first command of a PDU's payload.</summary>
    public CommandReader(ReadOnlySpan<byte> payload) => _rest = payload;

    /// <summary>How the list ended; meaningful once <see cref="TryRead"/> has given false.</summary>
    public CommandListEnd End { get; private set; }

    /// <summary>Takes the next whole command.</summary>
    public bool TryRead(out CommandHeader header, out ReadOnlySpan<byte> data)
    {
        data = default;
        header = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < CommandHeader.Size || !CommandHeader.TryParse(_rest[..CommandHeader.Size], out header))
        {
            End = CommandListEnd.Trailing;
            _rest = default;
            return false;
        }

        if (header.Length > _rest.Length - CommandHeader.Size)
        {
            End = CommandListEnd.Truncated;
            _rest = default;
            return false;
        }

        data = _rest.Slice(CommandHeader.Size, header.Length);
        _rest = _rest[(CommandHeader.Size + header.Length)..];
        return true;
    }
}
