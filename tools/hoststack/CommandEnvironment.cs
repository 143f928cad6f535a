using HostStack.Cli.Controllers;
using HostStack.Cli.Networks;
using HostStack.Cli.Terminal;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.UserChannel;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli;

/// <summary>Everything that a command takes from the machine, so that a test can give its own.</summary>
internal sealed record CommandEnvironment
{
    /// <summary>Where text goes and questions are asked.</summary>
    public required ITerminal Terminal { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Whether standard error is the system's journal.</summary>
    public bool IsJournal { get; init; }

    /// <summary>Where services of the system have their folders.</summary>
    public string SystemRun { get; init; } = "/run";

    /// <summary>What may be made on this machine for networks; unless given, nothing.</summary>
    public IMachineNetworks Networks { get; init; } = new UntouchedMachine();

    /// <summary>Makes the USB of this machine, which logs there.</summary>
    public Func<ILogger, IUsbBus> Usb { get; init; } = static log => MachineUsb.Make(static _ => null, log);

    /// <summary>Asks for the adapters of this machine's kernel.</summary>
    public Func<IReadOnlyList<KernelAdapter>> KernelAdapters { get; init; } = UserChannelControllerSource.List;

    /// <summary>Says why a serial port cannot be opened, without an opening; null where nothing speaks against it.</summary>
    public Func<string, string?> ProbeSerialPort { get; init; } = TermiosPorts.Probe;

    /// <summary>The folder in which <c>/dev</c>, <c>/sys</c>, <c>/run</c> and <c>/proc</c> are.</summary>
    public string SystemRoot { get; init; } = "/";

    /// <summary>The system's folders of firmware; null for those that it has.</summary>
    public IReadOnlyList<string>? FirmwareFolders { get; init; }

    /// <summary>The moment that all times count from, on <see cref="Time"/>: the start of the process.</summary>
    public long Start { get; init; }

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(Start);
}
