using HostStack.Hci.Links;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Host.Tests;

/// <summary>A host's own dongle and one bond, on a radio by simulated time: for hosts whose controller is opened again. All of
/// it anew for each test.</summary>
internal abstract class ReopeningFixture
{
    protected static readonly BdAddr Address = BdAddr.Parse("00:1A:7D:DA:71:13");
    protected static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));
    protected static readonly ControllerDevice Dongle = new() { Usb = new UsbId(0x0A12, 0x0001), SerialNumber = "1" };
    protected static readonly TimeSpan Awhile = TimeSpan.FromSeconds(20);

    private int _loops;

    protected Simulation Simulation { get; private set; } = null!;

    protected VirtualRadio Radio { get; private set; } = null!;

    protected BrittleStore Keys { get; private set; } = null!;

    [SetUp]
    public void MakeWorld()
    {
        Simulation = new Simulation(seed: 1);
        Radio = VirtualRadio.In(Simulation);
        Keys = new BrittleStore();
        _loops = 0;
    }

    [TearDown]
    public void EndWorld()
    {
        Radio.Dispose();
        Simulation.Dispose();
    }

    protected static Hci.Packets.LinkKey Key(byte octet) => new([.. Enumerable.Repeat(octet, 16)]);

    /// <summary>Bonds a peer with a controller.</summary>
    protected void Bond(BdAddr address, string fingerprint, PeerAddress? peer = null, byte octet = 7) => Keys.Save(new LinkKeyRow
    {
        Id = new LinkKeyId(new ControllerIdentity(address, fingerprint), peer ?? Peer),
        Key = Key(octet),
        Type = LinkKeyType.UnauthenticatedP192,
    });

    /// <summary>Bonds the peer with the controller that a host has.</summary>
    protected async Task BondAsync(BluetoothHost host)
    {
        var controller = (await host.GetStatusAsync()).Controller!;
        Bond(controller.Address, controller.Fingerprint);
    }

    /// <summary>Opens a host, with the keys unless it brings its own.</summary>
    protected Task<BluetoothHost> OpenAsync(IControllerSource source, BluetoothHostOptions? options = null) =>
        BluetoothHost.OpenAsync(source, (options ?? new BluetoothHostOptions()) with
        {
            Loop = Simulation.CreateLoop($"host {_loops++}"),
            CallbackScheduler = Simulation.Callbacks,
            KeyStore = options?.KeyStore ?? Keys,
        });
}
