using BenchmarkDotNet.Attributes;
using HostStack.Bench.Workloads;

namespace HostStack.Bench.Benchmarks;

/// <summary>One workload on BenchmarkDotNet: one operation is one unit.</summary>
public abstract class WorkloadBenchmark
{
    private Workload _workload = null!;

    /// <summary>Makes the workload that is measured.</summary>
    protected abstract Workload Make();

    /// <summary>Before the measurement.</summary>
    [GlobalSetup]
    public void Start() => _workload = Make();

    /// <summary>After it.</summary>
    /// <exception cref="InvalidOperationException">Something got lost on the way.</exception>
    [GlobalCleanup]
    public void End()
    {
        var loss = _workload.FindLoss();
        _workload.Dispose();
        if (loss is not null)
        {
            throw new InvalidOperationException(loss);
        }
    }

    /// <summary>One unit.</summary>
    [Benchmark]
    public void Frame() => _workload.Run(1);
}

/// <summary>ACL packets in, an Ethernet frame out.</summary>
public class Receive : WorkloadBenchmark
{
    /// <summary>Octets of payload.</summary>
    [Params(64, 576, 1500)]
    public int Payload { get; set; }

    /// <summary>Octets of data in an ACL packet.</summary>
    [Params(310, 1021)]
    public int Acl { get; set; }

    /// <summary>The BNEP header.</summary>
    [Params(HeaderForm.General, HeaderForm.Compressed)]
    public HeaderForm Header { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new ReceiveWorkload(Payload, Acl, Header);
}

/// <summary>An Ethernet frame in, ACL packets out.</summary>
public class Send : WorkloadBenchmark
{
    /// <summary>Octets of payload.</summary>
    [Params(64, 576, 1500)]
    public int Payload { get; set; }

    /// <summary>Octets of data in an ACL packet.</summary>
    [Params(310, 1021)]
    public int Acl { get; set; }

    /// <summary>The BNEP header.</summary>
    [Params(HeaderForm.General, HeaderForm.Compressed)]
    public HeaderForm Header { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new SendWorkload(Payload, Acl, Header);
}

/// <summary>ACL packets in through the loop's inbox, an Ethernet frame out.</summary>
public class Inbox : WorkloadBenchmark
{
    /// <summary>Octets of data in an ACL packet.</summary>
    [Params(310, 1021)]
    public int Acl { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new InboxWorkload(1500, Acl);
}

/// <summary>The switch with seven peers.</summary>
public class Switch : WorkloadBenchmark
{
    /// <summary>Octets of payload.</summary>
    [Params(64, 1500)]
    public int Payload { get; set; }

    /// <summary>Whether the frame goes to all peers.</summary>
    [Params(false, true)]
    public bool Flood { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new SwitchWorkload(Payload, Flood);
}

/// <summary>Eight ACL packets over a socket.</summary>
public class Transport : WorkloadBenchmark
{
    /// <summary>Whether they are one write.</summary>
    [Params(false, true)]
    public bool Gathered { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new TransportWorkload(Gathered);
}

/// <summary>ACL packets through a transport alone.</summary>
public class Doors : WorkloadBenchmark
{
    /// <summary>Which transport.</summary>
    [ParamsAllValues]
    public Door Door { get; set; }

    /// <summary>Whether the host sends.</summary>
    [Params(true, false)]
    public bool Sends { get; set; }

    /// <summary>Octets of data in a packet.</summary>
    [Params(1021, 64)]
    public int Data { get; set; }

    /// <inheritdoc/>
    protected override Workload Make() => new DoorWorkload(Door, Sends, Data);
}
