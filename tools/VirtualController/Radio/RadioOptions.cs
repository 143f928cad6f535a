using HostStack.VirtualController.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.VirtualController.Radio;

/// <summary>How a virtual radio behaves.</summary>
public sealed record RadioOptions
{
    /// <summary>The clock; the system's unless a simulation gives its own.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where all randomness of the radio begins: addresses, jitter, passkeys, link keys.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How fast ACL data crosses the air.</summary>
    public RadioPace Pace { get; init; } = RadioPace.Unlimited;

    /// <summary>How long an ACL packet takes beyond its time on the air.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.Zero;

    /// <summary>How long one step of the link managers takes: two slots unless changed.</summary>
    public TimeSpan LmpLatency { get; init; } = TimeSpan.FromMicroseconds(1250);

    /// <summary>How long a page takes to reach a device that scans.</summary>
    public TimeSpan PageLatency { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Inquiry responses come at seeded moments within this time after the start.</summary>
    public TimeSpan InquirySpread { get; init; } = TimeSpan.FromMilliseconds(640);

    /// <summary>LMP Response Timeout (Core, Vol 2, Part C, 2.5.1).</summary>
    public TimeSpan LmpResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Faults to inject; null for none.</summary>
    public IRadioFaults? Faults { get; init; }

    /// <summary>Where the radio's log goes.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
