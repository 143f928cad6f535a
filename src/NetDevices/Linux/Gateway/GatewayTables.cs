using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The nftables tables of gateways in a namespace.</summary>
internal static class GatewayTables
{
    private const string Absent = "No such file or directory";
    private const string Prefix = "table inet ";

    /// <summary>Whether a table is there.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="networkNamespace">The namespace; null: this process's.</param>
    /// <exception cref="NetDeviceException">That cannot be told.</exception>
    public static async Task<bool> ExistsAsync(string table, string? networkNamespace)
    {
        var refusal = await SystemPrograms.RunAsync([Nft(table), "list", "table", "inet", table], networkNamespace, "");
        return refusal is null || (!IsAbsent(refusal)
            ? throw new NetDeviceException(
                $"Whether the nftables table {table} of a run that was killed is still there cannot be told ({refusal.ReplaceLineEndings(" ")}); run as root.")
            : false);
    }

    /// <summary>Whether what nft says means that a table is not there, and not that it could not look.</summary>
    public static bool IsAbsent(string refusal) => refusal.Contains(Absent, StringComparison.Ordinal);

    /// <summary>Takes a table away, whether it is there or not.</summary>
    /// <param name="table">Its name; null: there is none.</param>
    /// <param name="networkNamespace">The namespace; null: this process's.</param>
    /// <exception cref="NetDeviceException">It stays.</exception>
    public static async Task RemoveAsync(string? table, string? networkNamespace)
    {
        if (table is not null && await SystemPrograms.RunAsync([Nft(table), "-f", "-"], networkNamespace, NftScript.Remove(table)) is { } refusal)
        {
            throw new NetDeviceException(
                $"The nftables table {table} stays ({refusal.ReplaceLineEndings(" ")}); remove it with 'nft delete table inet {table}'.");
        }
    }

    /// <summary>The tables of all gateways in a namespace.</summary>
    /// <exception cref="NetDeviceException">nft does not say.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(string? networkNamespace)
    {
        var (refusal, tables) = await SystemPrograms.AskAsync([Nft("of others"), "list", "tables", "inet"], networkNamespace);
        return refusal is null
            ? Names(tables)
            : throw new NetDeviceException(
                $"Whether other gateways need forwarding cannot be told ({refusal.ReplaceLineEndings(" ")}), so it stays on; run as root.");
    }

    /// <summary>The gateways' tables among those that <c>nft list tables inet</c> prints.</summary>
    public static IReadOnlyList<string> Names(string printed) =>
    [
        .. printed.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static line => line[Prefix.Length..]).Where(static name => name.StartsWith(GatewayPlan.TablePrefix, StringComparison.Ordinal)),
    ];

    private static string Nft(string table) => SystemPrograms.Find("nft") ?? throw new NetDeviceException(
        $"nft is not installed, which knows the nftables table {table}; install the package nftables.");
}
