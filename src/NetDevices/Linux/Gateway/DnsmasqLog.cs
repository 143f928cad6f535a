using System.Net;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Reads what dnsmasq prints. Pure.</summary>
internal static class DnsmasqLog
{
    private const string Granted = "DHCPACK(";

    /// <summary>Whether a line says that it has begun to serve.</summary>
    public static bool IsStarted(ReadOnlySpan<char> line) => line.Contains("started, version", StringComparison.Ordinal);

    /// <summary>The line without the program's name and process id.</summary>
    public static string Text(string line)
    {
        var start = line.StartsWith("dnsmasq", StringComparison.Ordinal) ? line.IndexOf(": ", StringComparison.Ordinal) : -1;
        return start < 0 ? line : line[(start + 2)..];
    }

    /// <summary>Reads a granted lease: <c>dnsmasq-dhcp[7]: DHCPACK(hs-nap0) 10.1.2.16 00:1b:dc:00:00:02 phone</c>.</summary>
    /// <param name="line">A line.</param>
    /// <param name="lease">The lease, where the line tells one.</param>
    /// <returns>Whether it does.</returns>
    public static bool TryParseLease(string line, out DhcpLease? lease)
    {
        lease = null;
        var text = Text(line);
        if (!text.StartsWith(Granted, StringComparison.Ordinal))
        {
            return false;
        }

        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is < 3 or > 4 || !IPAddress.TryParse(fields[1], out var address) || !MacAddress.TryParse(fields[2], out var peer))
        {
            return false;
        }

        lease = new DhcpLease(address, peer, fields.Length > 3 ? fields[3] : null);
        return true;
    }
}
