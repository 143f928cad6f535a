using HostStack.Bench.Rig;

namespace HostStack.Bench.Workloads;

/// <summary>A workload on a rig, which it owns.</summary>
public abstract class RigWorkload : Workload
{
    /// <summary>Makes a workload.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="options">What the rig is made of.</param>
    /// <param name="reference">Nanoseconds that the reference needs.</param>
    protected RigWorkload(string name, RigOptions options, double? reference = null)
        : base(name, reference) => Rig = new DataPathRig(options);

    /// <summary>The rig.</summary>
    protected DataPathRig Rig { get; }

    /// <summary>Units that were run.</summary>
    protected long Units { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Rig.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Says what is wrong where a count is not what it must be.</summary>
    /// <param name="what">What is counted.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="actual">What it is.</param>
    protected string? Compare(string what, long expected, long actual) =>
        expected != actual ? $"{Name}: {expected} {what} expected, {actual} counted"
        : Rig.BuffersOut != 0 ? $"{Name}: {Rig.BuffersOut} buffers were not released"
        : null;
}
