using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace HostStack.Hci.Wire;

/// <summary>An owned list of records, for commands that carry several. Equal where the records are.</summary>
/// <typeparam name="T">The records.</typeparam>
[CollectionBuilder(typeof(WireList), nameof(WireList.Create))]
public readonly struct WireList<T> : IEquatable<WireList<T>>
    where T : struct, IFixedWireFormat<T>, IEquatable<T>
{
    private readonly ImmutableArray<T> _records;

    internal WireList(ImmutableArray<T> records) => _records = records;

    /// <summary>How many records there are.</summary>
    public int Count => _records.IsDefault ? 0 : _records.Length;

    /// <summary>Octets that the records take.</summary>
    public int EncodedSize => Count * T.Size;

    /// <summary>The record at a place.</summary>
    /// <param name="index">Below <see cref="Count"/>.</param>
    public T this[int index] => AsSpan()[index];

    /// <summary>The records.</summary>
    public ReadOnlySpan<T> AsSpan() => _records.IsDefault ? default : _records.AsSpan();

    /// <summary>Goes through the records.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>Reads <paramref name="count"/> records. Where the octets are fewer, or a record is not allowed, the reader is
    /// poisoned and the list empty; memory is taken only for octets that are there.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="count">How many.</param>
    public static WireList<T> Read(ref WireReader reader, int count)
    {
        var octets = reader.Bytes(count * T.Size);
        if (octets.IsEmpty)
        {
            return default;
        }

        var records = ImmutableArray.CreateBuilder<T>(count);
        for (; !octets.IsEmpty; octets = octets[T.Size..])
        {
            if (!T.TryParse(octets[..T.Size], out var record))
            {
                reader.Fail();
                return default;
            }

            records.Add(record);
        }

        return new(records.MoveToImmutable());
    }

    /// <summary>Writes the records.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ref WireWriter writer)
    {
        foreach (var record in AsSpan())
        {
            record.Write(ref writer);
        }
    }

    /// <inheritdoc/>
    public bool Equals(WireList<T> other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WireList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var record in AsSpan())
        {
            hash.Add(record);
        }

        return hash.ToHashCode();
    }

    /// <summary>The records between brackets.</summary>
    public override string ToString() => _records.IsDefault ? "[]" : $"[{string.Join(", ", _records)}]";

    /// <summary>Whether two lists are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(WireList<T> left, WireList<T> right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(WireList<T> left, WireList<T> right) => !left.Equals(right);
}

/// <summary>Makes lists of records, also from collection expressions.</summary>
public static class WireList
{
    /// <summary>Makes a list.</summary>
    /// <typeparam name="T">The records.</typeparam>
    /// <param name="records">The records, copied.</param>
    public static WireList<T> Create<T>(ReadOnlySpan<T> records)
        where T : struct, IFixedWireFormat<T>, IEquatable<T> => new([.. records]);
}
