using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>What a run that was killed left behind, and what was done about it.</summary>
/// <param name="Interface">The interface that it belonged to.</param>
/// <param name="Removed">What was undone: <c>table hoststack_hs_nap0</c>, <c>3 kernel settings</c>.</param>
public sealed record GatewayLeftover(string Interface, IReadOnlyList<string> Removed);

/// <summary>Undoes what a state says.</summary>
internal static class GatewayLeftovers
{
    /// <summary>Undoes what runs left behind in a namespace whose process is gone. Under the lock.</summary>
    /// <param name="folder">The states.</param>
    /// <param name="space">The namespace's number.</param>
    /// <param name="networkNamespace">Its name; null: this process's.</param>
    /// <param name="failed">Told of each step that failed.</param>
    public static async Task<IReadOnlyList<GatewayLeftover>> RemoveAsync(
        GatewayStateFolder folder, string space, string? networkNamespace, Action<string> failed)
    {
        var leftovers = new List<GatewayLeftover>();
        foreach (var found in folder.ReadAll().Where(state => state.Namespace == space && !state.Owner.IsAlive))
        {
            var state = await CheckAsync(found, networkNamespace);
            if (Describe(state) is { Count: > 0 } things)
            {
                leftovers.Add(new GatewayLeftover(state.Interface, things));
            }

            await UndoAsync(folder, state, networkNamespace, failed);
        }

        return leftovers;
    }

    /// <summary>Undoes everything that a state says, the last thing first; a step that fails does not stop the others. Under
    /// the lock.</summary>
    public static async Task UndoAsync(GatewayStateFolder folder, GatewayState state, string? networkNamespace, Action<string> failed)
    {
        await StepAsync("dnsmasq", () =>
        {
            if (state.Server is { } server && ProcessIdentity.Of(server.Id) == server)
            {
                GatewayCalls.AskToEnd(server.Id);
            }

            return Task.CompletedTask;
        });
        await StepAsync("the nftables table", async () =>
        {
            if (state.Table is { } table && SystemPrograms.Find("nft") is { } nft
                && await SystemPrograms.RunAsync([nft, "-f", "-"], networkNamespace, NftScript.Remove(table)) is { } refusal)
            {
                throw new NetDeviceException($"The nftables table {table} stays ({refusal}); remove it with 'nft delete table inet {table}'.");
            }
        });
        await StepAsync("the kernel settings", () => RestoreAsync(folder, state, networkNamespace));
        await StepAsync("the files", () =>
        {
            if (state.Leases is { } leases)
            {
                File.Delete(leases);
            }

            folder.Remove(state);
            return Task.CompletedTask;
        });

        async Task StepAsync(string what, Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (NetDeviceException refused)
            {
                failed(refused.Message);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                failed($"Of {state.Interface}, {what} could not be undone: {refused.Message}");
            }
        }
    }

    // The number of a namespace that is gone is given again. Its settings were changed after its table was made: without
    // the table this is another one, whose settings are none of our business.
    private static async Task<GatewayState> CheckAsync(GatewayState state, string? networkNamespace) =>
        state.Table is { } table && SystemPrograms.Find("nft") is { } nft
        && await SystemPrograms.RunAsync([nft, "list", "table", "inet", table], networkNamespace, "") is not null
            ? state with { Table = null, Settings = [] }
            : state;

    // Who forwards still needs forwarding: the last one of a namespace puts the settings back.
    private static async Task RestoreAsync(GatewayStateFolder folder, GatewayState state, string? networkNamespace)
    {
        if (state.Settings.Count == 0)
        {
            return;
        }

        var other = folder.ReadAll().FirstOrDefault(other =>
            other.Namespace == state.Namespace && other.Interface != state.Interface && other.Owner.IsAlive);
        if (other is not null)
        {
            folder.Write(other.Inherit(state.Settings));
            return;
        }

        await NamespaceThread.RunAsync(networkNamespace, () =>
        {
            ForwardingSettings.Restore(state.Settings);
            return true;
        });
    }

    private static List<string> Describe(GatewayState state)
    {
        var things = new List<string>();
        if (state.Table is { } table)
        {
            things.Add($"table {table}");
        }

        if (state.Settings.Count > 0)
        {
            things.Add($"{state.Settings.Count} kernel settings");
        }

        if (state.Server is { } server && ProcessIdentity.Of(server.Id) == server)
        {
            things.Add($"dnsmasq (process {server.Id})");
        }

        return things;
    }
}
