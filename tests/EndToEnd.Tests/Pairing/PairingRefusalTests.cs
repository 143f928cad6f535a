using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Pairing;

/// <summary>Every way to say no while pairing: the caller has a result, and each side tells it once, with rule and
/// remedy.</summary>
[TestFixture]
internal sealed class PairingRefusalTests
{
    private static readonly SecurityRequirement Authenticated = new() { Authenticated = true };

    [Test]
    public void WrongPasskey_FailsOnBothSides_AndTheRightOnePairsAfterwards() => World.Run(async world =>
    {
        var shows = new ScriptedAgent { IoCapability = IoCapability.DisplayOnly };
        var error = 1U;
        var types = new ScriptedAgent
        {
            IoCapability = IoCapability.KeyboardOnly,
            Type = async _ =>
            {
                await shows.Shown.Task;
                return new Passkey((shows.Digits!.Value.Value + error) % (Passkey.Max + 1));
            },
        };
        var (one, other) = await HostsAsync(world, types, shows);
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));

        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, null, Authenticated);

        error = 0;
        await world.DelayAsync(100);
        var again = await one.Host.PairAsync(other.Peer, Authenticated);
        Assert.That(again.Succeeded, Is.True, again.ToString());
    });

    [Test]
    public void WrongPin_Fails() => World.Run(async world =>
    {
        var options = new BluetoothHostOptions { Security = new SecurityOptions { AllowLegacyPairing = true } };
        var legacy = new ControllerOptions { SimplePairing = false };
        PinCode.TryFrom("1234", out var right);
        PinCode.TryFrom("1235", out var wrong);
        var one = await world.HostAsync(1, options with { PairingAgent = new ScriptedAgent { Pin = _ => right } }, legacy);
        var other = await world.HostAsync(2, options with { PairingAgent = new ScriptedAgent { Pin = _ => wrong } }, legacy);
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, null);
    });

    [Test]
    public void Pin_WhereLegacyPairingIsNotAllowed_IsRefusedByRule() => World.Run(async world =>
    {
        var legacy = new ControllerOptions { SimplePairing = false };
        var (one, other) = (await world.HostAsync(1, controller: legacy), await world.HostAsync(2, controller: legacy));
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        await AssertRefusedAsync(world, one, other, SecurityRule.LegacyPairing, null);
    });

    [Test]
    public void InitiatingUser_SaysNo() => World.Run(async world =>
    {
        var (one, other) = await HostsAsync(world, new ScriptedAgent { Confirm = static _ => false }, new ScriptedAgent());
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await AssertRefusedAsync(world, one, other, SecurityRule.UserRefused, null, Authenticated);
    });

    [Test]
    public void RespondingUser_SaysNo() => World.Run(async world =>
    {
        var (one, other) = await HostsAsync(world, new ScriptedAgent(), new ScriptedAgent { Confirm = static _ => false });
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, SecurityRule.UserRefused, Authenticated);
    });

    [Test]
    public void RespondingUser_NeverAnswers_IsANoAfterTheDeadline() => World.Run(async world =>
    {
        var silent = new ScriptedAgent { Confirm = static _ => null };
        var (one, other) = await HostsAsync(world, new ScriptedAgent(), silent);
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var began = world.Now;

        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, SecurityRule.AgentTooLate, Authenticated);

        Assert.That(world.Now - began, Is.InRange(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(27)));
        Assert.That(silent.Cancelled, Is.EqualTo(1), "the agent is told that its answer no longer counts");
    });

    [Test]
    public void InitiatingUser_NeverAnswers_IsANoAfterTheDeadline() => World.Run(async world =>
    {
        var silent = new ScriptedAgent { Confirm = static _ => null };
        var (one, other) = await HostsAsync(world, silent, new ScriptedAgent());
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await AssertRefusedAsync(world, one, other, SecurityRule.AgentTooLate, null, Authenticated);
        Assert.That(silent.Cancelled, Is.EqualTo(1));
    });

    [Test]
    public void Window_Closed_NobodyIsAsked() => World.Run(async world =>
    {
        var asked = new ScriptedAgent();
        var (one, other) = await HostsAsync(world, new ScriptedAgent(), asked);

        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, SecurityRule.PairingNotAllowed, Authenticated);

        Assert.That(asked.Seen, Is.Empty);
    });

    [Test]
    public void Window_ClosesByItself() => World.Run(async world =>
    {
        var (one, other) = (await world.HostAsync(1), await world.HostAsync(2));
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromSeconds(30));
        await world.DelayAsync(TimeSpan.FromSeconds(31));
        Assert.That(other.EventsOf<PairingWindowChanged>().Select(static changed => changed.IsOpen), Is.EqualTo((bool[])[true, false]));

        await AssertRefusedAsync(world, one, other, SecurityRule.ProcedureFailed, SecurityRule.PairingNotAllowed);
    });

    [Test]
    public void NoUserCouldProtect_ThoughProtectionIsAsked() => World.Run(async world =>
    {
        var (one, other) = (await world.HostAsync(1), await world.HostAsync(2));
        await other.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));

        await AssertRefusedAsync(world, one, other, SecurityRule.NoMitmProtection, null, Authenticated);
    });

    private static async Task<(Station One, Station Other)> HostsAsync(World world, IPairingAgent ofOne, IPairingAgent ofOther) => (
        await world.HostAsync(1, new BluetoothHostOptions { PairingAgent = ofOne }),
        await world.HostAsync(2, new BluetoothHostOptions { PairingAgent = ofOther }));

    /// <summary>One pairs with other, in vain.</summary>
    /// <param name="world">Where.</param>
    /// <param name="one">Who begins.</param>
    /// <param name="other">With whom.</param>
    /// <param name="here">The rule that the initiator tells.</param>
    /// <param name="there">The rule that the responder tells; null: it refused nothing, the other side broke off.</param>
    /// <param name="requirement">What is asked of the pairing.</param>
    private static async Task AssertRefusedAsync(
        World world, Station one, Station other, SecurityRule here, SecurityRule? there, SecurityRequirement? requirement = null)
    {
        var outcome = await one.Host.PairAsync(other.Peer, requirement);
        await world.DelayAsync(100);

        Assert.That(outcome.Succeeded, Is.False);
        var refused = one.SingleNo<Refused>();
        Assert.That((refused.Layer, refused.Rule, refused.Peer), Is.EqualTo((RefusalLayer.Security, here.ToString(), other.Peer)));
        Assert.That(outcome.Rule, Is.EqualTo(here));
        if (there is { } rule)
        {
            var told = other.SingleNo<Refused>();
            Assert.That((told.Layer, told.Rule, told.Peer), Is.EqualTo((RefusalLayer.Security, rule.ToString(), one.Peer)));
        }
        else
        {
            Assert.That(other.EventsOf<Refused>(), Is.Empty, "it refused nothing");
        }

        foreach (var station in new[] { one, other })
        {
            Assert.That(station.EventsOf<PairingFailed>().Count(), Is.LessThanOrEqualTo(1), $"{station.Name} tells of the pairing once");
            Assert.That(station.EventsOf<Paired>(), Is.Empty);
            Assert.That(await station.Host.GetBondsAsync(), Is.Empty, "no key is kept");
        }
    }
}
