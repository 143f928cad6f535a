using HostStack.Ethernet;

namespace HostStack.NetDevices.UserMode;

/// <summary>A bounded queue of frames in memory of its own: many writers, one reader, no allocation after it is made.</summary>
/// <remarks>The memory does not move, so that native code may read a frame where it is.</remarks>
internal sealed class FrameRing
{
    private readonly Lock _gate = new();
    private readonly byte[] _octets;
    private readonly int[] _lengths;
    private readonly int _slot;
    private int _first;
    private int _count;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="frames">Frames that fit.</param>
    /// <param name="frameSize">The longest frame in octets, header included.</param>
    public FrameRing(int frames, int frameSize)
    {
        _slot = frameSize;
        _lengths = new int[frames];
        _octets = GC.AllocateUninitializedArray<byte>(frames * frameSize, pinned: true);
    }

    /// <summary>Frames that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Copies a frame to the end. Any thread.</summary>
    /// <param name="frame">Borrowed.</param>
    /// <returns>False where the ring is full or the frame too long.</returns>
    public bool TryAdd(in EthernetFrame frame)
    {
        if (frame.Length > _slot)
        {
            return false;
        }

        lock (_gate)
        {
            if (_count == _lengths.Length)
            {
                return false;
            }

            var place = (_first + _count) % _lengths.Length;
            _lengths[place] = frame.CopyTo(_octets.AsSpan(place * _slot, _slot));
            _count++;
            return true;
        }
    }

    /// <summary>The frame at the front, which stays there until <see cref="RemoveFirst"/>. Reader only.</summary>
    /// <param name="frame">Header and payload.</param>
    /// <returns>False where nothing waits.</returns>
    public bool TryPeek(out ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            frame = _count == 0 ? default : _octets.AsSpan(_first * _slot, _lengths[_first]);
            return _count > 0;
        }
    }

    /// <summary>Gives the place of the front frame back. Reader only.</summary>
    public void RemoveFirst()
    {
        lock (_gate)
        {
            _first = (_first + 1) % _lengths.Length;
            _count--;
        }
    }

    /// <summary>Drops everything. Reader only.</summary>
    /// <returns>How many frames there were.</returns>
    public int Clear()
    {
        lock (_gate)
        {
            (var dropped, _count) = (_count, 0);
            return dropped;
        }
    }
}
