using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>BlueZ is the user (<c>bt-network -c</c>), our host serves.</summary>
[TestFixture]
internal sealed class BlueZJoinsOursTests : BlueZTest
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Join_PairedFromScratch_ThenFromStoredKeys_Pings([Values(PanRole.Gn, PanRole.Nap, PanRole.Panu)] PanRole role)
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await using (await ours.ServeAsync(role))
        {
            await ours.Host.OpenPairingWindowAsync(Window);
            await bluez.PairAsync(ours);
            await ours.Host.ClosePairingWindowAsync();
            await bluez.JoinAsync(ours, role);
            await AssertBothWaysAsync(bluez, ours);
        }

        await bluez.SeesNetworkGoneAsync();
        Assert.That(ours.Count<Paired>(), Is.EqualTo(1), "paired once");

        // Both sides begin anew, with nothing but what they have stored.
        await ours.RestartAsync();
        await bluez.RestartBluetoothdAsync();
        await using (await ours.ServeAsync(role))
        {
            await bluez.JoinAsync(ours, role);
            await AssertBothWaysAsync(bluez, ours);
        }

        Assert.That(ours.Count<Paired>(), Is.EqualTo(1), "and never again");
        Assert.That(ours.Events.OfType<Refused>(), Is.Empty);
    }

    private static async Task AssertBothWaysAsync(BlueZPeer bluez, OurHost ours)
    {
        await ours.SeesAsync<PeerJoined>();
        await bluez.AssertReachesAsync(ours, "bnep0");
        await ours.AssertReachesAsync(bluez.IPv4, await bluez.LinkLocalAsync("bnep0"));
    }
}
