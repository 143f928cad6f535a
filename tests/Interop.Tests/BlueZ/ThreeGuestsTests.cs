using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>A piconet of three guests that our host serves: they reach each other through our switch. One has a dual-mode
/// controller, one has its controller behind a UART.</summary>
[TestFixture]
internal sealed class ThreeGuestsTests : BlueZTest
{
    private const int Guests = 3;

    [Test]
    public async Task Gn_ThreeGuests_ReachEachOtherAndUs()
    {
        var guests = await BlueZAsync(Guests);
        var ours = await OursAsync();
        await using var network = await ours.ServeAsync(PanRole.Gn);
        await ours.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(4));
        foreach (var guest in guests)
        {
            await guest.PairAsync(ours);
            await guest.JoinAsync(ours, PanRole.Gn);
        }

        await ours.Host.ClosePairingWindowAsync();
        await ours.SeesAsync<PeerJoined>(Guests);
        Assert.That((await network.GetStatusAsync()).Peers, Has.Count.EqualTo(Guests));
        foreach (var from in guests)
        {
            await from.AssertReachesAsync(ours, "bnep0");
            foreach (var to in guests.Where(to => to != from))
            {
                await from.Guest.DoAsync($"ping -c 3 -W 10 {to.IPv4}");
                await from.Guest.DoAsync($"ping -6 -c 3 -W 10 {await to.LinkLocalAsync("bnep0")}%bnep0");
            }

            await ours.AssertReachesAsync(from.IPv4);
        }

        // One that leaves takes nobody along.
        await guests[0].LeaveAsync();
        await ours.SeesAsync<PeerLeft>();
        await guests[1].Guest.DoAsync($"ping -c 3 -W 10 {guests[2].IPv4}");
        Assert.That(ours.Count<PeerLeft>(), Is.EqualTo(1));
    }
}
