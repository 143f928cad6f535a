namespace HostStack.NetDevices.UserMode.Native;

/// <summary>The timers that libslirp makes (there is one, for router advertisements). Instance's thread only.</summary>
internal sealed unsafe class SlirpTimers
{
    private const long Never = long.MaxValue;

    private readonly List<Entry> _entries = [];

    /// <summary>When the next one fires, in milliseconds of the instance's clock; the largest value for never.</summary>
    public long Next
    {
        get
        {
            var next = Never;
            foreach (var entry in _entries)
            {
                next = Math.Min(next, entry.Deadline);
            }

            return next;
        }
    }

    /// <summary>Makes a timer that does not run.</summary>
    /// <param name="callback">A function of C that takes one pointer.</param>
    /// <param name="argument">The pointer.</param>
    /// <returns>Its handle; never zero.</returns>
    public nint Create(nint callback, nint argument)
    {
        _entries.Add(new Entry(callback, argument, Never));
        return _entries.Count;
    }

    /// <summary>Sets when it fires.</summary>
    /// <param name="timer">The handle; an unknown one does nothing.</param>
    /// <param name="milliseconds">The time.</param>
    public void Arm(nint timer, long milliseconds) => Set(timer, milliseconds);

    /// <summary>It never fires again.</summary>
    /// <param name="timer">The handle.</param>
    public void Free(nint timer) => Set(timer, Never);

    /// <summary>Fires what is due, each once.</summary>
    /// <param name="now">The time in milliseconds.</param>
    public void Fire(long now)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.Deadline <= now)
            {
                _entries[i] = entry with { Deadline = Never };
                ((delegate* unmanaged[Cdecl]<nint, void>)entry.Callback)(entry.Argument);
            }
        }
    }

    private void Set(nint timer, long deadline)
    {
        var place = (int)timer - 1;
        if (place >= 0 && place < _entries.Count)
        {
            _entries[place] = _entries[place] with { Deadline = deadline };
        }
    }

    private readonly record struct Entry(nint Callback, nint Argument, long Deadline);
}
