using HostStack.NetDevices.Interfaces;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>What a run that was killed left behind, and what was done about it.</summary>
/// <param name="Interface">The interface that it belonged to.</param>
/// <param name="Removed">What was undone: <c>table hoststack_hs_nap0</c>, <c>3 kernel settings</c>.</param>
public sealed record GatewayLeftover(string Interface, IReadOnlyList<string> Removed);

/// <summary>Undoes what a state says, and keeps gateways of one machine out of each other's way.</summary>
internal static class GatewayLeftovers
{
    private const string LockFile = "lock";

    // errno EWOULDBLOCK, as .NET gives it: opening a file takes a shared lock for a moment, and somebody has the lock.
    private const int SharingViolation = 11;
    private const int OpeningAttempts = 3000;
    private static readonly TimeSpan OpeningInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The lock of a runtime folder; disposing gives it back. Waits for whoever has it, which is never long.</summary>
    /// <exception cref="NetDeviceException">The folder is somebody else's.</exception>
    public static SafeFileHandle Lock(string folder)
    {
        try
        {
            var file = OpenPatiently(Path.Combine(folder, LockFile));
            GatewayCalls.Lock(file);
            return file;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new NetDeviceException(
                $"The notes of gateways in {folder} cannot be used ({refused.Message}); run as root.", isPermission: true, refused);
        }
    }

    // Half a minute at most: nobody has the lock for long.
    private static SafeFileHandle OpenPatiently(string path)
    {
        using var never = new ManualResetEventSlim();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            }
            catch (IOException taken) when (taken.HResult == SharingViolation && attempt < OpeningAttempts)
            {
                never.Wait(OpeningInterval);
            }
        }
    }

    /// <summary>The same; null where the folder is somebody else's.</summary>
    public static SafeFileHandle? TryLock(string folder)
    {
        try
        {
            return Lock(folder);
        }
        catch (NetDeviceException)
        {
            return null;
        }
    }

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
            if (state.Server is { IsAlive: true } server)
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

        if (state.Server is { IsAlive: true } server)
        {
            things.Add($"dnsmasq (process {server.Id})");
        }

        return things;
    }
}
