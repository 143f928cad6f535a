using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HostStack.NetDevices.UserMode;

/// <summary>What a port forward carries.</summary>
public enum PortForwardProtocol
{
    /// <summary>TCP connections.</summary>
    Tcp = 0,

    /// <summary>UDP datagrams.</summary>
    Udp = 1,
}

/// <summary>A way in through a user-mode NAT: a port of this machine that leads to a port of a peer.</summary>
/// <remarks>Written <c>tcp:8080:80</c>, <c>udp:127.0.0.1:5353:10.0.2.15:53</c>, <c>tcp:[::1]:8080:[fd53::15]:80</c>.</remarks>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="HostAddress">The address of this machine to listen on.</param>
/// <param name="HostPort">The port of this machine, 1 to 65535.</param>
/// <param name="GuestAddress">The peer's address, of the same family; null: the first address that the port leases (IPv4),
/// or the first peer that was heard (IPv6).</param>
/// <param name="GuestPort">The peer's port, 1 to 65535.</param>
public sealed record PortForward(
    PortForwardProtocol Protocol, IPAddress HostAddress, int HostPort, IPAddress? GuestAddress, int GuestPort)
{
    private const string Tcp = "tcp";
    private const string Udp = "udp";

    // protocol:[host:]port:[guest:]port
    private const int LeastParts = 3;
    private const int MostParts = 5;

    /// <summary>Whether both addresses are of IPv6.</summary>
    public bool IsIPv6 => HostAddress.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Parses <c>protocol:[host address:]host port:[guest address:]guest port</c>. An IPv6 address stands in
    /// brackets. Without a host address the loopback's is taken, so that only this machine may use the forward.</summary>
    /// <param name="text">The text.</param>
    /// <param name="forward">The forward, when the text is one.</param>
    /// <returns>Whether the text is a forward: known protocol, ports from 1 to 65535, addresses of one family.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PortForward? forward)
    {
        forward = null;
        Span<Range> parts = stackalloc Range[MostParts + 1];
        var count = Split(text, parts);
        if (count is < LeastParts or > MostParts || !TryParseProtocol(text[parts[0]], out var protocol))
        {
            return false;
        }

        var next = 1;
        if (!TryTakePlace(text, parts[..count], ref next, out var host, out var hostPort)
            || !TryTakePlace(text, parts[..count], ref next, out var guest, out var guestPort)
            || next != count)
        {
            return false;
        }

        host ??= guest?.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        if (guest is not null && guest.AddressFamily != host.AddressFamily)
        {
            return false;
        }

        forward = new PortForward(protocol, host, hostPort, guest, guestPort);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var guest = GuestAddress is null ? "" : Write(GuestAddress) + ":";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Protocol == PortForwardProtocol.Tcp ? Tcp : Udp)}:{Write(HostAddress)}:{HostPort}:{guest}{GuestPort}");
    }

    private static string Write(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    // At the colons outside brackets.
    private static int Split(ReadOnlySpan<char> text, Span<Range> parts)
    {
        var count = 0;
        var start = 0;
        var inBrackets = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '[' or ']')
            {
                inBrackets = text[i] == '[';
            }
            else if (i == text.Length || (text[i] == ':' && !inBrackets))
            {
                if (count == parts.Length)
                {
                    return count;
                }

                parts[count++] = start..i;
                start = i + 1;
            }
        }

        return inBrackets ? 0 : count;
    }

    private static bool TryParseProtocol(ReadOnlySpan<char> text, out PortForwardProtocol protocol)
    {
        protocol = text.Equals(Udp, StringComparison.OrdinalIgnoreCase) ? PortForwardProtocol.Udp : PortForwardProtocol.Tcp;
        return protocol == PortForwardProtocol.Udp || text.Equals(Tcp, StringComparison.OrdinalIgnoreCase);
    }

    // [address:]port
    private static bool TryTakePlace(
        ReadOnlySpan<char> text, ReadOnlySpan<Range> parts, ref int next, out IPAddress? address, out int port)
    {
        (address, port) = (null, 0);
        if (next < parts.Length && IsAddress(text[parts[next]]) && !TryParseAddress(text[parts[next++]], out address))
        {
            return false;
        }

        return next < parts.Length && TryParsePort(text[parts[next++]], out port);
    }

    private static bool IsAddress(ReadOnlySpan<char> text) => text.IndexOfAny('.', '[') >= 0;

    private static bool TryParseAddress(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            return IPAddress.TryParse(text[1..^1], out address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        // The framework reads 127.1 and 0x7f.0.0.1 too; an address in a rule says what it means.
        return IPAddress.TryParse(text, out address)
            && address.AddressFamily == AddressFamily.InterNetwork
            && text.SequenceEqual(address.ToString());
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}
