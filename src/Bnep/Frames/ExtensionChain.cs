namespace HostStack.Bnep.Frames;

/// <summary>A whole, checked chain of extension headers, and where its unknown ones lie.</summary>
internal readonly ref struct ExtensionChain
{
    private readonly int _unknownStart;
    private readonly bool _unknownIsTail;

    private ExtensionChain(
        ReadOnlySpan<byte> octets, int controls, int unknowns, int unknownOctets, int unknownStart, bool unknownIsTail)
    {
        Octets = octets;
        Controls = controls;
        Unknowns = unknowns;
        UnknownOctets = unknownOctets;
        _unknownStart = unknownStart;
        _unknownIsTail = unknownIsTail;
    }

    /// <summary>The chain and nothing behind it.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Headers of type control.</summary>
    public int Controls { get; }

    /// <summary>Headers of every other type.</summary>
    public int Unknowns { get; }

    /// <summary>Octets of the unknown headers together.</summary>
    public int UnknownOctets { get; }

    /// <summary>Finds the end of a chain.</summary>
    /// <param name="octets">What follows a header whose extension flag is set.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>False where a header does not fit the octets: nothing of the packet can be trusted.</returns>
    public static bool TryParse(ReadOnlySpan<byte> octets, out ExtensionChain chain)
    {
        var walker = new ExtensionWalker(octets);
        int controls = 0, unknowns = 0, unknownOctets = 0, unknownStart = 0, offset = 0;
        var unknownIsTail = true;
        while (walker.TryNext(out var header))
        {
            if (header.Type == ExtensionType.Control)
            {
                controls++;
                unknownIsTail &= unknowns == 0;
            }
            else
            {
                unknownStart = unknowns++ == 0 ? offset : unknownStart;
                unknownOctets += header.Octets.Length;
            }

            offset += header.Octets.Length;
        }

        chain = walker.IsMalformed
            ? default
            : new ExtensionChain(octets[..offset], controls, unknowns, unknownOctets, unknownStart, unknownIsTail);
        return !walker.IsMalformed;
    }

    /// <summary>The unknown headers as a chain of their own.</summary>
    /// <param name="scratch">Where they are put together when control headers lie between or behind them; in a chain
    /// that is in ascending order, as it must be, they are the tail and nothing is copied.</param>
    public ReadOnlySpan<byte> Unknown(ref byte[]? scratch)
    {
        if (Unknowns == 0)
        {
            return default;
        }

        if (_unknownIsTail)
        {
            return Octets[_unknownStart..];
        }

        if (scratch is null || scratch.Length < UnknownOctets)
        {
            scratch = new byte[Math.Max(UnknownOctets, BnepLimits.MaximumExtensionsAndPayload)];
        }

        CopyUnknown(scratch);
        return scratch.AsSpan(0, UnknownOctets);
    }

    /// <summary>Copies the unknown headers; the flags of the copy say which one is its last.</summary>
    /// <param name="destination">At least <see cref="UnknownOctets"/> octets.</param>
    public void CopyUnknown(Span<byte> destination)
    {
        var walker = new ExtensionWalker(Octets);
        var left = Unknowns;
        while (left > 0 && walker.TryNext(out var header))
        {
            if (header.Type == ExtensionType.Control)
            {
                continue;
            }

            header.Octets.CopyTo(destination);
            destination[0] = (byte)((byte)header.Type | (--left > 0 ? BnepHeader.ExtensionFlag : 0));
            destination = destination[header.Octets.Length..];
        }
    }
}
