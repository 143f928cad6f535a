using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Pairing;

/// <summary>Two whole hosts pair by every model, and the key serves a network afterwards.</summary>
[TestFixture]
internal sealed class AssociationModelTests
{
    private static readonly SecurityRequirement Authenticated = new() { Authenticated = true };

    [Test]
    public void NumericComparison_BothUsersSeeTheSameDigits([Range(1, 5)] int seed) => World.Run(
        async world =>
        {
            var (ofOne, ofOther) = (new ScriptedAgent(), new ScriptedAgent());
            var (one, other) = await PairAsync(world, ofOne, ofOther, AssociationModel.NumericComparison);

            Assert.That(ofOne.Digits, Is.Not.Null);
            Assert.That(ofOther.Digits, Is.EqualTo(ofOne.Digits), "the same six digits");
            Assert.That(ofOne.Seen.Single().Model, Is.EqualTo(AssociationModel.NumericComparison));
            Assert.That((ofOne.Seen.Single().IsLocal, ofOther.Seen.Single().IsLocal), Is.EqualTo((true, false)));
            await AssertServesAsync(one, other);
        },
        seed: (ulong)seed);

    [Test]
    public void Passkey_TheInitiatorTypesWhatTheResponderShows() => World.Run(async world =>
    {
        var shows = new ScriptedAgent { IoCapability = IoCapability.DisplayOnly };
        var types = new ScriptedAgent { IoCapability = IoCapability.KeyboardOnly, Type = async _ => await shows.Shown.Task };
        var (one, other) = await PairAsync(world, types, shows, AssociationModel.PasskeyEntry);
        await AssertServesAsync(one, other);
    });

    [Test]
    public void Passkey_TheResponderTypesWhatTheInitiatorShows() => World.Run(async world =>
    {
        var shows = new ScriptedAgent { IoCapability = IoCapability.DisplayYesNo };
        var types = new ScriptedAgent { IoCapability = IoCapability.KeyboardOnly, Type = async _ => await shows.Shown.Task };
        var (one, other) = await PairAsync(world, shows, types, AssociationModel.PasskeyEntry);
        await AssertServesAsync(one, other);
    });

    [Test]
    public void Passkey_BothUsersTypeDigitsThatTheyAgreedOn() => World.Run(async world =>
    {
        ScriptedAgent Keyboard() => new()
        {
            IoCapability = IoCapability.KeyboardOnly,
            Type = static _ => Task.FromResult<Passkey?>(new Passkey(4711)),
        };
        var (one, other) = await PairAsync(world, Keyboard(), Keyboard(), AssociationModel.PasskeyEntry);
        await AssertServesAsync(one, other);
    });

    [Test]
    public void OutOfBand_DataCarriedBothWays() => World.Run(async world =>
    {
        var (tableOfOne, tableOfOther) = (new OobDataTable(), new OobDataTable());
        var one = await world.HostAsync(1, With(new ScriptedAgent { OobData = tableOfOne }));
        var other = await world.HostAsync(2, With(new ScriptedAgent { OobData = tableOfOther }));
        tableOfOne.Set(other.Peer, await other.Host.ReadLocalOobDataAsync());
        tableOfOther.Set(one.Peer, await one.Host.ReadLocalOobDataAsync());

        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await one.Host.PairAsync(other.Peer, Authenticated);

        AssertPaired(outcome, AssociationModel.OutOfBand, LinkKeyType.AuthenticatedP256);
        await AssertServesAsync(one, other);
    });

    [Test]
    public void LegacyPin_WhereOneControllerKnowsNothingNewer() => World.Run(async world =>
    {
        PinCode.TryFrom("0000", out var pin);
        var options = new BluetoothHostOptions { Security = new SecurityOptions { AllowLegacyPairing = true } };
        ScriptedAgent User() => new() { Pin = _ => pin };
        var one = await world.HostAsync(1, options with { PairingAgent = User() });
        var other = await world.HostAsync(2, options with { PairingAgent = User() }, new ControllerOptions { SimplePairing = false });

        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await one.Host.PairAsync(other.Peer);

        AssertPaired(outcome, AssociationModel.LegacyPin, LinkKeyType.Combination);
        await AssertServesAsync(one, other, new SecurityRequirement());
    });

    [Test]
    public void JustWorks_SimplePairingWithoutSecureConnections_GivesAP192Key() => World.Run(async world =>
    {
        var one = await world.HostAsync(1);
        var other = await world.HostAsync(2, controller: new ControllerOptions { SecureConnections = false });
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        AssertPaired(await one.Host.PairAsync(other.Peer), AssociationModel.JustWorks, LinkKeyType.UnauthenticatedP192);
        await AssertServesAsync(one, other, new SecurityRequirement());
    });

    private static BluetoothHostOptions With(IPairingAgent agent) => new() { PairingAgent = agent };

    private static async Task<(Station One, Station Other)> PairAsync(
        World world, ScriptedAgent ofOne, ScriptedAgent ofOther, AssociationModel model)
    {
        var (one, other) = (await world.HostAsync(1, With(ofOne)), await world.HostAsync(2, With(ofOther)));
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await one.Host.PairAsync(other.Peer, Authenticated);
        AssertPaired(outcome, model, LinkKeyType.AuthenticatedP256);
        await world.DelayAsync(10);
        Assert.That((ofOne.Ended.Single(), ofOther.Ended.Single()), Is.EqualTo((true, true)), "both agents are told of the end");
        return (one, other);
    }

    private static void AssertPaired(PairingOutcome outcome, AssociationModel model, LinkKeyType type) => Assert.That(
        (outcome.Succeeded, outcome.Model, outcome.KeyType, outcome.IsBonded), Is.EqualTo((true, model, type, true)), outcome.ToString());

    private static async Task AssertServesAsync(Station one, Station other, SecurityRequirement? requirement = null)
    {
        foreach (var station in new[] { one, other })
        {
            Assert.That(station.EventsOf<Refused>(), Is.Empty);
            Assert.That(station.EventsOf<PairingFailed>(), Is.Empty);
            Assert.That(station.EventsOf<Paired>().Count(), Is.EqualTo(1));
        }

        await other.Host.ServeAsync(PanRole.Gn, other.Port, new PanServiceOptions { Security = requirement ?? Authenticated });
        await one.JoinAsync(other, PanRole.Gn, new PanClientOptions { Security = requirement ?? Authenticated });
        await one.AssertReachesAsync(other);
    }
}
