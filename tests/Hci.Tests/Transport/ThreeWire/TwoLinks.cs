using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>What a line does to octets.</summary>
internal sealed record LineNoise(double Drop = 0, double Insert = 0, double Flip = 0, double Duplicate = 0);

/// <summary>One side of a link on a simulated line: what it delivered, and what it put on the line.</summary>
internal sealed class LinkSide
{
    private readonly SlipReader _reader = new(ThreeWireSize.Longest);
    private readonly byte[] _frame = new byte[ThreeWireLink.LongestFrame];

    public LinkSide(ThreeWireOptions options) => Link = new ThreeWireLink(options);

    public ThreeWireLink Link { get; private set; }

    public List<byte[]> Delivered { get; } = [];

    /// <summary>Frames that it put on the line, with the time.</summary>
    public List<(TimeSpan At, byte[] Octets)> Written { get; } = [];

    public TimeSpan LineIsFreeAt { get; set; }

    public Queue<(TimeSpan At, byte[] Octets)> OnTheWay { get; } = [];

    /// <summary>Power fails and returns: everything is forgotten.</summary>
    public void Restart(ThreeWireOptions options, TimeSpan now)
    {
        Link = new ThreeWireLink(options);
        _reader.HasFlowControl = false;
        Link.Start(now);
    }

    public byte[]? Write(TimeSpan now)
    {
        var length = Link.WriteNext(_frame, now);
        if (length == 0)
        {
            return null;
        }

        var octets = _frame[..length];
        Written.Add((now, octets));
        return octets;
    }

    public void Take(ReadOnlySpan<byte> octets, TimeSpan now)
    {
        while (_reader.TryRead(ref octets, out var frame))
        {
            var packet = Link.Receive(frame, now);
            if (!packet.IsEmpty)
            {
                Delivered.Add(packet.ToArray());
            }

            _reader.HasFlowControl = Link.Phase == LinkPhase.Active && Link.Agreed.FlowControl;
        }

        if (_reader.TakeFlowControl() is { } isPaused)
        {
            Link.SetPaused(isPaused, now);
        }
    }
}

/// <summary>Two links against each other on virtual time, over a line of the options' speed that a seed makes noisy.</summary>
internal sealed class TwoLinks
{
    private const int BitsPerOctet = 11;

    private readonly Random _random;
    private readonly LineNoise _noise;
    private readonly int _baudRate;

    public TwoLinks(ThreeWireOptions host, ThreeWireOptions controller, int seed = 1, LineNoise? noise = null)
    {
        _random = new Random(seed);
        _noise = noise ?? new LineNoise();
        _baudRate = host.BaudRate;
        Host = new LinkSide(host);
        Controller = new LinkSide(controller);
        Host.Link.Start(Now);
        Controller.Link.Start(Now);
    }

    public LinkSide Host { get; }

    public LinkSide Controller { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>Octets that the line dropped, inserted, flipped or doubled.</summary>
    public int Faults { get; private set; }

    public bool IsNoisy { get; set; } = true;

    public static TwoLinks Established(ThreeWireOptions? options = null)
    {
        options ??= new ThreeWireOptions();
        var links = new TwoLinks(options, options);
        links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
        links.RunFor(TimeSpan.FromSeconds(1)); // Until its last acknowledgement, nothing of this is on the line.
        links.Host.Written.Clear();
        links.Controller.Written.Clear();
        return links;
    }

    public void RunUntil(Func<bool> condition, TimeSpan? limit = null)
    {
        var end = Now + (limit ?? TimeSpan.FromMinutes(10));
        while (!condition())
        {
            if (!Step(end))
            {
                Assert.Fail($"not reached by {Now}: host {Host.Link.Phase} {Host.Link.End}, controller {Controller.Link.Phase} {Controller.Link.End}");
            }
        }
    }

    public void RunFor(TimeSpan span)
    {
        var end = Now + span;
        while (Step(end))
        {
            // Events in order.
        }

        Now = end;
    }

    private bool Step(TimeSpan end)
    {
        Serve(Host, Controller);
        Serve(Controller, Host);
        var next = new[] { Next(Host), Next(Controller) }.Min();
        if (next > end)
        {
            return false;
        }

        Now = next > Now ? next : Now;
        foreach (var (from, to) in new[] { (Host, Controller), (Controller, Host) })
        {
            while (from.OnTheWay.TryPeek(out var arriving) && arriving.At <= Now)
            {
                from.OnTheWay.Dequeue();
                to.Take(arriving.Octets, Now);
            }
        }

        Host.Link.Tick(Now);
        Controller.Link.Tick(Now);
        return true;
    }

    private void Serve(LinkSide from, LinkSide to)
    {
        while (from.LineIsFreeAt <= Now && from.Write(Now) is { } octets)
        {
            from.LineIsFreeAt = Now + TimeSpan.FromSeconds((double)octets.Length * BitsPerOctet / _baudRate);
            from.OnTheWay.Enqueue((from.LineIsFreeAt, Damage(octets)));
        }

        _ = to;
    }

    private static TimeSpan Next(LinkSide side)
    {
        var next = side.Link.Deadline ?? TimeSpan.MaxValue;
        return side.OnTheWay.TryPeek(out var arriving) && arriving.At < next ? arriving.At : next;
    }

    private byte[] Damage(byte[] octets)
    {
        if (!IsNoisy)
        {
            return octets;
        }

        var damaged = new List<byte>(octets.Length);
        foreach (var octet in octets)
        {
            if (Happens(_noise.Insert))
            {
                damaged.Add((byte)_random.Next(256));
            }

            if (Happens(_noise.Drop))
            {
                continue;
            }

            damaged.Add(Happens(_noise.Flip) ? (byte)(octet ^ (1 << _random.Next(8))) : octet);
            if (Happens(_noise.Duplicate))
            {
                damaged.Add(octet);
            }
        }

        return [.. damaged];
    }

    private bool Happens(double probability)
    {
        var happens = probability > 0 && _random.NextDouble() < probability;
        Faults += happens ? 1 : 0;
        return happens;
    }
}
