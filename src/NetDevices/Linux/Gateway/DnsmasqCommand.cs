using System.Globalization;
using System.Net;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The command line of dnsmasq (dnsmasq(8)): everything is said here, nothing is read from the machine's own
/// configuration. Pure.</summary>
internal static class DnsmasqCommand
{
    private const string LeaseTime = "1h";
    private const int StandardMtu = 1500;
    private const int AdvertisementSeconds = 60;
    private const int RouterSeconds = 1800;

    /// <summary>The arguments.</summary>
    /// <param name="plan">The gateway.</param>
    /// <param name="leases">The lease file.</param>
    /// <param name="nameServers">Where questions go; empty: what <c>/etc/resolv.conf</c> says.</param>
    public static IReadOnlyList<string> Arguments(GatewayPlan plan, string leases, IReadOnlyList<IPAddress> nameServers)
    {
        List<string> arguments =
        [
            "--conf-file=/dev/null",
            "--keep-in-foreground",
            "--log-facility=-",
            "--pid-file",
            $"--interface={plan.Interface}",
            "--except-interface=lo",
            "--bind-dynamic",
            "--no-hosts",
            "--domain-needed",
            "--bogus-priv",
            $"--dhcp-leasefile={leases}",
            "--dhcp-authoritative",
            "--dhcp-rapid-commit",

            // Asking around for an address before it is offered would cost each peer three seconds.
            "--no-ping",
            $"--dhcp-range={plan.FirstLeased},{plan.LastLeased},{plan.Mask},{LeaseTime}",
            $"--dhcp-option=option:router,{plan.Address}",
            $"--dhcp-option=option:dns-server,{plan.Address}",
        ];
        if (plan.Mtu != StandardMtu)
        {
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"--dhcp-option=option:mtu,{plan.Mtu}"));
        }

        if (plan.Prefix is { } prefix)
        {
            arguments.Add("--enable-ra");
            arguments.Add($"--dhcp-range={prefix.BaseAddress},ra-only,{prefix.PrefixLength.ToString(CultureInfo.InvariantCulture)},{LeaseTime}");

            // Without a way out of our own we are no router for anybody: a lifetime of 0 says so (RFC 4861, 4.2).
            var lifetime = plan.HasIPv6Way ? RouterSeconds : 0;
            arguments.Add(string.Create(
                CultureInfo.InvariantCulture, $"--ra-param={plan.Interface},mtu:{plan.Mtu},{AdvertisementSeconds},{lifetime}"));
        }

        if (nameServers.Count > 0)
        {
            arguments.Add("--no-resolv");
            arguments.AddRange(nameServers.Select(static server => $"--server={server}"));
        }

        return arguments;
    }
}

/// <summary>What a child program may do and when it ends, said by <c>setpriv</c> (setpriv(1)) in front of its own command
/// line. Pure.</summary>
internal static class ChildPrivileges
{
    private const uint Nobody = 65534;
    private const string Needed = "-all,+net_admin,+net_raw,+net_bind_service";

    /// <summary>The user and group that the program runs as.</summary>
    public static uint User => Nobody;

    /// <summary>The words before the program's own. It ends with the thread that starts it, also where this process is killed;
    /// a program that gave up root by itself would lose that wish, so root is given up before it is made.</summary>
    /// <param name="isRoot">Whether there is root to give up.</param>
    public static IReadOnlyList<string> Before(bool isRoot) => isRoot
        ?
        [
            "--reuid=" + Nobody.ToString(CultureInfo.InvariantCulture),
            "--regid=" + Nobody.ToString(CultureInfo.InvariantCulture),
            "--clear-groups",
            "--inh-caps=" + Needed,
            "--ambient-caps=" + Needed,
            "--pdeathsig=TERM",
        ]
        : ["--pdeathsig=TERM"];
}
