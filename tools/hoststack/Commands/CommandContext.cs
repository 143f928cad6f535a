using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Capture;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Radio;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Commands;

/// <summary>What one run of a command has: report, logs, capture, the controllers that can be named.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    private readonly bool _isLogChosen;
    private LogOutput _log;
    private readonly CaptureFile? _capture;
    private VirtualRadio? _radio;
    private ControllerSources? _sources;
    private IUsbBus? _usb;

    private CommandContext(CommandEnvironment environment, IReport report, LogOutput log, bool isLogChosen, CaptureFile? capture)
    {
        _isLogChosen = isLogChosen;
        Environment = environment;
        Report = report;
        _log = log;
        _capture = capture;
        Questions = new TerminalQuestions(environment.Terminal, report);
    }

    public CommandEnvironment Environment { get; }

    public IReport Report { get; }

    public TimeProvider Time => Environment.Time;

    public ILoggerFactory Loggers => _log.Factory;

    /// <summary>Asks the user, one question at a time.</summary>
    public TerminalQuestions Questions { get; }

    /// <summary>The capture that was asked for; null: none.</summary>
    public IPacketTap? Capture => _capture?.Writer;

    /// <summary>The USB devices of this machine.</summary>
    public IUsbBus Usb => _usb ??= Environment.Usb(Loggers.CreateLogger("HostStack.Hci.Usb"));

    /// <summary>The controllers that can be named by URI.</summary>
    public ControllerSources Sources => _sources ??= MakeSources();

    // A radio of this process alone, made when somebody names a controller on it.
    private VirtualRadio Radio
    {
        get
        {
            if (_radio is null)
            {
                _radio = new VirtualRadio(new RadioOptions { Time = Time, Log = Loggers.CreateLogger("HostStack.VirtualController") });
                _radio.Start();
            }

            return _radio;
        }
    }

    /// <summary>Opens log and capture as the global options say.</summary>
    public static CommandContext Create(CommandEnvironment environment, IReport report, GlobalOptions globals, ParseResult parsed)
    {
        var choice = parsed.GetValue(globals.Log);
        var log = LogOutput.Open(choice, environment.Terminal.Error, environment.Time, environment.IsJournal);
        try
        {
            var capture = parsed.GetValue(globals.Btsnoop) is { } path
                ? CaptureFile.Create(path, parsed.GetValue(globals.Force), environment.Time, report)
                : null;
            return new CommandContext(environment, report, log, choice is not null, capture);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Logs as a configuration says, where the command line does not say otherwise. Before loggers are made.</summary>
    public void LogTo(LogChoice choice)
    {
        if (!_isLogChosen)
        {
            var log = LogOutput.Open(choice, Environment.Terminal.Error, Time, Environment.IsJournal);
            _log.Dispose();
            _log = log;
            (_sources, _usb) = (null, null); // They log, too.
        }
    }

    private ControllerSources MakeSources()
    {
        var sources = ControllerSources.CreateDefault(Usb, Loggers);
        sources.Register("virtual", name => Radio.Source(VirtualRadio.Scheme + name), "virtual:");
#if PACKAGE_ADAPTERS
        // There is no termios on Windows.
        if (OperatingSystem.IsWindows())
        {
            Hci.Transport.Serial.SerialControllerSource.Register(sources, Hci.SerialPorts.SystemSerialPort.Open);
        }
#endif
        return sources;
    }

    public ValueTask DisposeAsync()
    {
        _radio?.Dispose();
        Questions.Dispose();
        _capture?.Dispose();
        _log.Dispose();
        return ValueTask.CompletedTask;
    }
}
