using HostStack.Hci.Capture;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.L2cap;
using HostStack.Sdp.Records;
using HostStack.Sdp.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Host;

/// <summary>A Bluetooth BR/EDR host on one controller: links, pairing, service discovery, and the profiles that attach to
/// it.</summary>
/// <remarks>
/// <para>Every public method may be called from any thread; the work is done on the host's loop. Members that say "loop
/// only" are for profiles.</para>
/// <para>A controller that is lost is opened again from its source, by and by less often; services and bonds stay.</para>
/// </remarks>
public sealed partial class BluetoothHost : IAsyncDisposable
{
    private readonly BluetoothHostOptions _options;
    private readonly IControllerSource _source;
    private readonly bool _ownsLoop;
    private readonly ILogger _log;
    private readonly HciHost _hci;
    private readonly ServiceDirectory _services;
    private readonly SdpServer _sdp;
    private readonly IDisposable[] _meters;
    private readonly Dictionary<Type, IHostAttachment> _attachments = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _disposeGate = new();
    private Task? _disposal;
    private int _epoch;

    private BluetoothHost(IControllerSource source, BluetoothHostOptions options, ILoggerFactory loggers)
    {
        _options = options;
        _adoptsAll = options.AdoptsBonds;
        _source = options.Capture is { } tap ? new CapturingSource(source, tap) : source;
        _log = loggers.CreateLogger("HostStack.Host");
        Loggers = loggers;
        _ownsLoop = options.Loop is null;
        Loop = options.Loop ?? new EventLoop(options.Time ?? TimeProvider.System, loggers.CreateLogger("HostStack.Hci"), "hoststack");
        Callbacks = options.CallbackScheduler ?? (_ownsLoop ? TaskScheduler.Default : new LoopTaskScheduler(Loop));
        Events = new HostEvents(Loop.Time);
        L2cap = new L2capLayer(
            Loop.Timers,
            options.L2cap with { LocalHostSupportsSsp = options.L2cap.LocalHostSupportsSsp ?? SupportsSimplePairing },
            loggers.CreateLogger("HostStack.L2cap"));
        L2cap.Refused += ReportRefused;
        _hci = new HciHost(
            Loop,
            options.Hci with
            {
                Name = options.Name,
                ClassOfDevice = options.ClassOfDevice,
                Discoverable = options.Discoverable,
                Connectable = options.Connectable,
                Admit = Admit,
            },
            new HciSecurity
            {
                Store = options.KeyStore ?? new InMemoryLinkKeyStore(),
                Options = options.Security,
                Agent = options.PairingAgent,
                Callbacks = Callbacks,
                Observer = new SecurityEventTap(Events),
            },
            new LinkEventTap(L2cap, Events),
            new ControllerWatch(this),
            loggers.CreateLogger("HostStack.Hci"));
        _services = new ServiceDirectory(L2cap) { ClassesChanged = ServiceClassesChanged };
        _sdp = new SdpServer(_services.Records, loggers.CreateLogger("HostStack.Sdp"));
        _services.Listen(_sdp.Registration);
        _meters = [new HciMeter(_hci.Counters, source.Uri), new SdpMeter(_sdp, source.Uri)];
    }

    /// <summary>What happens: one stream, any number of readers.</summary>
    public HostEvents Events { get; }

    /// <summary>The controller's address; zero while there has been none.</summary>
    public BdAddr Address => _hci.Controller?.Address ?? default;

    /// <summary>Why the controller is not there, a sentence; null while it is. Loop only.</summary>
    public string? Problem => _problem;

    /// <summary>The controller's URI.</summary>
    public string Uri => _source.Uri;

    /// <summary>The loop that owns the host's state.</summary>
    public EventLoop Loop { get; }

    /// <summary>Where agents, authorizers and other callbacks of the program are called.</summary>
    public TaskScheduler Callbacks { get; }

    /// <summary>Where logs go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Channels. Loop only.</summary>
    public L2capLayer L2cap { get; }

    /// <summary>The records that the host's SDP server offers. Loop only.</summary>
    public ServiceRecordDatabase Sdp => _services.Records;

    /// <summary>The options.</summary>
    public BluetoothHostOptions Options => _options;

    /// <summary>Opens a host: opens the controller and brings it up.</summary>
    /// <param name="source">Where the controller is opened, and opened again after a loss.</param>
    /// <param name="options">The choices; null: the defaults.</param>
    /// <param name="loggerFactory">Where logs go; null: nowhere.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="ControllerUnavailableException">The controller cannot be opened; the message says what to do.</exception>
    public static async Task<BluetoothHost> OpenAsync(
        IControllerSource source,
        BluetoothHostOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var host = new BluetoothHost(source, options ?? new BluetoothHostOptions(), loggerFactory ?? NullLoggerFactory.Instance);
        if (host._ownsLoop)
        {
            host.Loop.Start();
        }

        try
        {
            await host.Loop.RunAsync(() => host.OpenControllerAsync(cancellationToken));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the host: profiles end, pending calls fail, links are ended (2 s at most), the controller is reset and
    /// let go. Idempotent.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_disposeGate)
        {
            return new ValueTask(_disposal ??= DisposeOnceAsync());
        }
    }

    /// <summary>The profile of a kind that lives on this host, made at its first use. Loop only.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="create">Makes it.</param>
    /// <exception cref="ObjectDisposedException">The host has been closed.</exception>
    public T GetOrAttach<T>(Func<BluetoothHost, T> create)
        where T : class, IHostAttachment
    {
        ArgumentNullException.ThrowIfNull(create);
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (!_attachments.TryGetValue(typeof(T), out var attachment))
        {
            attachment = create(this);
            _attachments.Add(typeof(T), attachment);
        }

        return (T)attachment;
    }

    // Of the controller that is in use: the next one may be another.
    private bool SupportsSimplePairing() => _hci.Controller is { SimplePairing: true };

    private async Task DisposeOnceAsync()
    {
        await Loop.RunAsync(CloseOnLoopAsync);
        if (_ownsLoop)
        {
            Loop.Dispose();
        }

        _closing.Dispose();
    }

    private async Task CloseOnLoopAsync()
    {
#pragma warning disable VSTHRD103 // CancelAsync calls back on the thread pool; everything that hears this is the loop's own.
        _closing.Cancel();
#pragma warning restore VSTHRD103
        foreach (var attachment in _attachments.Values)
        {
            try
            {
                attachment.HostClosing();
            }
#pragma warning disable CA1031 // A profile's fault must not keep the controller open.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogClosingFault(_log, fault);
            }
        }

        await _hci.CloseAsync();
        _window?.Dispose();
        L2cap.Dispose();
        Array.ForEach(_meters, static meter => meter.Dispose());
        Events.Publish(new HostClosed());
        Events.Complete();
    }
}
