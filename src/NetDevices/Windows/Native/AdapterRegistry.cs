using System.Runtime.Versioning;
using Microsoft.Win32;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>The registry's keys of network adapters and connections. Not run on this OS here.</summary>
[SupportedOSPlatform("windows")]
internal sealed class AdapterRegistry : IAdapterRegistry
{
    // The setup class of network adapters.
    private const string NetworkClass = "{4D36E972-E325-11CE-BFC1-08002BE10318}";
    private const string Adapters = @"SYSTEM\CurrentControlSet\Control\Class\" + NetworkClass;
    private const string Connections = @"SYSTEM\CurrentControlSet\Control\Network\" + NetworkClass;

    /// <inheritdoc/>
    public IEnumerable<AdapterEntry> ReadAdapters()
    {
        using var adapters = Registry.LocalMachine.OpenSubKey(Adapters);
        foreach (var name in adapters?.GetSubKeyNames() ?? [])
        {
            // "Properties" and its like may be closed even to administrators; adapters are numbers.
            if (name.Length != 4 || !name.All(char.IsAsciiDigit))
            {
                continue;
            }

            using var adapter = adapters!.OpenSubKey(name);
            yield return new AdapterEntry(
                adapter?.GetValue("ComponentId") as string, adapter?.GetValue("NetCfgInstanceId") as string);
        }
    }

    /// <inheritdoc/>
    public string? ReadConnectionName(string instanceId)
    {
        using var connection = Registry.LocalMachine.OpenSubKey($@"{Connections}\{instanceId}\Connection");
        return connection?.GetValue("Name") as string;
    }
}
