using System.Net;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.Cli.Networks;

/// <summary>What is made on this machine, in words and for programs.</summary>
internal static class NetworkReports
{
    /// <summary>An interface is there.</summary>
    public static void TellInterface(this IReport report, ISystemPort port, bool wasThere, string? networkNamespace, string? bridge) =>
        report.Happened(
            "interface",
            $"interface {port.Name} is {(wasThere ? "used" : "made")}{(networkNamespace is null ? "" : $" in namespace {networkNamespace}")}{(bridge is null ? "" : $", in bridge {bridge}")}; it {(wasThere ? "stays" : "goes")} when this ends",
            Tone.Good,
            ("name", port.Name), ("mac", port.Address), ("mtu", port.Mtu), ("namespace", networkNamespace), ("bridge", bridge));

    /// <summary>An address of this machine came or went.</summary>
    public static void TellAddress(
        this IReport report, string port, IPAddress address, int prefixLength, string source, string change = "added", IPAddress? gateway = null,
        IEnumerable<IPAddress>? nameServers = null) =>
        report.Happened(
            "address",
            change == "removed"
                ? $"{port} no longer has {address}/{prefixLength}"
                : $"{port} has {address}/{prefixLength} ({Words(source)}{(change == "updated" ? ", renewed" : "")})",
            change == "added" ? Tone.Good : Tone.Plain,
            ("port", port), ("address", address), ("prefixLength", prefixLength), ("source", source), ("change", change),
            ("gateway", gateway), ("nameServers", (nameServers ?? []).Select(static server => server.ToString())));

    /// <summary>A peer got an address.</summary>
    public static void TellLease(this IReport report, string port, DhcpLease lease) =>
        report.Happened(
            "lease",
            $"{lease.Peer}{(lease.Name is { } name ? $" ({name})" : "")} has the address {lease.Address}",
            Tone.Good,
            ("port", port), ("address", lease.Address), ("mac", lease.Peer), ("name", lease.Name));

    /// <summary>The peers have a way out by the kernel.</summary>
    public static void TellGateway(this IReport report, string port, IWayOut way) =>
        report.Happened(
            "gateway",
            $"peers get addresses of {way.Subnet}{(way.Prefix is { } prefix ? $" and {prefix}" : "")}{(way.HasDhcp ? "" : " (fixed ones: no DHCP)")}, and go out by {way.Uplink ?? "this machine's routes"}"
                + (way is { Prefix: not null, HasIPv6Way: false } ? "; this machine has no IPv6 way out, and neither have they" : ""),
            Tone.Good,
            ("backend", "kernel"), ("port", port), ("subnet", way.Subnet), ("address", way.Address), ("prefix", way.Prefix),
            ("uplink", way.Uplink), ("dhcp", way.HasDhcp), ("ipv6", way.HasIPv6Way));

    /// <summary>The peers have a way out by sockets of this process.</summary>
    public static void TellUserMode(this IReport report, IEthernetPort port, IPNetwork subnet, IPNetwork? prefix, IReadOnlyList<string> forwards) =>
        report.Happened(
            "gateway",
            $"peers get addresses of {subnet}{(prefix is null ? "" : $" and {prefix}")}, and go out by this program's own sockets"
                + (forwards.Count == 0 ? "" : $"; forwards: {string.Join(", ", forwards)}"),
            Tone.Good,
            ("backend", "user-mode"), ("port", port.Name), ("subnet", subnet), ("prefix", prefix), ("forwards", forwards));

    /// <summary>What was wanted cannot be, and something else serves.</summary>
    public static void TellFallback(this IReport report, string used, string instead, string reason) =>
        report.Happened("fallback", $"{reason} Until then, {instead}.", Tone.Warning, ("used", used), ("reason", reason));

    /// <summary>A killed run had left something.</summary>
    public static void TellLeftovers(this IReport report, IReadOnlyList<GatewayLeftover> leftovers)
    {
        foreach (var leftover in leftovers)
        {
            if (leftover.Removed.Count > 0)
            {
                report.Happened(
                    "leftovers",
                    $"a run that was killed had left things of {leftover.Interface}; removed: {string.Join(", ", leftover.Removed)}",
                    Tone.Plain,
                    ("interface", leftover.Interface), ("removed", leftover.Removed));
            }

            foreach (var failure in leftover.Failures)
            {
                report.TellTrouble(leftover.Interface, failure);
            }
        }
    }

    /// <summary>Something does not work as it should.</summary>
    public static void TellTrouble(this IReport report, string port, string sentence) =>
        report.Happened("network-trouble", sentence, Tone.Warning, ("port", port), ("message", sentence));

    private static string Words(string source) => source == "dhcp" ? "by DHCP" : source;
}
