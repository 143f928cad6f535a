using HostStack.Hci.Transport.Serial;

namespace HostStack.Testing.Contracts;

/// <summary>A serial port with somebody at the other end of its line: what <see cref="SerialPortChecks"/> go by.</summary>
public sealed class SerialSubject
{
    /// <summary>Opens ports.</summary>
    public required SerialPortOpener Opener { get; init; }

    /// <summary>The port's name.</summary>
    public required string Name { get; init; }

    /// <summary>A name that no port has.</summary>
    public required string MissingName { get; init; }

    /// <summary>The other end of the line.</summary>
    public required Stream FarEnd { get; init; }

    /// <summary>Pulls the port; null where a check cannot.</summary>
    public Func<Task>? Unplug { get; init; }

    /// <summary>Whether the port has DTR and RTS; a pseudo-terminal has not.</summary>
    public bool HasLines { get; init; }

    /// <summary>How long anything may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Opens the port.</summary>
    public ISerialPort Open(SerialSettings? settings = null) => Opener(Name, settings ?? new SerialSettings());
}
