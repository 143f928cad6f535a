using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>How BlueZ's server refuses, and what our client makes of it.</summary>
[TestFixture]
internal sealed class BlueZRefusesTests : BlueZTest
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    [Test]
    public async Task BondedButNotTrusted_WithoutAgent_IsRefusedByBlueZ_AndServedByUs()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await using var network = await ours.ServeAsync(PanRole.Gn);
        await ours.Host.OpenPairingWindowAsync(Window);
        await bluez.PairAsync(ours);
        await ours.Host.ClosePairingWindowAsync();
        await bluez.ServeAsync(PanRole.Gn);

        // The situation of many questions on the internet: paired, encrypted, and yet a security block.
        var refusal = (await ours.Host.TryConnectAsync(bluez.Address, PanRole.Gn, ours.NewPort())).Refusal;
        Assert.That(refusal, Is.Not.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Layer, Is.EqualTo(RefusalLayer.L2cap));
            Assert.That(refusal.Rule, Is.EqualTo("security block (result 3), twice"));
            Assert.That(refusal.Remedy, Does.Contain("trust this device there"));
            Assert.That(refusal.ByPeer, Is.True);
            Assert.That(refusal.KeyType, Is.Not.Null, "the link had a key: it was not the link's security");
            Assert.That(ours.Count<Refused>(), Is.EqualTo(1), "one refusal is one event");
        }

        await bluez.EndServingAsync();

        // The same two devices, the same bond, nobody trusted and no agent: our server says yes.
        await bluez.JoinAsync(ours, PanRole.Gn);
        await bluez.AssertReachesAsync(ours, "bnep0");
    }

    [Test]
    public async Task Remedy_Trust_Works()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await ours.Host.OpenPairingWindowAsync(Window);
        await bluez.PairAsync(ours);
        await bluez.ServeAsync(PanRole.Gn);
        Assert.That((await ours.JoinAsync(bluez, PanRole.Gn)).Refusal?.Remedy, Does.Contain("trust this device there"));

        await bluez.TrustAsync(ours);
        var joined = await ours.JoinAsync(bluez, PanRole.Gn);
        Assert.That(joined.Refusal, Is.Null);
        await bluez.AssertReachesAsync(ours, "br0");
        await joined.Connection!.DisposeAsync();
    }

    [Test]
    public async Task OtherRoleRegistered_IsToldInBoundedTime_AndTheRegisteredOneWorksAfter()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await ours.Host.OpenPairingWindowAsync(Window);
        await bluez.PairAsync(ours);
        await bluez.TrustAsync(ours);
        await bluez.ServeAsync(PanRole.Nap);

        var refusal = (await ours.JoinAsync(bluez, PanRole.Gn, new PanClientOptions())).Refusal;
        Assert.That(refusal, Is.Not.Null);
        await TestContext.Out.WriteLineAsync($"BlueZ without GN: {refusal!.Rule}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Layer, Is.EqualTo(RefusalLayer.Bnep));

            // The setup waits in the socket that bluetoothd gives to the kernel, and takes back when it finds no bridge: which
            // comes first decides whether the kernel has said yes by then.
            Assert.That(refusal.Rule, Does.StartWith("setup never answered").Or.EqualTo("accepted, but nobody answers")
                .Or.EqualTo("accepted, then closed").Or.EqualTo("channel closed before the answer"));
            Assert.That(refusal.Remedy, Does.Contain("GN"));
            Assert.That(ours.Port.IsCarrierUp, Is.False);
            Assert.That(ours.Count<Refused>(), Is.EqualTo(1), "one refusal is one event");
        }

        var joined = await ours.JoinAsync(bluez, PanRole.Nap);
        Assert.That(joined.Refusal, Is.Null);
        await bluez.AssertReachesAsync(ours, "br0");
        await joined.Connection!.DisposeAsync();
    }

    [Test]
    public async Task NoServer_IsToldWithARemedy()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await ours.Host.OpenPairingWindowAsync(Window);
        await bluez.PairAsync(ours);
        await bluez.TrustAsync(ours);

        var refusal = (await ours.JoinAsync(bluez, PanRole.Nap, new PanClientOptions())).Refusal;
        Assert.That(refusal, Is.Not.Null);
        await TestContext.Out.WriteLineAsync($"BlueZ without a server: {refusal!.Rule}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.ByPeer, Is.True);
            Assert.That(refusal.Remedy, Does.EndWith("."));
            Assert.That(ours.Count<Refused>(), Is.EqualTo(1), "one refusal is one event");
        }
    }

    [Test]
    public async Task BlueZForgotTheBond_IsToldAsSuch_AndPairingAgainWorks()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await bluez.StartAgentAsync();
        await bluez.ServeAsync(PanRole.Gn);
        await ours.PairAsync(bluez);
        await bluez.ForgetAsync(ours);

        var refusal = (await ours.JoinAsync(bluez, PanRole.Gn)).Refusal;
        Assert.That(refusal, Is.Not.Null);
        await TestContext.Out.WriteLineAsync($"BlueZ without the bond: {refusal!.Rule} {refusal.Remedy}");
        Assert.That(refusal.Layer, Is.EqualTo(RefusalLayer.Security));

        await ours.Host.RemoveBondAsync(bluez.Address);
        await ours.PairAsync(bluez);
        var joined = await ours.JoinAsync(bluez, PanRole.Gn);
        Assert.That(joined.Refusal, Is.Null);
        await bluez.AssertReachesAsync(ours, "br0");
        await joined.Connection!.DisposeAsync();
    }
}
