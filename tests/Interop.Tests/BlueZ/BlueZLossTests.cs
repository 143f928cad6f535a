using HostStack.Host;
using HostStack.Interop.Tests.Guests;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>Connections that end on either side, and come back.</summary>
[TestFixture]
internal sealed class BlueZLossTests : BlueZTest
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);
    private static readonly PanClientOptions ComesBack = new()
    {
        Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(300), Longest = TimeSpan.FromSeconds(2) },
    };

    [Test]
    public async Task BlueZAtOurs_LeavesAndComesAgain()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await using var network = await ours.ServeAsync(PanRole.Gn);
        await BondAsync(bluez, ours);
        for (var stay = 1; stay <= 2; stay++)
        {
            await bluez.JoinAsync(ours, PanRole.Gn);
            await ours.SeesAsync<PeerJoined>(stay);
            await bluez.AssertReachesAsync(ours, "bnep0");
            await bluez.LeaveAsync();
            await ours.SeesAsync<PeerLeft>(stay);
            await bluez.SeesNetworkGoneAsync();
        }

        Assert.That((await network.GetStatusAsync()).Peers, Is.Empty);
    }

    [Test]
    public async Task BlueZAtOurs_SentAway_SeesItAndMayComeAgain()
    {
        var (bluez, ours) = (await BlueZAsync(), await OursAsync());
        await using var network = await JoinedByBlueZAsync(bluez, ours);

        Assert.That(await network.DisconnectAsync(bluez.Address), Is.True);
        await bluez.SeesNetworkGoneAsync();
        await ours.SeesAsync<PeerLeft>();

        await bluez.LeaveAsync();
        await bluez.JoinAsync(ours, PanRole.Gn);
        await bluez.AssertReachesAsync(ours, "bnep0");
    }

    [Test]
    public async Task BlueZAtOurs_BluetoothdRestarted_ComesAgain()
    {
        var (bluez, ours) = (await BlueZAsync(), await OursAsync());
        await using var network = await JoinedByBlueZAsync(bluez, ours);

        await bluez.RestartBluetoothdAsync();
        await ours.SeesAsync<PeerLeft>();
        await bluez.SeesNetworkGoneAsync();

        await bluez.JoinAsync(ours, PanRole.Gn);
        await ours.SeesAsync<PeerJoined>(2);
        await bluez.AssertReachesAsync(ours, "bnep0");
        Assert.That(ours.Count<Paired>(), Is.EqualTo(1));
    }

    [Test]
    public async Task OursAtBlueZ_DisconnectedByBlueZ_ComesBack()
    {
        var (bluez, ours) = await BondedWithServerAsync();
        await using var connection = await JoinedAsync(ours, bluez);

        await bluez.Guest.DoAsync($"bluetoothctl disconnect {ours.Address.Address}");
        await ours.SeesAsync<PanDisconnected>();
        await AssertIsBackAsync(ours, bluez, connection);
    }

    [Test]
    public async Task OursAtBlueZ_BluetoothdRestarted_ComesBack()
    {
        var (bluez, ours) = await BondedWithServerAsync();
        await using var connection = await JoinedAsync(ours, bluez);

        await bluez.RestartBluetoothdAsync();
        await ours.SeesAsync<PanDisconnected>();
        await bluez.ServeAsync(PanRole.Nap);
        await AssertIsBackAsync(ours, bluez, connection);
    }

    [Test]
    public async Task OursAtBlueZ_DonglePulledAndPutBack_ComesBack()
    {
        var (bluez, ours) = await BondedWithServerAsync();
        await using var connection = await JoinedAsync(ours, bluez);

        await bluez.UnplugAsync();
        await bluez.PlugAsync();
        await ours.SeesAsync<PanDisconnected>();
        await bluez.ServeAsync(PanRole.Nap);
        await AssertIsBackAsync(ours, bluez, connection);
    }

    [Test]
    public async Task OursAtBlueZ_OutOfRange_ComesBackWhenInRangeAgain()
    {
        var (bluez, ours) = await BondedWithServerAsync();
        await using var connection = await JoinedAsync(ours, bluez);

        bluez.Controller.SetReachable(false);
        try
        {
            await ours.SeesAsync<PanDisconnected>();
        }
        finally
        {
            bluez.Controller.SetReachable(true);
        }

        await AssertIsBackAsync(ours, bluez, connection);
    }

    private static async Task AssertIsBackAsync(OurHost ours, BlueZPeer bluez, PanConnection connection)
    {
        await ours.SeesAsync<PanConnected>(2);

        // BlueZ says yes, too, while its bridge is not there yet: then our host finds out, and comes once more.
        await bluez.Guest.UntilAsync("ping -c 1 -W 2 10.9.0.1", "our host answers", seconds: 100);
        await bluez.AssertReachesAsync(ours, "br0");
        Assert.That(ours.Count<Paired>(), Is.EqualTo(1), "by the stored key");
    }

    private static async Task<PanNetwork> JoinedByBlueZAsync(BlueZPeer bluez, OurHost ours)
    {
        var network = await ours.ServeAsync(PanRole.Gn);
        await BondAsync(bluez, ours);
        await bluez.JoinAsync(ours, PanRole.Gn);
        await ours.SeesAsync<PeerJoined>();
        return network;
    }

    private async Task<(BlueZPeer BlueZ, OurHost Ours)> BondedWithServerAsync()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await BondAsync(bluez, ours);
        await bluez.TrustAsync(ours);
        await bluez.ServeAsync(PanRole.Nap);
        return (bluez, ours);
    }

    private static async Task<PanConnection> JoinedAsync(OurHost ours, BlueZPeer bluez)
    {
        var joined = await ours.JoinAsync(bluez, PanRole.Nap, ComesBack);
        Assert.That(joined.Refusal, Is.Null);
        await bluez.AssertReachesAsync(ours, "br0");
        return joined.Connection!;
    }

    private static async Task BondAsync(BlueZPeer bluez, OurHost ours)
    {
        await ours.Host.OpenPairingWindowAsync(Window);
        await bluez.PairAsync(ours);
        await ours.Host.ClosePairingWindowAsync();
    }
}
