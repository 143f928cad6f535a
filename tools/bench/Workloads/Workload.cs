namespace HostStack.Bench.Workloads;

/// <summary>Something that is measured: one unit of it is one frame (or one batch, where its name says so).</summary>
public abstract class Workload : IDisposable
{
    /// <summary>Makes a workload.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="reference">Nanoseconds that the reference needs; null where there is none.</param>
    protected Workload(string name, double? reference = null)
    {
        Name = name;
        ReferenceNanoseconds = reference;
    }

    /// <summary>What people see.</summary>
    public string Name { get; }

    /// <summary>Nanoseconds of CPU that the best C stack needed for the same on this kind of machine; null where that is not
    /// known.</summary>
    public double? ReferenceNanoseconds { get; }

    /// <summary>Does the work.</summary>
    /// <param name="units">How often.</param>
    public abstract void Run(int units);

    /// <summary>Says what is wrong where work got lost on the way; null where all arrived.</summary>
    public abstract string? FindLoss();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the workload runs on.</summary>
    /// <param name="disposing">True.</param>
    protected virtual void Dispose(bool disposing)
    {
        // Nothing, unless the workload has something.
    }
}
