using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Golden octets of one wire type, and the value that they mean.</summary>
public abstract class WireCase
{
    protected WireCase(Type type, string hex, int openFrom)
    {
        Type = type;
        Golden = Hex(hex);
        OpenFrom = openFrom;
    }

    public Type Type { get; }

    public byte[] Golden { get; }

    /// <summary>The length from which any length is allowed, for types that end in octets of any number.</summary>
    public int OpenFrom { get; }

    public bool IsReturn { get; protected init; }

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static string Zeros(int count) => new('0', 2 * count);

    public static WireCase Of<T>(string hex, T value)
        where T : struct, IWireFormat<T> => new ValueCase<T>(hex, value);

    public static WireCase View<T>(string hex, int openFrom = int.MaxValue)
        where T : struct, IWireFormat<T>, allows ref struct => new ViewCase<T>(hex, openFrom);

    public abstract bool Parses(ReadOnlySpan<byte> octets);

    /// <summary>Parses and writes back into a buffer of exactly the encoded size; null where the octets do not parse.</summary>
    public abstract byte[]? WriteBack(ReadOnlySpan<byte> octets);

    /// <summary>Whether the golden octets mean the value, and the value, made by its constructor, writes them.</summary>
    public virtual void AssertValue()
    {
    }

    public override string ToString() => Type.Name;

    private sealed class ValueCase<T>(string hex, T value) : ViewCase<T>(hex, int.MaxValue)
        where T : struct, IWireFormat<T>
    {
        public override void AssertValue()
        {
            Assert.That(T.TryParse(Golden, out var parsed), Is.True);
            Assert.That(parsed, Is.EqualTo(value));
            var octets = new byte[value.EncodedSize];
            var writer = new WireWriter(octets);
            value.Write(ref writer);
            Assert.That(Convert.ToHexString(octets), Is.EqualTo(Convert.ToHexString(Golden)));
        }
    }

    private class ViewCase<T> : WireCase
        where T : struct, IWireFormat<T>, allows ref struct
    {
        public ViewCase(string hex, int openFrom)
            : base(typeof(T), hex, openFrom) =>
            IsReturn = typeof(T).GetInterfaces().Any(
                static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReturnParameters<>));

        public override bool Parses(ReadOnlySpan<byte> octets) => T.TryParse(octets, out _);

        public override byte[]? WriteBack(ReadOnlySpan<byte> octets)
        {
            if (!T.TryParse(octets, out var value))
            {
                return null;
            }

            var written = new byte[value.EncodedSize];
            var writer = new WireWriter(written);
            value.Write(ref writer);
            Assert.That(writer.Remaining, Is.Zero);
            return written;
        }
    }
}
