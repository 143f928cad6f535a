using HostStack.Cli.Terminal;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Cli.Sessions;

/// <summary>Pairs because the person at the terminal asked for it.</summary>
internal static class Pairing
{
    /// <summary>Pairs; where the devices are bonded, authenticates.</summary>
    /// <exception cref="CommandFailedException">The peer is not there, or something said no.</exception>
    public static async Task<PairingOutcome> RunAsync(
        BluetoothHost host, PeerAddress peer, SecurityRequirement? requirement, CancellationToken stop)
    {
        var outcome = await host.PairAsync(peer, requirement, stop);
        if (outcome.Succeeded)
        {
            return outcome;
        }

        throw outcome is { Rule: null, Shortfall: SecurityShortfall.LinkLost }
            ? Browsing.NoLink(peer, outcome.Status)
            : new CommandFailedException(ExitCode.Refused, Sentence(peer, outcome));
    }

    /// <summary>Pairs where there is no bond: who names a device to join means to be paired with it.</summary>
    /// <exception cref="CommandFailedException">The peer is not there, or something said no.</exception>
    public static async Task EnsureAsync(
        BluetoothHost host, PeerAddress peer, SecurityRequirement requirement, IReport report, CancellationToken stop)
    {
        var bonds = await host.GetBondsAsync();
        if (bonds.All(bond => bond.Peer != peer))
        {
            report.Working($"pairing with {peer}");
            await RunAsync(host, peer, requirement, stop);
        }
    }

    private static string Sentence(PeerAddress peer, PairingOutcome outcome)
    {
        // Where a procedure failed, what the peer answered says more than that it did.
        var answered = outcome.Status != HciStatus.Success && outcome.Rule is null or SecurityRule.ProcedureFailed;
        var reason = answered
            ? $"the answer was {EventReporter.Words(outcome.Status)}"
            : EventReporter.Words(outcome.Rule is { } named ? named : outcome.Shortfall);
        var remedy = (outcome.Rule, outcome.Status) switch
        {
            (_, HciStatus.PairingNotAllowed) when answered => "Let it pair there first: open its pairing window, with hoststack by --pair.",
            ({ } rule, _) => new SecurityRefusal(rule, peer, outcome.KeyType, 0, outcome.Status).Remedy,
            _ => "Try again; if it stays so, remove the bond on both devices first.",
        };
        return $"No pairing with {peer}: {reason}. {remedy}";
    }
}
