using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HostStack.Hci.Wire;
using HostStack.Pan;

namespace HostStack.Cli.Options;

/// <summary>Reads the values of options. What is wrong is said in a sentence with the remedy behind a semicolon.</summary>
internal static class OptionParsers
{
    /// <summary>Runs a parser that throws <see cref="FormatException"/>, on the option's one token.</summary>
    public static T? Parse<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[^1].Value);
        }
        catch (FormatException wrong)
        {
            result.AddError(wrong.Message);
            return default;
        }
    }

    /// <summary>The same on every token.</summary>
    public static T[] ParseAll<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return [.. result.Tokens.SelectMany(static token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(parse)];
        }
        catch (FormatException wrong)
        {
            result.AddError(wrong.Message);
            return [];
        }
    }

    public static Func<ArgumentResult, int> Number(string name, int least, int most) => result =>
        Parse(result, text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? value
                : throw new FormatException($"{name} cannot be '{text}'; give a number from {least} to {most}."));

    public static Func<ArgumentResult, TimeSpan?> Seconds(string name, bool allowZero = false) => result =>
        Parse<TimeSpan?>(result, text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && (allowZero ? value >= 0 : value > 0) && value <= TimeSpan.FromDays(24).TotalSeconds
                ? TimeSpan.FromSeconds(value)
                : throw new FormatException($"{name} cannot be '{text}'; give seconds, like 30 or 2.5."));

    public static ulong Seed(string text)
    {
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(
            hexadecimal ? text.AsSpan(2) : text,
            hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seed)
            ? seed
            : throw new FormatException($"--seed cannot be '{text}'; give a number, like 7 or 0x2A.");
    }

    public static PeerAddress Peer(string text) =>
        BdAddr.TryParse(text, out var address)
            ? new PeerAddress(address)
            : throw new FormatException($"'{text}' is no Bluetooth address; write six octets like 5C:F3:70:66:12:34.");

    public static PanRole Role(string text) => text.ToUpperInvariant() switch
    {
        "NAP" => PanRole.Nap,
        "GN" => PanRole.Gn,
        "PANU" => PanRole.Panu,
        _ => throw new FormatException($"'{text}' is no role; write nap, gn or panu."),
    };

    public static IPAddress Host(string text) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is no IP address; write one like 10.0.0.1 or fe80::1.");

    /// <summary>An address with or without its prefix length.</summary>
    public static IPNetworkAddress Cidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var prefix = -1;
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address)
            || (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix))
            || prefix > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            throw new FormatException($"--address cannot be '{text}'; write it like 10.0.0.1/24 or fd00::1/64.");
        }

        return IsUnicast(address)
            ? new IPNetworkAddress(address, slash < 0 ? null : prefix)
            : throw new FormatException($"--address cannot be '{text}'; it must be a unicast address, like 10.0.0.1/24.");
    }

    private static bool IsUnicast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
            ? !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv4MappedToIPv6
            : address.GetAddressBytes()[0] is > 0 and < 224;
}

/// <summary>An address of an endpoint.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits that its network shares; null where it was not given.</param>
internal readonly record struct IPNetworkAddress(IPAddress Address, int? PrefixLength);
