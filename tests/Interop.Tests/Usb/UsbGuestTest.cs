using System.Globalization;
using System.Text.Json;
using HostStack.Interop.Tests.BlueZ;
using HostStack.Interop.Tests.Guests;
using HostStack.Pan;
using NUnit.Framework.Interfaces;

namespace HostStack.Interop.Tests.Usb;

/// <summary>What the tests in the USB guest share: one guest for all, as new for each; a peer on its radio; a test that
/// fails keeps logs of the guest.</summary>
internal abstract class UsbGuestTest
{
    /// <summary>The guest's address on the network that it serves.</summary>
    protected const string GuestAddress = "10.9.0.2";

    /// <summary>For a program that an emulated processor compiles while it runs.</summary>
    protected static readonly TimeSpan Slow = TimeSpan.FromMinutes(2);

    private static UsbGuestRig? _rig;
    private readonly List<OurHost> _peers = [];
    private string _folder = string.Empty;

    protected static UsbGuestRig Rig => _rig!;

    protected static Guest Guest => _rig!.Guest;

    /// <summary>Ends the guest.</summary>
    public static async Task CloseAsync()
    {
        if (_rig is { } rig)
        {
            _rig = null;
            await rig.DisposeAsync();
        }
    }

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("hs-usbtest-").FullName;
        var image = await GuestImage.RequireAsync();
        if (_rig is { Guest.IsRunning: false })
        {
            await CloseAsync();     // Its kernel has panicked: the test that did it has failed.
        }

        if (_rig is null)
        {
            _rig = await UsbGuestRig.StartAsync(image);
            await TestContext.Progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"guest with USB was ready after {Guest.BootTime.TotalSeconds:F1} s"));
        }

        await Rig.ResetAsync();
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        _peers.Clear();
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed && _rig is not null)
        {
            await TestContext.Out.WriteLineAsync(Guest.Describe());
            await TestContext.Out.WriteLineAsync((await Guest.RunAsync("tail -n 40 /tmp/*.log; dmesg | tail -n 30")).Text);
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Our host outside of the guest, at 10.9.0.1.</summary>
    protected async Task<OurHost> PeerAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"peer-{_peers.Count}")).FullName;
        _peers.Add(await OurHost.OpenAsync(folder, radio: Rig.Radio));
        return _peers[^1];
    }

    /// <summary>Serves a GN in the guest, with a TAP interface and an open pairing window.</summary>
    /// <param name="controller">Its URI.</param>
    protected static async Task ServeAsync(string controller)
    {
        await Guest.DoAsync(
            $"start_hoststack gn gn --controller {controller} --name guest --keys /tmp/keys.json --io none --pair 600 "
            + $"--address {GuestAddress}/24 --interface pan0 --json");
        await HappensAsync("network-up");
        await HappensAsync("pairing-window");
    }

    /// <summary>Waits for what the command says, and gives the guest's time then.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="number">How many times.</param>
    protected static async Task<GuestTime> HappensAsync(string kind, int number = 1)
    {
        var line = await Guest.UntilAsync(
            $$"""
              line=$(grep '"kind":"{{kind}}"' /tmp/gn.log | sed -n '{{number}}p')
              [ -n "$line" ] && echo "$line"
              """,
            $"the command says {kind}, {number} times",
            seconds: 120);
        return GuestTime.Parse(line);
    }

    /// <summary>How often the command has said something.</summary>
    /// <param name="kind">The kind of event.</param>
    protected static async Task<int> CountAsync(string kind) =>
        int.Parse(await Guest.DoAsync($"grep -c '\"kind\":\"{kind}\"' /tmp/gn.log"), CultureInfo.InvariantCulture);

    /// <summary>Ends the command in good order; it must be content.</summary>
    protected static async Task EndServingAsync()
    {
        await Guest.DoAsync("end_hoststack gn", Slow);
        Assert.That(await Guest.DoAsync("tail -n 1 /tmp/gn.log"), Does.EndWith(" ended 0"));
    }

    /// <summary>A peer pairs with the guest, joins its network, and both ping each other.</summary>
    protected async Task<(OurHost Peer, PanConnection Connection)> JoinAsync(Hci.Wire.PeerAddress address, PanClientOptions? options = null)
    {
        var peer = await PeerAsync();
        var outcome = await peer.Host.PairAsync(address);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        var joined = await peer.Host.TryConnectAsync(address, PanRole.Gn, peer.Port, options ?? OurHost.ToAGuest);
        Assert.That(joined.Refusal, Is.Null);
        await AssertReachAsync(peer);
        return (peer, joined.Connection!);
    }

    /// <summary>Pings, both ways.</summary>
    protected static async Task AssertReachAsync(OurHost peer)
    {
        await peer.AssertReachesAsync(System.Net.IPAddress.Parse(GuestAddress));
        await Guest.DoAsync($"ping -c 3 -W 10 {peer.Ip.IPv4Address}");
    }

    /// <summary>A line of JSON of the command <c>controllers</c>.</summary>
    protected static JsonElement Json(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}

/// <summary>A moment in a guest, in seconds since its boot.</summary>
/// <param name="Up">How long it was up.</param>
/// <param name="Idle">How long its processor had nothing to do: that passes while somebody waits, and does not while the guest
/// waits for a processor of this machine.</param>
internal readonly record struct GuestTime(double Up, double Idle)
{
    /// <summary>Two numbers, and what comes after.</summary>
    public static GuestTime Parse(string line)
    {
        var words = line.Split(' ', 3);
        return new(double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public static GuestTime operator -(GuestTime later, GuestTime earlier) => new(later.Up - earlier.Up, later.Idle - earlier.Idle);
}

/// <summary>Ends the guest after the last test of this kind.</summary>
[SetUpFixture]
internal sealed class UsbGuestEnd
{
    [OneTimeTearDown]
    public Task EndAsync() => UsbGuestTest.CloseAsync();
}
