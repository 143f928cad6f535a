namespace HostStack.Sdp.Tests;

/// <summary>Octets written as people read them.</summary>
internal static class Hex
{
    public static byte[] Parse(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));

    public static string Of(ReadOnlySpan<byte> octets) => Convert.ToHexString(octets);
}
