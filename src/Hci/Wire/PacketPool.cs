namespace HostStack.Hci.Wire;

/// <summary>A stock of equal buffers. Rents never fail: an empty stock makes a new buffer, and a full one lets the
/// returned buffer go, so that steady state allocates nothing and a burst costs memory only while it lasts.</summary>
/// <remarks>Any thread may rent and release. What bounds the number of buffers in use is the queues that hold them.</remarks>
public sealed class PacketPool
{
    private readonly Lock _gate = new();
    private readonly PacketBuffer?[] _free;
    private readonly int _capacity;
    private readonly int _headroom;
    private int _count;
    private int _rented;

    /// <summary>Makes an empty stock.</summary>
    /// <param name="headroom">Octets before the payload of a rented buffer.</param>
    /// <param name="payload">Octets of payload that a buffer holds.</param>
    /// <param name="stock">How many free buffers are kept.</param>
    public PacketPool(int headroom, int payload, int stock = 64)
    {
        _headroom = headroom;
        _capacity = headroom + payload;
        _free = new PacketBuffer?[stock];
    }

    /// <summary>Buffers that are out: zero again when all owners have released theirs, which tests assert.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes an empty buffer; the caller owns it.</summary>
    public PacketBuffer Rent()
    {
        PacketBuffer? buffer = null;
        lock (_gate)
        {
            _rented++;
            if (_count > 0)
            {
                buffer = _free[--_count];
                _free[_count] = null;
            }
        }

        buffer ??= new PacketBuffer(this, _capacity);
        buffer.Rent(_headroom);
        return buffer;
    }

    internal void Return(PacketBuffer buffer)
    {
        lock (_gate)
        {
            _rented--;
            if (_count < _free.Length)
            {
                _free[_count++] = buffer;
            }
        }
    }
}
