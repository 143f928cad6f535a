using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Windows.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Windows;

/// <summary>A port that is an adapter of the TAP-Windows6 driver: the machine's own IP stack on the network.</summary>
/// <remarks>
/// <para>Written to the driver's and Windows' documentation and tested without Windows (layouts, requests, the pump, what
/// is taken back); not run on this OS here.</para>
/// <para>The adapter is installed with OpenVPN or by <c>tapctl create</c>, has one user at a time, and stays when the port
/// goes; addresses and routes that the port set are taken back. A program that is killed leaves its addresses until the
/// adapter is reset. Addresses and routes want an administrator.</para>
/// </remarks>
public sealed class WindowsTapPort : ISystemPort, ITapPumpUser
{
    private const int TagSize = 4;

    private readonly Lock _gate = new();
    private readonly ITapDevice _device;
    private readonly IInterfaceTable _table;
    private readonly ILogger _logger;
    private readonly TapFramePump _pump;
    private readonly List<InterfaceAddress> _addresses = [];
    private readonly List<IPAddress> _routes = [];
    private volatile NetDeviceException? _loss;
    private volatile bool _closed;
    private volatile bool _carrier;
    private Task? _ending;
    private long _received;
    private long _receiveDrops;

    internal WindowsTapPort(
        WindowsTapAdapter adapter, ITapDevice device, IInterfaceTable table, WindowsTapOptions options, ILogger logger)
    {
        Adapter = adapter;
        _device = device;
        _table = table;
        _logger = logger;
        Mtu = options.Mtu;
        Address = ReadAddress(options.Address);
        CheckMtu();
        SetMedia(up: false);
        table.SetMtu(Mtu);
        _pump = new TapFramePump(device, FrameSize(Mtu), this);
        try
        {
            foreach (var address in options.Addresses)
            {
                AddAddress(address.Address, address.PrefixLength);
            }
        }
        catch (NetDeviceException)
        {
            TakeBack();
            throw;
        }

        _pump.Begin(adapter.Name);
    }

    /// <inheritdoc/>
    public event Action<bool>? CarrierChanged;

    /// <summary>Raised once, where the adapter was removed or disabled; on a thread of the port.</summary>
    public event Action<NetDeviceException>? Lost;

    /// <summary>The adapter.</summary>
    public WindowsTapAdapter Adapter { get; }

    /// <summary>The connection's name when the port was made.</summary>
    public string Name => Adapter.Name;

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public bool IsCarrierUp => _carrier;

    /// <summary>Why the port carries nothing any more. Null while the adapter is there.</summary>
    public NetDeviceException? Loss => _loss;

    /// <summary>What the port has carried.</summary>
    public WindowsTapCounters Counters => new(
        Interlocked.Read(ref _received),
        _pump.Delivered,
        Interlocked.Read(ref _receiveDrops),
        _pump.Dropped,
        _pump.Pauses);

    /// <summary>The adapters of this machine, whether in use or not.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Windows.</exception>
    public static IReadOnlyList<WindowsTapAdapter> ListAdapters() =>
        OperatingSystem.IsWindows() ? AdapterDirectory.Find(new AdapterRegistry()) : throw NotHere();

    /// <summary>Opens an adapter; its cable is pulled until <see cref="SetCarrier"/>.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="logger">Hears of trouble; null: nobody.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="NetDeviceException">There is no adapter, another program has it, or the system refuses.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Windows.</exception>
    public static WindowsTapPort Open(WindowsTapOptions? options = null, ILogger? logger = null)
    {
        options ??= new WindowsTapOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, 1, nameof(options.Mtu));
        if (!OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        var candidates = AdapterDirectory.Candidates(new AdapterRegistry(), options.Adapter);
        var error = WindowsError.None;
        foreach (var adapter in candidates)
        {
            if (TapDevice.TryOpen(adapter, FrameSize(options.Mtu), out error) is { } device)
            {
                try
                {
                    return new WindowsTapPort(
                        adapter, device, new WindowsInterfaceTable(adapter), options, logger ?? NullLogger.Instance);
                }
                catch
                {
                    device.Dispose();
                    throw;
                }
            }
        }

        throw WindowsErrors.Exception(
            $"The TAP adapter {string.Join(", ", candidates.Select(static adapter => adapter.Name))} cannot be opened",
            error,
            "end the program that has it, or make another with \"tapctl create\"");
    }

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ThrowIfUnusable();
        if (!_pump.TryAttach(sink))
        {
            throw new InvalidOperationException($"The port {Name} belongs to a network already; open one port for each.");
        }
    }

    /// <inheritdoc/>
    /// <remarks>It does not wait for the port's thread: a frame that is being delivered may still reach the sink.</remarks>
    public void Stop() => _pump.Detach();

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        if (!_closed && frame.Payload.Length <= Mtu + (frame.Type == EtherType.Vlan ? TagSize : 0) && _device.Write(frame))
        {
            Interlocked.Increment(ref _received);
            return true;
        }

        Interlocked.Increment(ref _receiveDrops);
        return false;
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up)
    {
        lock (_gate)
        {
            if (_carrier == up || _closed)
            {
                return;
            }

            Try(() => SetMedia(up));
            _carrier = up;

            // What waits is dropped with the cable; and a reader that waits for the cable looks again.
            _pump.Flush();
        }

        CarrierChanged?.Invoke(up);
    }

    /// <inheritdoc/>
    public void Resume() => _pump.Resume();

    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        Change(() =>
        {
            _table.AddAddress(address, prefixLength);
            Remember(_addresses, value);
        });
    }

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        Change(() =>
        {
            _table.RemoveAddress(address, prefixLength);
            _addresses.Remove(value);
        });
    }

    /// <inheritdoc/>
    public void AddDefaultRoute(IPAddress gateway, int metric)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentOutOfRangeException.ThrowIfNegative(metric);
        Change(() =>
        {
            _table.AddDefaultRoute(gateway, metric);
            Remember(_routes, gateway);
        });
    }

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        Change(() =>
        {
            _table.RemoveDefaultRoute(gateway);
            _routes.Remove(gateway);
        });
    }

    /// <summary>Takes back addresses and routes, pulls the cable and lets the adapter go. Idempotent.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ending ??= EndAsync());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    void ITapPumpUser.SinkFailed(Exception failure) => WindowsTapLog.SinkFailed(_logger, Name, failure);

    void ITapPumpUser.AdapterLost()
    {
        var loss = new NetDeviceException($"The TAP adapter {Name} was removed or disabled; enable it and open the port again.");
        _loss = loss;
        WindowsTapLog.Lost(_logger, Name, loss.Message);
        Lost?.Invoke(loss);
    }

    // A tag may come on top of the MTU.
    private static int FrameSize(int mtu) => EthernetFrame.HeaderSize + TagSize + mtu;

    private static PlatformNotSupportedException NotHere() =>
        new("TAP-Windows6 adapters are Windows'; use another kind of port on this system.");

    private static void Remember<T>(List<T> list, T value)
    {
        if (!list.Contains(value))
        {
            list.Add(value);
        }
    }

    private MacAddress ReadAddress(MacAddress? wanted)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Size];
        Control(TapControl.GetMac, octets, "its MAC address cannot be read");
        var address = MacAddress.Read(octets);
        return wanted is not { } other || other == address
            ? address
            : throw new NetDeviceException(
                $"The TAP adapter {Name} has the MAC address {address}, not {other}; set \"MAC Address\" in the adapter's advanced settings.");
    }

    private void CheckMtu()
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        Control(TapControl.GetMtu, octets, "its MTU cannot be read");
        var own = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        if (own < Mtu)
        {
            throw new NetDeviceException(
                $"The TAP adapter {Name} has an MTU of {own}, not {Mtu}; set \"MTU\" in the adapter's advanced settings.");
        }
    }

    private void SetMedia(bool up)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, up ? 1u : 0u);
        Control(TapControl.SetMediaStatus, octets, up ? "its cable cannot be plugged in" : "its cable cannot be pulled");
    }

    private void Control(TapControl control, Span<byte> octets, string what)
    {
        var error = _device.Control(control, octets);
        if (error != WindowsError.None)
        {
            throw WindowsErrors.Exception($"The TAP adapter {Name} does not answer: {what}", error, "disable and enable it");
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            change();
        }
    }

    private async Task EndAsync()
    {
        _closed = true;
        _carrier = false;
        _pump.Detach();
        await _pump.EndAsync();
        TakeBack();
        Try(() => SetMedia(up: false));
        _device.Dispose();
    }

    private void TakeBack()
    {
        foreach (var gateway in _routes)
        {
            Try(() => _table.RemoveDefaultRoute(gateway));
        }

        foreach (var address in _addresses)
        {
            Try(() => _table.RemoveAddress(address.Address, address.PrefixLength));
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (NetDeviceException failure)
        {
            WindowsTapLog.LeftBehind(_logger, Name, failure.Message);
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_loss is { } loss)
        {
            throw new NetDeviceException(loss.Message);
        }
    }
}
