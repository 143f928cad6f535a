namespace HostStack.Hci.Wire;

/// <summary>A stock of equal buffers. Rents never fail: an empty stock makes a new buffer, and a full one lets the
/// returned buffer go, so that steady state allocates nothing and a burst costs memory only while it lasts.</summary>
/// <remarks>Any thread may rent and release, unless the pool is its loop's own. What bounds the number of buffers in use is
/// the queues that hold them.</remarks>
public sealed class PacketPool
{
    private readonly Lock? _gate;
    private readonly PacketBuffer?[] _free;
    private readonly int _capacity;
    private readonly int _headroom;
    private int _count;
    private int _rented;

    /// <summary>Makes an empty stock.</summary>
    /// <param name="headroom">Octets before the payload of a rented buffer.</param>
    /// <param name="payload">Octets of payload that a buffer holds.</param>
    /// <param name="stock">How many free buffers are kept.</param>
    /// <param name="loopOnly">Whether only one loop rents and releases, so that it needs no lock, which would be a good
    /// part of what a small frame costs to send.</param>
    public PacketPool(int headroom, int payload, int stock = 64, bool loopOnly = false)
    {
        _headroom = headroom;
        _capacity = headroom + payload;
        _free = new PacketBuffer?[stock];
        _gate = loopOnly ? null : new Lock();
    }

    /// <summary>Buffers that are out: zero again when all owners have released theirs, which tests assert.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes an empty buffer; the caller owns it.</summary>
    public PacketBuffer Rent()
    {
        PacketBuffer? buffer;
        if (_gate is null)
        {
            buffer = Take();
        }
        else
        {
            lock (_gate)
            {
                buffer = Take();
            }
        }

        buffer ??= new PacketBuffer(this, _capacity);
        buffer.Rent(_headroom);
        return buffer;
    }

    internal void Return(PacketBuffer buffer)
    {
        if (_gate is null)
        {
            Put(buffer);
            return;
        }

        lock (_gate)
        {
            Put(buffer);
        }
    }

    private PacketBuffer? Take()
    {
        _rented++;
        if (_count == 0)
        {
            return null;
        }

        var buffer = _free[--_count];
        _free[_count] = null;
        return buffer;
    }

    private void Put(PacketBuffer buffer)
    {
        _rented--;
        if (_count < _free.Length)
        {
            _free[_count++] = buffer;
        }
    }
}
