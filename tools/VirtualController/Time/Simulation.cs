using System.Globalization;
using HostStack.Hci.Loop;
using Microsoft.Extensions.Logging;

namespace HostStack.VirtualController.Time;

/// <summary>The simulation cannot go on: nothing is left that could complete what is awaited, or a limit was passed.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, when, and what to look for.</param>
    public SimulationException(string message)
        : base(message)
    {
    }
}

/// <summary>Runs a set of event loops and one piece of async code on the calling thread and on virtual time: the same
/// seed gives the same run, octet for octet.</summary>
/// <remarks>While anything is ready it runs; when nothing is, the clock jumps to the next deadline of all loops and
/// timers. Code under <see cref="Run(Func{Task})"/> stays on this thread, by its own
/// <see cref="SynchronizationContext"/>. One thread at a time.</remarks>
public sealed class Simulation : IDisposable
{
    private const int LivelockPasses = 5_000_000;
    private static readonly TimeSpan OutsideStep = TimeSpan.FromMilliseconds(1);

    private readonly SimulationContext _context = new();
    private readonly List<EventLoop> _loops = [];
    private readonly List<EventLoop> _owned = [];
    private EventLoop[] _snapshot = [];

    /// <summary>Makes a simulation at time zero.</summary>
    /// <param name="seed">Where its randomness begins.</param>
    public Simulation(ulong seed = 1)
    {
        Random = new SeededRandom(seed);
        Callbacks = new SimulationTaskScheduler(_context);
    }

    /// <summary>The clock of everything in the simulation.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>The seed; print it when a run fails.</summary>
    public ulong Seed => Random.Seed;

    /// <summary>The simulation's randomness; fork it per purpose.</summary>
    public SeededRandom Random { get; }

    /// <summary>Runs user callbacks (agents, authorizers) on the simulation's thread, in order.</summary>
    public TaskScheduler Callbacks { get; }

    /// <summary>How much virtual time one <c>Run</c> may take; a day unless changed.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long, in real time, work of other threads (file access) may take before the simulation says that
    /// nothing is left to do.</summary>
    public TimeSpan OutsideGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes a loop into the simulation. It must use <see cref="Time"/> and not be started.</summary>
    /// <param name="loop">The loop; its owner still disposes it.</param>
    public void Add(EventLoop loop)
    {
        if (!ReferenceEquals(loop.Time, Time))
        {
            throw new ArgumentException(
                $"The loop '{loop.Name}' has another clock; make it with the simulation's Time.", nameof(loop));
        }

        if (!_loops.Contains(loop))
        {
            _loops.Add(loop);
            _snapshot = [.. _loops];
        }
    }

    /// <summary>Takes a loop out of the simulation.</summary>
    /// <param name="loop">The loop.</param>
    public void Remove(EventLoop loop)
    {
        _loops.Remove(loop);
        _snapshot = [.. _loops];
    }

    /// <summary>Makes a loop of this simulation, which disposes it.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="log">Where its faults go.</param>
    public EventLoop CreateLoop(string name, ILogger? log = null)
    {
        var loop = new EventLoop(Time, log, name);
        _owned.Add(loop);
        Add(loop);
        return loop;
    }

    /// <summary>Runs async code to its end.</summary>
    /// <param name="procedure">The code; its exceptions come out of this call.</param>
    /// <exception cref="SimulationException">Nothing is left to do, or <see cref="Limit"/> was passed.</exception>
    public void Run(Func<Task> procedure) =>
        Run(async () =>
        {
            await procedure();
            return true;
        });

    /// <summary>Runs async code to its end.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="procedure">The code; its exceptions come out of this call.</param>
    /// <returns>What the code gave.</returns>
    /// <exception cref="SimulationException">Nothing is left to do, or <see cref="Limit"/> was passed.</exception>
    public T Run<T>(Func<Task<T>> procedure)
    {
        ThrowIfInside();
        Task<T>? task = null;
        _context.Invoke(_ => task = procedure(), null);
        var deadline = Time.Elapsed + Limit;
        while (!task!.IsCompleted)
        {
            Settle(task);
            if (!task.IsCompleted && !StepTo(deadline) && !WaitForOutside())
            {
                throw new SimulationException(Describe(deadline));
            }
        }

#pragma warning disable VSTHRD002 // The task is complete: nothing is waited for.
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    /// <summary>Runs what is ready, without moving the clock.</summary>
    public void Settle()
    {
        ThrowIfInside();
        Settle(until: null);
    }

    /// <summary>Lets virtual time pass, deadline by deadline in order.</summary>
    /// <param name="span">How much.</param>
    public void Advance(TimeSpan span)
    {
        ThrowIfInside();
        var deadline = Time.Elapsed + span;
        Settle(until: null);
        while (StepTo(deadline))
        {
            Settle(until: null);
        }

        Time.Advance(deadline - Time.Elapsed);
        Settle(until: null);
    }

    /// <summary>Ends after virtual time has passed: for code under <see cref="Run(Func{Task})"/>.</summary>
    /// <param name="span">How much.</param>
    public Task DelayAsync(TimeSpan span) => Task.Delay(span, Time);

    /// <summary>Ends the loops that <see cref="CreateLoop"/> made.</summary>
    public void Dispose()
    {
        foreach (var loop in _owned)
        {
            Remove(loop);
            loop.Dispose();
        }

        _owned.Clear();
    }

    private void Settle(Task? until)
    {
        var passes = 0;
        while (until is not { IsCompleted: true } && PumpOnce())
        {
            if (++passes > LivelockPasses)
            {
                throw new SimulationException(string.Create(CultureInfo.InvariantCulture,
                    $"The loops never rest at t={Time.Elapsed}: something posts or arms a zero timer for ever (seed 0x{Seed:X})."));
            }
        }
    }

    // One fixed order per pass: due timers of the clock, the code under Run, then the loops as they were added.
    private bool PumpOnce()
    {
        var worked = Time.UntilNext == TimeSpan.Zero;
        if (worked)
        {
            _context.Invoke(static time => ((VirtualTime)time!).RunDue(), Time);
        }

        worked |= _context.Pump();
        foreach (var loop in _snapshot)
        {
            worked |= loop.Pump();
        }

        return worked;
    }

    private bool StepTo(TimeSpan deadline)
    {
        var next = Time.UntilNext;
        foreach (var loop in _snapshot)
        {
            var candidate = loop.Timers.UntilNext;
            if (candidate is not null && (next is null || candidate < next))
            {
                next = candidate;
            }
        }

        if (next is null || Time.Elapsed + next.Value > deadline)
        {
            return false;
        }

        Time.Advance(next.Value);
        return true;
    }

    private bool WaitForOutside()
    {
        for (var waited = TimeSpan.Zero; waited < OutsideGrace; waited += OutsideStep)
        {
            if (_context.WaitForPost(OutsideStep) || PumpOnce())
            {
                return true;
            }
        }

        return false;
    }

    private string Describe(TimeSpan deadline)
    {
        var faults = string.Join(", ", _loops.Where(loop => loop.Faults > 0)
            .Select(loop => string.Create(CultureInfo.InvariantCulture, $"'{loop.Name}' had {loop.Faults}")));
        var hint = faults.Length == 0 ? string.Empty : $" Faults of work items: {faults}; see the log.";
        var pending = _loops.Any(loop => loop.Timers.UntilNext is not null) || Time.UntilNext is not null;
        return pending
            ? string.Create(CultureInfo.InvariantCulture,
                $"The limit of virtual time ({Limit}) was passed at t={Time.Elapsed}; what is awaited did not happen by t={deadline} (seed 0x{Seed:X}).{hint}")
            : string.Create(CultureInfo.InvariantCulture,
                $"Nothing left to do: deadlock at t={Time.Elapsed}; what is awaited can never happen (seed 0x{Seed:X}).{hint}");
    }

    private void ThrowIfInside()
    {
        if (_context.IsCurrent || _loops.Any(static loop => loop.IsCurrent))
        {
            throw new InvalidOperationException(
                "The simulation is running already; inside it, await what you wait for, or DelayAsync.");
        }
    }
}
