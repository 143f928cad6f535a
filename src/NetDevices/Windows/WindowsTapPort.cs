using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Tap;
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
public sealed class WindowsTapPort : TapPort
{
    private readonly ITapDevice _device;
    private readonly IInterfaceTable _table;
    private readonly TapFramePump _pump;
    private readonly List<InterfaceAddress> _addresses = [];
    private readonly List<IPAddress> _routes = [];

    internal WindowsTapPort(
        WindowsTapAdapter adapter, ITapDevice device, IInterfaceTable table, WindowsTapOptions options, ILogger logger)
        : base(adapter.Name, logger)
    {
        Adapter = adapter;
        _device = device;
        _table = table;
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

    /// <summary>The adapter.</summary>
    public WindowsTapAdapter Adapter { get; }

    /// <inheritdoc/>
    public override MacAddress Address { get; }

    /// <inheritdoc/>
    public override int Mtu { get; }

    /// <summary>What the port has carried.</summary>
    public WindowsTapCounters Counters => new(
        Received,
        _pump.Delivered,
        ReceiveDrops,
        _pump.Dropped,
        _pump.Pauses);

    private protected override TapPump Pump => _pump;

    /// <summary>The adapters of this machine, whether in use or not.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Windows.</exception>
    public static IReadOnlyList<WindowsTapAdapter> ListAdapters() =>
        OperatingSystem.IsWindows() ? AdapterDirectory.Find(new AdapterRegistry()) : throw NotHere();

    /// <summary>Opens an adapter; its cable is pulled until <see cref="TapPort.SetCarrier"/>.</summary>
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
    public override void AddAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        Change(() =>
        {
            _table.AddAddress(address, prefixLength);
            Remember(_addresses, value);
        });
    }

    /// <inheritdoc/>
    public override void RemoveAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        Change(() =>
        {
            _table.RemoveAddress(address, prefixLength);
            _addresses.Remove(value);
        });
    }

    /// <inheritdoc/>
    public override void AddDefaultRoute(IPAddress gateway, int metric)
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
    public override void RemoveDefaultRoute(IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        Change(() =>
        {
            _table.RemoveDefaultRoute(gateway);
            _routes.Remove(gateway);
        });
    }

    private protected override bool TryWrite(in EthernetFrame frame) => _device.Write(frame);

    private protected override void ChangeCarrier(bool up) => Try(() => SetMedia(up));

    // What waits is dropped with the cable; and a reader that waits for the cable looks again.
    private protected override void CarrierIsSet(bool up) => _pump.Flush();

    private protected override string DescribeLoss(string reason) =>
        $"The TAP adapter {Name} was removed or disabled; enable it and open the port again.";

    private protected override async Task EndAsync()
    {
        await _pump.EndAsync();
        TakeBack();
        Try(() => SetMedia(up: false));
        _device.Dispose();
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
        lock (Gate)
        {
            ThrowIfUnusable();
            change();
        }
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
}
