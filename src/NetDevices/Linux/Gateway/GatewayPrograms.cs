using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The programs of the system that a gateway needs.</summary>
/// <param name="Nft">The path of nft.</param>
/// <param name="Dnsmasq">The path of dnsmasq; null: not wanted.</param>
/// <param name="SetPriv">The path of setpriv; null: not installed, and dnsmasq runs as it was made to.</param>
internal sealed record GatewayPrograms(string Nft, string? Dnsmasq, string? SetPriv)
{
    /// <summary>Whether dnsmasq runs as nobody.</summary>
    public bool GivesUpRoot => SetPriv is not null && GatewayCalls.IsRoot;

    /// <summary>What dnsmasq's command line begins with.</summary>
    /// <param name="isRoot">Whether this process is root.</param>
    /// <param name="givesUpRoot">Whether dnsmasq is not to be; otherwise it stays what this process is.</param>
    public IReadOnlyList<string> ServerPrefix(bool isRoot, bool givesUpRoot)
    {
        IReadOnlyList<string> server = SetPriv is not null ? [SetPriv, .. ChildPrivileges.Before(givesUpRoot), Dnsmasq!] : [Dnsmasq!];

        // Of itself it becomes nobody, which is refused where giving nobody a file is.
        return SetPriv is not null && isRoot && !givesUpRoot ? [.. server, "--user=root", "--group=root"] : server;
    }

    /// <summary>Finds them.</summary>
    /// <exception cref="NetDeviceException">One that is needed is not installed.</exception>
    public static GatewayPrograms Find(KernelGatewayOptions options, Func<string, string?>? find = null)
    {
        find ??= SystemPrograms.Find;
        var nft = find("nft") ?? throw new NetDeviceException(
            "nft is not installed, which makes the way out; install the package nftables, or use --user-mode, or --bridge with an uplink in it.");
        var dnsmasq = options.Dhcp
            ? find("dnsmasq") ?? throw new NetDeviceException(
                "dnsmasq is not installed, which gives the peers addresses; install the package dnsmasq-base, or use --user-mode, or --no-dhcp with fixed addresses on the peers.")
            : null;
        return new GatewayPrograms(nft, dnsmasq, dnsmasq is null ? null : find("setpriv"));
    }
}
