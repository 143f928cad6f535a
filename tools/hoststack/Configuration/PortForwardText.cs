using System.Globalization;
using System.Net;

namespace HostStack.Cli.Configuration;

/// <summary>A forwarded port as people write it: <c>tcp:8080:80</c>, or with addresses <c>udp:127.0.0.1:5353:10.0.2.15:53</c>.</summary>
internal static class PortForwardText
{
    public static bool IsGood(string text)
    {
        var parts = text.Split(':');
        return parts is ["tcp" or "udp", var here, var there] ? IsPort(here) && IsPort(there)
            : parts is ["tcp" or "udp", var address, var from, var device, var to]
                && IsAddress(address) && IsPort(from) && IsAddress(device) && IsPort(to);
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    private static bool IsAddress(string text) => text.Contains('.', StringComparison.Ordinal) && IPAddress.TryParse(text, out _);
}
