using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Pan.Authorization;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Bonding and bondable modes (Core, Vol 3, Part C, 4.3, 6.5): what is asked for in the IO capability messages, and
/// which keys stay.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class GapBondingTests
{
    private const ushort IoCapabilityReply = 0x042B;

    // The last octet of the reply (Core, Vol 4, Part E, 7.1.29); with protection against a man in the middle one more.
    private const byte NoBonding = 0x00;
    private const byte DedicatedBonding = 0x02;
    private const byte GeneralBonding = 0x04;
    private const byte WithMitm = 0x01;
    private GapRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new GapRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test, Property("Id", "GAP/IDLE/BON/BV-02-C")]
    public void Bonding_FromHere_ServesTheNextLinkWithoutPairing() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));
        await other.OpenWindow();
        var first = await device.Host.PairAsync(other.Address);
        await other.Host.ClosePairingWindowAsync();
        await device.Host.DisconnectLinkAsync(other.Address);
        device.Commands.Clear();

        var second = await device.Host.PairAsync(other.Address);

        Assert.That((first.Succeeded, first.IsBonded, second.Succeeded), Is.EqualTo((true, true, true)));
        Assert.That(device.Commands.Of(IoCapabilityReply), Is.Empty, "the stored key serves");
        Assert.That((await device.Host.GetStatusAsync()).Links.Single().Security.IsEncrypted, Is.True);
    });

    [Test, Property("Id", "GAP/IDLE/BON/BV-03-C")]
    public void DedicatedBonding_WithoutDisplay_LeavesAKeyOnBothSides() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));
        await other.OpenWindow();

        var outcome = await device.Host.PairAsync(other.Address);

        Assert.That((outcome.Succeeded, outcome.IsBonded, outcome.Model), Is.EqualTo((true, true, AssociationModel.JustWorks)));
        Assert.That(Asked(device), Is.EqualTo(DedicatedBonding));
        await AssertBonds(device, other, LinkKeyType.UnauthenticatedP256);
    });

    [Test, Property("Id", "GAP/IDLE/BON/BV-04-C")]
    public void DedicatedBonding_Authenticated_LeavesAnAuthenticatedKey() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device", new YesAgent()), await _rig.AddAsync("other", new YesAgent()));
        await other.OpenWindow();

        var outcome = await device.Host.PairAsync(other.Address, Authenticated);

        Assert.That((outcome.Succeeded, outcome.Model), Is.EqualTo((true, AssociationModel.NumericComparison)));
        Assert.That(Asked(device), Is.EqualTo(DedicatedBonding | WithMitm));
        await AssertBonds(device, other, LinkKeyType.AuthenticatedP256);
    });

    [Test, Property("Id", "GAP/IDLE/BON/BV-05-C")]
    public void GeneralBonding_ForAService_LeavesAKeyOnBothSides() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        await UseService(device, other, SecurityRequirement.Default);

        Assert.That(Asked(device), Is.EqualTo(GeneralBonding));
        await AssertBonds(device, other, LinkKeyType.UnauthenticatedP256);
    });

    [Test, Property("Id", "GAP/IDLE/BON/BV-06-C")]
    public void GeneralBonding_ForAServiceThatAsksForIt_LeavesAnAuthenticatedKey() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device", new YesAgent()), await _rig.AddAsync("other", new YesAgent()));

        await UseService(device, other, Authenticated);

        Assert.That(Asked(device), Is.EqualTo(GeneralBonding | WithMitm));
        await AssertBonds(device, other, LinkKeyType.AuthenticatedP256);
    });

    /// <summary>A device that keeps no keys says so and keeps none; the peer then keeps none either.</summary>
    [Test, Property("Id", "GAP/MOD/NBON/BV-02-C")]
    public void NotBondable_PairingLeavesNoBond([Values] bool fromHere) => _rig.Run(async () =>
    {
        var device = await _rig.AddAsync(
            "device", options: new BluetoothHostOptions { Security = new SecurityOptions { Bond = false } });
        var other = await _rig.AddAsync("other");
        await device.OpenWindow();
        await other.OpenWindow();

        var outcome = await (fromHere ? device.Host.PairAsync(other.Address) : other.Host.PairAsync(device.Address));

        Assert.That((outcome.Succeeded, outcome.IsBonded), Is.EqualTo((true, false)));
        Assert.That(Asked(device), Is.EqualTo(NoBonding));
        Assert.That(await device.Host.GetBondsAsync(), Is.Empty);
        Assert.That(await other.Host.GetBondsAsync(), Is.Empty);
    });

    /// <summary>Outside its pairing window the device does not bond: a peer that asks is refused.</summary>
    [Test, Property("Id", "GAP/MOD/NBON/BV-03-C")]
    public void NotBondable_PeerThatAsksToBond_IsRefused() => _rig.Run(async () =>
    {
        var (device, other) = (await _rig.AddAsync("device"), await _rig.AddAsync("other"));

        var outcome = await other.Host.PairAsync(device.Address);

        Assert.That((outcome.Succeeded, outcome.Status), Is.EqualTo((false, HciStatus.PairingNotAllowed)));
        Assert.That(await device.Host.GetBondsAsync(), Is.Empty);
        Assert.That(await other.Host.GetBondsAsync(), Is.Empty);
    });

    private static SecurityRequirement Authenticated => new() { Authenticated = true };

    private static byte Asked(GapDevice device) => device.Commands.Of(IoCapabilityReply).Single()[^1];

    private static async Task UseService(GapDevice device, GapDevice other, SecurityRequirement requirement)
    {
        await other.Host.ServeAsync(
            PanRole.Gn, other.Port, new PanServiceOptions { Security = requirement, Authorization = AuthorizationRule.All });
        await device.OpenWindow();
        await other.OpenWindow();
        await device.Host.ConnectAsync(other.Address, PanRole.Gn, device.Port, new PanClientOptions { Security = requirement });
    }

    private static async Task AssertBonds(GapDevice device, GapDevice other, LinkKeyType type)
    {
        var (here, there) = ((await device.Host.GetBondsAsync()).Single(), (await other.Host.GetBondsAsync()).Single());
        Assert.That((here.Peer, here.KeyType), Is.EqualTo((other.Address, type)));
        Assert.That((there.Peer, there.KeyType), Is.EqualTo((device.Address, type)));
    }
}
