using System.Net;
using HostStack.Pan;
using Microsoft.Extensions.Logging;

namespace HostStack.Replay;

/// <summary>How a trace is replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>Where everything that the trace lacks comes from; the same seed gives the same run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The role that the host under replay serves.</summary>
    public PanRole Role { get; init; } = PanRole.Gn;

    /// <summary>The host's IPv4 address on the network, which answers pings.</summary>
    public IPAddress HostAddress { get; init; } = IPAddress.Parse("192.168.50.1");

    /// <summary>The address of the scripted peer that goes on where the recorded one was refused.</summary>
    public IPAddress PeerAddress { get; init; } = IPAddress.Parse("192.168.50.2");

    /// <summary>Where the host logs.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}

/// <summary>What came of a replay.</summary>
/// <param name="Report">The comparison.</param>
/// <param name="Script">What the scripted peer did and saw past a refusal that this host did not repeat; empty where it was
/// not needed.</param>
/// <param name="PingAnswered">Whether the scripted peer's ping was answered; null where there was no script.</param>
/// <param name="Events">What the host told of itself.</param>
public sealed record ReplayResult(
    Engine.ReplayReport Report, IReadOnlyList<Scripted.ScriptLine> Script, bool? PingAnswered, IReadOnlyList<Host.HostEvent> Events);
