namespace HostStack.Sdp.Tests;

/// <summary>Sequences in sequences, made without a recursion.</summary>
internal static class Nesting
{
    /// <summary>An empty sequence, wrapped so that there are <paramref name="depth"/> of them; 16-bit lengths.</summary>
    public static byte[] Of(int depth)
    {
        var octets = new List<byte>();
        for (var inner = depth - 1; inner >= 0; inner--)
        {
            var length = inner * 3;
            octets.AddRange([0x36, (byte)(length >> 8), (byte)length]);
        }

        return [.. octets];
    }
}
