using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>Our host is the user, BlueZ serves (<c>bt-network -s</c>).</summary>
[TestFixture]
internal sealed class OursJoinsBlueZTests : BlueZTest
{
    [Test]
    public async Task Join_PairedFromScratch_ThenFromStoredKeys_Pings([Values(PanRole.Gn, PanRole.Nap, PanRole.Panu)] PanRole role)
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await bluez.StartAgentAsync();
        await bluez.ServeAsync(role);
        await ours.PairAsync(bluez);
        var joined = await ours.JoinAsync(bluez, role);
        Assert.That(joined.Refusal, Is.Null);
        await AssertBothWaysAsync(bluez, ours);
        Assert.That(ours.Count<Paired>(), Is.EqualTo(1), "paired once");
        await joined.Connection!.DisposeAsync();
        await bluez.SeesNetworkGoneAsync();

        // Both sides begin anew, with nothing but what they have stored.
        await ours.RestartAsync();
        await bluez.RestartBluetoothdAsync();
        await bluez.StartAgentAsync();
        await bluez.ServeAsync(role);
        joined = await ours.JoinAsync(bluez, role);
        Assert.That(joined.Refusal, Is.Null);
        await AssertBothWaysAsync(bluez, ours);
        Assert.That(ours.Count<Paired>(), Is.EqualTo(1), "and never again");
        Assert.That(ours.Events.OfType<Refused>(), Is.Empty);
        await joined.Connection!.DisposeAsync();
    }

    private static async Task AssertBothWaysAsync(BlueZPeer bluez, OurHost ours)
    {
        await bluez.AssertReachesAsync(ours, "br0");
        await ours.AssertReachesAsync(bluez.IPv4, await bluez.LinkLocalAsync("br0"));
    }
}
