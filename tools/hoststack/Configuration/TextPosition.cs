namespace HostStack.Cli.Configuration;

/// <summary>A place in a text file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
internal readonly record struct TextPosition(int Line, int Column);

/// <summary>Finds lines and columns of octets in a UTF-8 text.</summary>
internal sealed class TextLines
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly List<int> _starts = [0];

    public TextLines(ReadOnlyMemory<byte> text)
    {
        _text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text.Span[i] == (byte)'\n')
            {
                _starts.Add(i + 1);
            }
        }
    }

    /// <summary>The place of an octet; beyond the end it is the end.</summary>
    public TextPosition At(long offset)
    {
        var octet = (int)Math.Clamp(offset, 0, _text.Length);
        var line = _starts.BinarySearch(octet);
        line = line < 0 ? ~line - 1 : line;
        var column = 1;
        foreach (var value in _text.Span[_starts[line]..octet])
        {
            // Continuation octets (10xxxxxx) belong to the character before them.
            column += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return new TextPosition(line + 1, column);
    }

    /// <summary>The octet where a line begins.</summary>
    /// <param name="line">From 0.</param>
    public int StartOf(long line) => _starts[(int)Math.Clamp(line, 0, _starts.Count - 1)];
}
