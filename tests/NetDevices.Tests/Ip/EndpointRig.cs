using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.VirtualController.Time;

namespace HostStack.NetDevices.Tests.Ip;

/// <summary>Endpoints on one simulated wire, on a clock and a context that the test moves.</summary>
internal sealed class EndpointRig : SynchronizationContext, IDisposable
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly List<MemoryEthernetPort> _ports = [];
    private readonly List<(MacAddress Source, byte[] Octets)> _wire = [];
    private readonly SynchronizationContext? _previous = Current;

    public EndpointRig() => SetSynchronizationContext(this);

    public VirtualTime Time { get; } = new();

    /// <summary>Every frame that was on the wire.</summary>
    public IReadOnlyList<byte[]> Frames => [.. _wire.Select(frame => frame.Octets)];

    /// <summary>What a frame takes to cross the wire.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Frames for which it says true are lost.</summary>
    public Func<byte[], bool> Loses { get; set; } = static _ => false;

    public IpEndpoint Add(ulong mac, string? v4 = null, string? v6 = null)
    {
        var port = new MemoryEthernetPort($"port{_ports.Count}", new MacAddress(mac));
        port.Start(new Plug(this, port));
        port.SetCarrier(true);
        _ports.Add(port);
        return new IpEndpoint(
            port,
            new IpEndpointOptions
            {
                IPv4Address = v4 is null ? null : IPAddress.Parse(v4),
                IPv6Address = v6 is null ? null : IPAddress.Parse(v6),
            },
            Time);
    }

    /// <summary>Puts a frame on the wire as somebody else would.</summary>
    public void Inject(string destination, string source, int type, byte[] payload)
    {
        var frame = new EthernetFrame(Parse(destination), Parse(source), new EtherType((ushort)type), payload);
        foreach (var port in _ports)
        {
            port.Send(frame);
        }
    }

    public void SetCarrier(bool up)
    {
        foreach (var port in _ports)
        {
            port.SetCarrier(up);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
        }
    }

    /// <summary>Runs what is ready, then moves the clock from timer to timer, for a while.</summary>
    public void Run(TimeSpan duration)
    {
        var end = Time.Elapsed + duration;
        while (true)
        {
            while (Time.RunDue() || RunPosted())
            {
            }

            if (Time.UntilNext is not { } wait || Time.Elapsed + wait > end)
            {
                Time.Advance(end - Time.Elapsed);
                return;
            }

            Time.Advance(wait);
        }
    }

    /// <summary>Runs until a task has ended, and gives its result.</summary>
    public T Finish<T>(Task<T> task)
    {
        for (var i = 0; i < 1000 && !task.IsCompleted; i++)
        {
            Run(TimeSpan.FromMilliseconds(100));
        }

        Assert.That(task.IsCompleted, Is.True, "the task does not end");
#pragma warning disable VSTHRD002 // The task has ended.
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    public void Dispose() => SetSynchronizationContext(_previous);

    private static MacAddress Parse(string text) =>
        MacAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private bool RunPosted()
    {
        (SendOrPostCallback Callback, object? State) next;
        lock (_posted)
        {
            if (!_posted.TryDequeue(out next))
            {
                return false;
            }
        }

        next.Callback(next.State);
        return true;
    }

    private void Carry(MemoryEthernetPort from, byte[] octets)
    {
        _wire.Add((from.Address, octets));
        if (Loses(octets))
        {
            return;
        }

        Time.CreateTimer(
            _ =>
            {
                foreach (var port in _ports)
                {
                    if (port != from && EthernetFrame.TryParse(octets, out var frame))
                    {
                        port.Send(frame);
                    }
                }
            },
            null,
            Delay,
            Timeout.InfiniteTimeSpan);
    }

    private sealed class Plug(EndpointRig rig, MemoryEthernetPort port) : IEthernetPortSink
    {
        public bool FrameReceived(in EthernetFrame frame)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            rig.Carry(port, octets);
            return true;
        }
    }
}
