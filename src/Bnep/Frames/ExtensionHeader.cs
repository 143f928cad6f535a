namespace HostStack.Bnep.Frames;

/// <summary>The seven low bits of an extension header's first octet (BNEP 1.0, 3.2, table 6).</summary>
internal enum ExtensionType : byte
{
    /// <summary>A control message for the device at the other end of the channel alone; never sent on.</summary>
    Control = 0x00,
}

/// <summary>A view of one extension header (BNEP 1.0, 3.1).</summary>
/// <remarks><c>| E 1 bit, type 7 bits | length 1 | payload |</c>.</remarks>
internal readonly ref struct ExtensionHeader
{
    /// <summary>Octets before the payload.</summary>
    public const int HeaderSize = 2;

    public ExtensionHeader(ReadOnlySpan<byte> octets) => Octets = octets;

    /// <summary>The whole header, type and length included.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    public ExtensionType Type => (ExtensionType)(Octets[0] & BnepHeader.TypeMask);

    /// <summary>Whether another extension header follows.</summary>
    public bool HasMore => Octets[0] >= BnepHeader.ExtensionFlag;

    public ReadOnlySpan<byte> Payload => Octets[HeaderSize..];
}

/// <summary>Walks a chain of extension headers and never leaves its octets.</summary>
internal ref struct ExtensionWalker
{
    private ReadOnlySpan<byte> _rest;
    private bool _more;

    /// <summary>Starts at the first header of a chain.</summary>
    /// <param name="octets">What follows a header whose extension flag is set; may go on behind the chain.</param>
    public ExtensionWalker(ReadOnlySpan<byte> octets)
    {
        _rest = octets;
        _more = true;
        IsMalformed = false;
    }

    /// <summary>Whether the chain promised a header that the octets do not hold.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>What lies behind the headers walked so far.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes the next header.</summary>
    /// <param name="header">The header.</param>
    /// <returns>False after the last, and where the chain is broken.</returns>
    public bool TryNext(out ExtensionHeader header)
    {
        header = default;
        if (!_more)
        {
            return false;
        }

        if (_rest.Length < ExtensionHeader.HeaderSize || _rest.Length - ExtensionHeader.HeaderSize < _rest[1])
        {
            _more = false;
            IsMalformed = true;
            return false;
        }

        var size = ExtensionHeader.HeaderSize + _rest[1];
        header = new ExtensionHeader(_rest[..size]);
        _rest = _rest[size..];
        _more = header.HasMore;
        return true;
    }
}
