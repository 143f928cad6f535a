using System.Globalization;
using HostStack.Hci.Wire;
using HostStack.Interop.Tests.Guests;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>One radio for all BlueZ tests, and the guests on it: each is booted when a test first wants it, and kept for
/// the tests that follow.</summary>
internal static class BlueZRig
{
    // Three kinds of controller, as the kernel sees them.
    private static readonly GuestKind[] Kinds =
        [new("a", DualMode: false, Uart: false), new("b", DualMode: true, Uart: false), new("c", DualMode: false, Uart: true)];

    private static readonly List<H4SocketServer> Servers = [];
    private static readonly Dictionary<string, BlueZPeer> Peers = [];
    private static VirtualRadio? _radio;
    private static GuestImage? _image;
    private static string? _folder;

    /// <summary>The radio, in real time.</summary>
    public static VirtualRadio Radio => _radio ?? throw new InvalidOperationException("Ask for a peer first.");

    /// <summary>Where consoles, sockets and artefacts are while the tests run.</summary>
    public static string Folder => _folder!;

    /// <summary>Guests in the state in which a test begins. Where they cannot run here the test ends as ignored.</summary>
    /// <param name="count">How many, 1 to 3.</param>
    public static async Task<BlueZPeer[]> PeersAsync(int count)
    {
        await PrepareAsync();
        return await Task.WhenAll(Kinds[..count].Select(AsNewAsync));
    }

    /// <summary>Ends everything.</summary>
    public static async Task CloseAsync()
    {
        await Task.WhenAll(Peers.Values.Select(static peer => peer.Guest.DisposeAsync().AsTask()));
        Peers.Clear();
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }

        Servers.Clear();
        _radio?.Dispose();
        _radio = null;
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
            _folder = null;
        }
    }

    private static async Task PrepareAsync()
    {
        _image = await GuestImage.RequireAsync();
        if (_folder is not null)
        {
            return;
        }

        _folder = Directory.CreateTempSubdirectory("hs-bluez-").FullName;
        _radio = new VirtualRadio();
        _radio.Start();
    }

    private static async Task<BlueZPeer> AsNewAsync(GuestKind kind)
    {
        var name = kind.Name;
        BlueZPeer? former;
        lock (Peers)
        {
            Peers.Remove(name, out former);
        }

        if (former is not null && (!former.Guest.IsRunning || !await former.ResetAsync()))
        {
            // Its kernel has panicked, or BlueZ hangs: the test that did it has failed, the next ones get a new guest.
            await TestContext.Progress.WriteLineAsync($"guest {name} is booted anew");
            await former.Guest.DisposeAsync();
            former = null;
        }

        var peer = former ?? await StartAsync(kind);
        lock (Peers)
        {
            Peers[name] = peer;
        }

        return peer;
    }

    private static async Task<BlueZPeer> StartAsync(GuestKind kind)
    {
        var name = kind.Name;
        var path = Path.Combine(Folder, $"{name}.h4");
        H4SocketServer? server;
        lock (Servers)
        {
            server = Servers.Find(server => server.Uri == $"h4:unix:{path}");
        }

        if (server is null)
        {
            server = H4SocketServer.Listen(Radio, $"h4:unix:{path}", _ => new ControllerOptions { Name = $"guest-{name}", DualMode = kind.DualMode });
            lock (Servers)
            {
                Servers.Add(server);
            }
        }

        var guest = await Guest.StartAsync(_image!, name, path, Folder, new GuestHardware { Uart = kind.Uart });
        await TestContext.Progress.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{kind} was ready after {guest.BootTime.TotalSeconds:F1} s"));

        // A guest that was booted anew may have come before the controller of the former one was free.
        var address = BdAddr.Parse(await guest.UntilAsync(
            @"hciconfig hci0 | sed -n 's/.*BD Address: \([0-9A-F:]*\).*/\1/p' | grep .", "the guest has a controller"));
        var peer = new BlueZPeer(guest, new PeerAddress(address), server.Controllers.Single(one => one.Address == address));
        if (!await peer.ResetAsync())
        {
            await guest.DisposeAsync();
            Assert.Fail($"guest {name} is not as new after its boot: {guest.Describe()}");
        }

        return peer;
    }
}

/// <summary>A guest and the controller that it has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DualMode">Whether the controller has LE, too.</param>
/// <param name="Uart">Whether it is behind a 16550 and hci_uart.</param>
internal sealed record GuestKind(string Name, bool DualMode, bool Uart)
{
    public override string ToString() =>
        $"guest {Name} ({(DualMode ? "dual mode" : "BR/EDR only")}, {(Uart ? "hci_uart" : "hci_vhci")})";
}

/// <summary>Ends the guests after the last BlueZ test.</summary>
[SetUpFixture]
internal sealed class BlueZRigEnd
{
    [OneTimeTearDown]
    public Task EndAsync() => BlueZRig.CloseAsync();
}
