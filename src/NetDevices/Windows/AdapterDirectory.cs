using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Windows;

/// <summary>One network adapter as the registry has it, read without judgement.</summary>
/// <param name="ComponentId">The driver's hardware id; null where there is none.</param>
/// <param name="InstanceId">The adapter; null where there is none.</param>
internal readonly record struct AdapterEntry(string? ComponentId, string? InstanceId);

/// <summary>Where Windows keeps its network adapters.</summary>
internal interface IAdapterRegistry
{
    /// <summary>Every adapter, installed and hidden ones alike.</summary>
    IEnumerable<AdapterEntry> ReadAdapters();

    /// <summary>The name of an adapter's connection; null where it has none.</summary>
    /// <param name="instanceId">The adapter.</param>
    string? ReadConnectionName(string instanceId);
}

/// <summary>Finds TAP-Windows6 adapters. Pure but for the registry.</summary>
internal static class AdapterDirectory
{
    /// <summary>What helps where there is no adapter.</summary>
    public const string InstallRemedy =
        "install the TAP-Windows6 driver (it comes with OpenVPN) and make an adapter with \"tapctl create\"";

    private static readonly string[] ComponentIds = ["tap0901", @"root\tap0901"];

    /// <summary>The adapters, in the registry's order.</summary>
    /// <param name="registry">Where they are kept.</param>
    public static IReadOnlyList<WindowsTapAdapter> Find(IAdapterRegistry registry)
    {
        var found = new List<WindowsTapAdapter>();
        foreach (var (component, instance) in registry.ReadAdapters())
        {
            if (component is not null
                && ComponentIds.Contains(component, StringComparer.OrdinalIgnoreCase)
                && Guid.TryParseExact(instance, "B", out _)
                && !found.Exists(other => other.InstanceId == instance))
            {
                found.Add(new WindowsTapAdapter(instance, registry.ReadConnectionName(instance) ?? instance, component));
            }
        }

        return found;
    }

    /// <summary>The adapters to try, one after the other: the named one, or all.</summary>
    /// <param name="registry">Where they are kept.</param>
    /// <param name="name">A connection's name or an instance; null for any.</param>
    /// <exception cref="NetDeviceException">There is none.</exception>
    public static IReadOnlyList<WindowsTapAdapter> Candidates(IAdapterRegistry registry, string? name)
    {
        var all = Find(registry);
        if (all.Count == 0)
        {
            throw new NetDeviceException($"There is no TAP-Windows6 adapter; {InstallRemedy}.");
        }

        if (name is null)
        {
            return all;
        }

        var named = all.Where(adapter =>
            adapter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || adapter.InstanceId.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return named.Length > 0
            ? named
            : throw new NetDeviceException(
                $"There is no TAP-Windows6 adapter {name}; name one of: {string.Join(", ", all.Select(static adapter => adapter.Name))}.");
    }
}
