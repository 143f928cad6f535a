using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>What a run that was killed left behind, and what was done about it.</summary>
/// <param name="Interface">The interface that it belonged to.</param>
/// <param name="Removed">What was undone: <c>table hoststack_hs_nap0</c>, <c>3 kernel settings</c>.</param>
public sealed record GatewayLeftover(string Interface, IReadOnlyList<string> Removed)
{
    /// <summary>What could not be undone and is tried again by the next start, or is left on purpose; each one sentence with
    /// the remedy.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}

/// <summary>Undoes what a state says.</summary>
internal static class GatewayLeftovers
{
    /// <summary>Undoes what runs left behind in a namespace whose process is gone, and forgets what was before this boot. Under
    /// the lock.</summary>
    /// <param name="folder">The states.</param>
    /// <param name="space">The namespace's number.</param>
    /// <param name="networkNamespace">Its name; null: this process's.</param>
    public static async Task<IReadOnlyList<GatewayLeftover>> RemoveAsync(GatewayStateFolder folder, string space, string? networkNamespace)
    {
        var leftovers = new List<GatewayLeftover>();
        foreach (var found in folder.ReadAll().Where(state => state.IsOfAnotherBoot || (state.Namespace == space && !state.IsOwned)))
        {
            var failures = new List<string>();
            var removed = new List<string>();
            try
            {
                var state = found.IsOfAnotherBoot
                    ? found with { Table = null, Settings = [], Server = null }
                    : await CheckAsync(found, networkNamespace);
                var serving = Serving(state);
                removed.AddRange(Describe(state, await UndoAsync(folder, state, networkNamespace, failures.Add), serving));
            }
            catch (NetDeviceException refused)
            {
                failures.Add(refused.Message);
            }

            if (removed.Count + failures.Count > 0)
            {
                leftovers.Add(new GatewayLeftover(found.Interface, removed) { Failures = failures });
            }
        }

        return leftovers;
    }

    /// <summary>Undoes everything that a state says, the last thing first; a step that fails does not stop the others, and its
    /// part of the note stays. Under the lock.</summary>
    /// <returns>What is left.</returns>
    public static async Task<GatewayState> UndoAsync(
        GatewayStateFolder folder, GatewayState state, string? networkNamespace, Action<string> failed)
    {
        // Nobody's: the next start tries again.
        var left = state with { Owner = default, Server = null };
        if (Serving(state) is { } server)
        {
            GatewayCalls.AskToEnd(server);
        }

        await StepAsync("the nftables table", async () =>
        {
            await GatewayTables.RemoveAsync(state.Table, networkNamespace);
            left = left with { Table = null };
        });
        await StepAsync("the kernel settings", async () =>
            left = left with { Settings = await RestoreAsync(folder, state, networkNamespace, failed) });
        await StepAsync("the lease file", () =>
        {
            if (state.Leases is { } leases)
            {
                File.Delete(leases);
            }

            left = left with { Leases = null };
            return Task.CompletedTask;
        });
        await StepAsync("the note", () =>
        {
            if (left is { Table: null, Settings.Count: 0, Leases: null })
            {
                folder.Remove(state);
            }
            else
            {
                folder.Write(left);
            }

            return Task.CompletedTask;
        });
        return left;

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
        state.Table is { } table && !await GatewayTables.ExistsAsync(table, networkNamespace)
            ? state with { Table = null, Settings = [] }
            : state;

    // Who forwards still needs forwarding: the last one of a namespace puts the settings back. Gives what is still to be put back.
    private static async Task<IReadOnlyList<KernelSetting>> RestoreAsync(
        GatewayStateFolder folder, GatewayState state, string? networkNamespace, Action<string> failed)
    {
        if (state.Settings.Count == 0)
        {
            return [];
        }

        var others = folder.ReadAll().Where(other => other.Namespace == state.Namespace && other.Interface != state.Interface).ToLookup(
            static other => other.IsOwned);
        if (others[true].FirstOrDefault() is { } heir)
        {
            folder.Write(heir.Inherit(state.Settings));
            return [];
        }

        // One that notes elsewhere, as each service does, is known by its table. Those that were killed forward for nobody.
        var forwarding = (await GatewayTables.ListAsync(networkNamespace)).Except([state.Table, .. others[false].Select(static other => other.Table)]);
        if (forwarding.FirstOrDefault() is { } table)
        {
            failed(
                $"Forwarding stays on, which {state.Interface} had turned on, because another gateway (nftables table {table}) needs it; "
                + "when that has ended, 'sysctl net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0' turns it off.");
            return [];
        }

        return await NamespaceThread.RunAsync(networkNamespace, () => ForwardingSettings.Restore(state.Settings, failed));
    }

    // For sure: what /proc hides is not ours to end.
    private static int? Serving(GatewayState state) =>
        state.Server is { } server && ProcessIdentity.Of(server.Id) == server ? server.Id : null;

    private static List<string> Describe(GatewayState state, GatewayState left, int? serving)
    {
        var things = new List<string>();
        if (state.Table is { } table && left.Table is null)
        {
            things.Add($"table {table}");
        }

        if (state.Settings.Count > left.Settings.Count)
        {
            things.Add($"{state.Settings.Count - left.Settings.Count} kernel settings");
        }

        if (serving is { } server)
        {
            things.Add($"dnsmasq (process {server})");
        }

        return things;
    }
}
