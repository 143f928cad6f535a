using HostStack.Hci.Transport;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Faults;

/// <summary>How the octets of a stream suffer; probabilities per octet, 0 to 1.</summary>
/// <param name="Drop">An octet is lost.</param>
/// <param name="Insert">A random octet comes before it.</param>
/// <param name="Flip">One bit of it changes.</param>
public readonly record struct OctetFaults(double Drop, double Insert, double Flip)
{
    /// <summary>No faults.</summary>
    public static OctetFaults None => default;
}

/// <summary>A stream whose octets are dropped, inserted or flipped in either direction, by a seed. What happens depends on
/// the seed and on the octet's number, not on how the octets were split.</summary>
/// <remarks>Owns the inner stream. One reader and one writer at a time.</remarks>
public sealed class FaultyStream : LineStream
{
    private readonly Stream _inner;
    private readonly Damage _reading;
    private readonly Damage _writing;
    private volatile bool _isFaulty = true;

    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">The stream; disposed with this one.</param>
    /// <param name="seed">Where the faults come from; print it.</param>
    /// <param name="reading">Faults of what is read.</param>
    /// <param name="writing">Faults of what is written.</param>
    public FaultyStream(Stream inner, ulong seed, OctetFaults reading, OctetFaults writing)
    {
        _inner = inner;
        var random = new SeededRandom(seed);
        _reading = new Damage(this, random.Fork("read"), reading);
        _writing = new Damage(this, random.Fork("write"), writing);
    }

    /// <summary>Whether octets suffer now; from the start, unless told. Those that pass unharmed are not numbered.</summary>
    public bool IsFaulty
    {
        get => _isFaulty;
        set => _isFaulty = value;
    }

    /// <summary>Octets that were dropped, inserted or flipped so far, both directions.</summary>
    public long Injected => _reading.Count + _writing.Count;

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_reading.TryTake(buffer, out var taken) || buffer.IsEmpty)
            {
                return taken;
            }

            var octets = new byte[buffer.Length];
            var count = _inner.Read(octets);
            if (count == 0)
            {
                return 0;
            }

            _reading.Feed(octets.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_reading.TryTake(buffer.Span, out var taken) || buffer.IsEmpty)
            {
                return taken;
            }

            var octets = new byte[buffer.Length];
            var count = await _inner.ReadAsync(octets, cancellationToken);
            if (count == 0)
            {
                return 0;
            }

            _reading.Feed(octets.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writing.Feed(buffer);
        _inner.Write(_writing.TakeAll());
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _writing.Feed(buffer.Span);
        await _inner.WriteAsync(_writing.TakeAll(), cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Damage(FaultyStream owner, SeededRandom random, OctetFaults faults)
    {
        private readonly Queue<byte> _octets = new();

        public long Count { get; private set; }

        public void Feed(ReadOnlySpan<byte> octets)
        {
            foreach (var octet in octets)
            {
                if (!owner.IsFaulty)
                {
                    _octets.Enqueue(octet);
                    continue;
                }

                if (Happens(faults.Insert))
                {
                    _octets.Enqueue((byte)random.Next(256));
                }

                if (Happens(faults.Drop))
                {
                    continue;
                }

                _octets.Enqueue(Happens(faults.Flip) ? (byte)(octet ^ (1 << random.Next(8))) : octet);
            }
        }

        public bool TryTake(Span<byte> destination, out int taken)
        {
            taken = 0;
            while (taken < destination.Length && _octets.TryDequeue(out var octet))
            {
                destination[taken++] = octet;
            }

            return taken > 0;
        }

        public byte[] TakeAll()
        {
            var all = _octets.ToArray();
            _octets.Clear();
            return all;
        }

        private bool Happens(double probability)
        {
            var happens = random.Happens(probability);
            Count += happens ? 1 : 0;
            return happens;
        }
    }
}
