using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Ip;

/// <summary>Echo requests that wait for their replies.</summary>
internal sealed class EchoTable(TimeProvider time)
{
    // Any number serves: what tells two requests of one endpoint apart is the sequence number.
    private const ushort Identifier = 0x4853;

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, PendingEcho> _pending = [];
    private ushort _sequence;

    /// <summary>Begins to wait for a reply.</summary>
    /// <param name="peer">Who is to reply.</param>
    /// <param name="data">What the reply must repeat.</param>
    /// <param name="limit">How long to wait.</param>
    /// <exception cref="InvalidOperationException">All sequence numbers are in use.</exception>
    public PendingEcho Begin(InternetAddress peer, byte[] data, TimeSpan limit)
    {
        lock (_gate)
        {
            if (_pending.Count > ushort.MaxValue)
            {
                throw new InvalidOperationException("Too many pings are waiting; await their results first.");
            }

            do
            {
                _sequence++;
            }
            while (_pending.ContainsKey(_sequence));

            var echo = new PendingEcho(this, peer, Identifier, _sequence, data, new PendingAnswer<long>(time, limit));
            _pending.Add(_sequence, echo);
            return echo;
        }
    }

    /// <summary>Takes a reply.</summary>
    /// <param name="peer">Who replied.</param>
    /// <param name="body">What.</param>
    /// <returns>False where nobody waits for it, or it does not repeat what was sent.</returns>
    public bool Replied(InternetAddress peer, in EchoBody body)
    {
        lock (_gate)
        {
            if (body.Identifier != Identifier
                || !_pending.TryGetValue(body.Sequence, out var echo)
                || echo.Peer != peer
                || !body.Data.SequenceEqual(echo.Data))
            {
                return false;
            }

            echo.Answer.Complete(time.GetTimestamp());
            return true;
        }
    }

    /// <summary>Ends every wait.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            foreach (var echo in _pending.Values)
            {
                echo.Answer.GiveUp();
            }
        }
    }

    /// <summary>A request that waits; disposing it ends the wait.</summary>
    public sealed class PendingEcho(
        EchoTable table, InternetAddress peer, ushort identifier, ushort sequence, byte[] data, PendingAnswer<long> answer)
        : IDisposable
    {
        public InternetAddress Peer => peer;

        public ushort Identifier => identifier;

        public ushort Sequence => sequence;

        public byte[] Data => data;

        /// <summary>The timestamp of the reply.</summary>
        public PendingAnswer<long> Answer => answer;

        public void Dispose()
        {
            lock (table._gate)
            {
                table._pending.Remove(sequence);
            }

            answer.Dispose();
        }
    }
}
