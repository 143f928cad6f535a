using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Transport.Usb;
using HostStack.Host;
using HostStack.Testing.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.EndToEnd.Tests.Usb;

/// <summary>A host over <c>usb:</c>, and its dongle.</summary>
internal sealed class UsbStation : RealTimeStation
{
    private readonly HostEventReader _events;

    private UsbStation(BluetoothHost host, UsbDongle dongle, byte number)
        : base(host, number)
    {
        Dongle = dongle;
        _events = host.Events.Subscribe(4096);
    }

    public UsbDongle Dongle { get; }

    /// <summary>Plugs a dongle in and opens a host on it by its place.</summary>
    public static async Task<UsbStation> OpenAsync(DongleBus bus, UsbDongle dongle, byte number)
    {
        var place = bus.Plug(dongle).Location;
        var host = await BluetoothHost.OpenAsync(
            UsbControllerSource.Parse(place, bus),
            new BluetoothHostOptions
            {
                Name = $"station {number}",
                PairingAgent = new JustWorksAgent(),
                Hci = new HciOptions { SupervisionTimeout = TimeSpan.FromSeconds(1) },
                FirstReopenWait = TimeSpan.FromMilliseconds(100),
                LongestReopenWait = TimeSpan.FromMilliseconds(200),
            }).WaitAsync(Limit);
        return new UsbStation(host, dongle, number);
    }

    /// <summary>Reads events until one of a kind comes.</summary>
    public async Task<T> NextAsync<T>()
        where T : HostEvent
    {
        using var limit = new CancellationTokenSource(Limit);
        await foreach (var happened in _events.WithCancellation(limit.Token))
        {
            if (happened is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The host was closed.");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _events.Dispose();
    }
}
