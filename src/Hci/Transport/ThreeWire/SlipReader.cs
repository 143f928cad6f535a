namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>Cuts octets into frames, at whatever places they are split. Pure; hostile octets cost nothing but
/// themselves.</summary>
/// <remarks>Every delimiter ends what came before it and begins what comes after: where one is lost, two frames become
/// one that its checksum refuses, and the frame after it is whole again. A frame that is too long, or has an escape
/// that stands for nothing, is thrown away up to the next delimiter.</remarks>
internal sealed class SlipReader
{
    private readonly byte[] _frame;
    private int _length;
    private bool _escaped;
    private bool _spoiled;
    private bool? _saidPause;

    /// <summary>Makes a reader.</summary>
    /// <param name="longest">Octets of the longest frame, unescaped.</param>
    public SlipReader(int longest) => _frame = new byte[longest];

    /// <summary>Whether bare XON and XOFF are flow control, as agreed, and no part of a frame.</summary>
    public bool HasFlowControl { get; set; }

    /// <summary>Whether the sender has said XOFF, as far as was read.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether the sender has said XOFF, or XON, since this was asked last; null where it has said neither. What it
    /// said before holds no longer than its time, since the XON that ends it may be lost.</summary>
    public bool? TakeFlowControl()
    {
        var said = _saidPause;
        _saidPause = null;
        return said;
    }

    /// <summary>Frames that were thrown away: too long, or escaped wrongly.</summary>
    public long Discarded { get; private set; }

    /// <summary>Takes octets up to the end of the next frame.</summary>
    /// <param name="octets">What was read; becomes what is left of it.</param>
    /// <param name="frame">The frame: good until the next call, and may be changed.</param>
    /// <returns>Whether there is one; false where all octets are taken.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> octets, out Span<byte> frame)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            var octet = octets[i];
            if (octet == Slip.Delimiter)
            {
                var length = End();
                if (length > 0)
                {
                    octets = octets[(i + 1)..];
                    frame = _frame.AsSpan(0, length);
                    return true;
                }
            }
            else if (HasFlowControl && octet is (Slip.GoOn or Slip.Pause))
            {
                IsPaused = octet == Slip.Pause;
                _saidPause = IsPaused;
            }
            else
            {
                Take(octet);
            }
        }

        octets = default;
        frame = default;
        return false;
    }

    // The octets of the frame that a delimiter ends; 0 for none, or for one that is thrown away.
    private int End()
    {
        var isWhole = !_spoiled && !_escaped;
        Discarded += isWhole ? 0 : 1;
        var length = isWhole ? _length : 0;
        _length = 0;
        _spoiled = false;
        _escaped = false;
        return length;
    }

    private void Take(byte octet)
    {
        if (!_escaped && octet == Slip.Escape)
        {
            _escaped = true;
            return;
        }

        if (_escaped)
        {
            _escaped = false;
            octet = octet switch
            {
                Slip.EscapedDelimiter => Slip.Delimiter,
                Slip.EscapedEscape => Slip.Escape,

                // Taken whether or not flow control is agreed: one side knows of the agreement before the other.
                Slip.EscapedGoOn => Slip.GoOn,
                Slip.EscapedPause => Slip.Pause,
                _ => Spoil(),
            };
        }

        if (_length == _frame.Length)
        {
            _spoiled = true;
        }
        else if (!_spoiled)
        {
            _frame[_length++] = octet;
        }
    }

    private byte Spoil()
    {
        _spoiled = true;
        return 0;
    }
}
