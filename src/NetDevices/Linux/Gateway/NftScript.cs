using System.Globalization;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The nftables rules of a gateway, as a script for <c>nft -f -</c> (nft(8)). Pure.</summary>
/// <remarks>One table of our own, which touches no packet but those from or to our interface. It is replaced in one
/// transaction, so that a table that was left behind does not matter.</remarks>
internal static class NftScript
{
    /// <summary>The script that makes the table.</summary>
    /// <param name="plan">The gateway.</param>
    public static string Make(GatewayPlan plan)
    {
        var port = Quote(plan.Interface);
        var way = plan.Uplink is { } uplink ? $"oifname {Quote(uplink)}" : $"oifname != {port}";
        var lines = new List<string>
        {
            $"table inet {plan.Table}",
            $"delete table inet {plan.Table}",
            $"table inet {plan.Table} {{",
            "  chain postrouting {",
            "    type nat hook postrouting priority srcnat; policy accept;",
            $"    ip saddr {plan.Subnet} {way} masquerade",
        };
        if (plan.Prefix is { } prefix)
        {
            lines.Add($"    ip6 saddr {prefix} {way} masquerade");
        }

        lines.AddRange(
        [
            "  }",
            "  chain forward {",
            "    type filter hook forward priority filter; policy accept;",
            $"    iifname {port} tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu",
            $"    oifname {port} tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu",
            $"    oifname {port} ct state established,related accept",
        ]);

        // What is from the peers' networks goes out; what would come in to them, or pretends to be of another network, does not.
        lines.Add($"    iifname {port} {way} ip saddr {plan.Subnet} accept");
        if (plan.Prefix is { } allowed)
        {
            lines.Add($"    iifname {port} {way} ip6 saddr {allowed} accept");
        }

        lines.AddRange(
        [
            $"    iifname {port} drop",
            $"    oifname {port} drop",
            "  }",
            "}",
        ]);
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The script that takes a table away, whether it is there or not.</summary>
    /// <param name="table">Its name.</param>
    public static string Remove(string table) =>
        string.Create(CultureInfo.InvariantCulture, $"table inet {table}\ndelete table inet {table}\n");

    private static string Quote(string name) =>
        GatewayPlan.IsInterfaceName(name)
            ? $"\"{name}\""
            : throw new ArgumentException($"'{name}' is no name of an interface.", nameof(name));
}
