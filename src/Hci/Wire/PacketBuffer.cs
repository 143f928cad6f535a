namespace HostStack.Hci.Wire;

/// <summary>Pooled octets with room in front, so that each layer puts its header before the payload in place.</summary>
/// <remarks>A buffer has one owner. A signature that takes a <see cref="PacketBuffer"/> takes the ownership with it,
/// whatever it returns; the last owner calls <see cref="Release"/>. Not for use by two threads at once.</remarks>
public sealed class PacketBuffer
{
    private readonly PacketPool _pool;
    private readonly byte[] _octets;
    private int _start;
    private bool _rented;

    internal PacketBuffer(PacketPool pool, int capacity)
    {
        _pool = pool;
        _octets = new byte[capacity];
    }

    /// <summary>Octets in use.</summary>
    public int Length { get; private set; }

    /// <summary>Octets that can still be put in front.</summary>
    public int Headroom => _start;

    /// <summary>Octets that can still be put behind.</summary>
    public int Tailroom => _octets.Length - _start - Length;

    /// <summary>The octets in use.</summary>
    public Span<byte> Span => _octets.AsSpan(_start, Length);

    /// <summary>The whole backing array, headroom included; for scatter reads and for tests of what lies before.</summary>
    internal byte[] Octets => _octets;

    /// <summary>Where the octets in use start in <see cref="Octets"/>.</summary>
    internal int Start => _start;

    /// <summary>Grows at the front.</summary>
    /// <param name="count">Octets of a header.</param>
    /// <returns>The new octets, to be written by the caller.</returns>
    /// <exception cref="InvalidOperationException">The headroom is smaller: a layer was not counted in the pool's.</exception>
    public Span<byte> Prepend(int count)
    {
        if (count > _start)
        {
            throw new InvalidOperationException($"A header of {count} octets does not fit the headroom of {_start}.");
        }

        _start -= count;
        Length += count;
        return _octets.AsSpan(_start, count);
    }

    /// <summary>Grows at the end.</summary>
    /// <param name="count">Octets of payload.</param>
    /// <returns>The new octets, to be written by the caller.</returns>
    /// <exception cref="InvalidOperationException">The buffer has less room.</exception>
    public Span<byte> Append(int count)
    {
        if (count > Tailroom)
        {
            throw new InvalidOperationException($"{count} octets do not fit the room of {Tailroom}.");
        }

        var span = _octets.AsSpan(_start + Length, count);
        Length += count;
        return span;
    }

    /// <summary>Drops octets at the front: a header that has been read, a fragment that has been sent.</summary>
    /// <param name="count">How many; at most <see cref="Length"/>.</param>
    public void TrimStart(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
        Length -= count;
    }

    /// <summary>Drops octets at the end.</summary>
    /// <param name="length">Octets that stay; at most <see cref="Length"/>.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    /// <summary>Gives the buffer back to its pool. The owner's last act.</summary>
    /// <exception cref="InvalidOperationException">The buffer was released before.</exception>
    public void Release()
    {
        if (!_rented)
        {
            throw new InvalidOperationException("The buffer was released twice.");
        }

        _rented = false;
        _pool.Return(this);
    }

    internal void Rent(int headroom)
    {
        _rented = true;
        _start = headroom;
        Length = 0;
    }
}
