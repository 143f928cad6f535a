using System.Buffers.Binary;
using System.Text;

namespace HostStack.NetDevices.Dhcp;

/// <summary>What a DHCP message is (RFC 2132, 9.6).</summary>
internal enum DhcpMessageType : byte
{
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>Options that the client sends or understands (RFC 2132; RFC 3442).</summary>
internal enum DhcpOptionCode : byte
{
    Pad = 0,
    SubnetMask = 1,
    Router = 3,
    DomainNameServer = 6,
    HostName = 12,
    DomainName = 15,
    InterfaceMtu = 26,
    RequestedAddress = 50,
    LeaseTime = 51,
    Overload = 52,
    MessageType = 53,
    ServerIdentifier = 54,
    ParameterRequestList = 55,
    Message = 56,
    MaximumMessageSize = 57,
    RenewalTime = 58,
    RebindingTime = 59,
    ClientIdentifier = 61,
    ClasslessRoutes = 121,
    End = 255,
}

/// <summary>The options of one message, gathered from the three fields that may hold them.</summary>
/// <remarks>An option that occurs again goes on where it ended before (RFC 3396, 7): a long one is cut into pieces. The
/// fields are read in the order options, file, sname (RFC 2131, 4.1). What is gathered is never more than the message.
/// </remarks>
internal sealed class DhcpOptions
{
    private const byte FileHoldsOptions = 1;
    private const byte ServerNameHoldsOptions = 2;

    private readonly Dictionary<DhcpOptionCode, byte[]> _values = [];

    private DhcpOptions()
    {
    }

    /// <summary>Gathers the options.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">Its options.</param>
    /// <returns>False for an option that is cut short, a field without its end, an impossible overload.</returns>
    public static bool TryParse(in DhcpMessage message, out DhcpOptions options)
    {
        options = new DhcpOptions();
        if (!options.TryGather(message.Options))
        {
            return false;
        }

        if (!options._values.TryGetValue(DhcpOptionCode.Overload, out var overload))
        {
            return true;
        }

        return overload is [>= FileHoldsOptions and <= (FileHoldsOptions | ServerNameHoldsOptions)]
            && ((overload[0] & FileHoldsOptions) == 0 || options.TryGather(message.File))
            && ((overload[0] & ServerNameHoldsOptions) == 0 || options.TryGather(message.ServerName));
    }

    /// <summary>The octets of an option; empty where it is not there.</summary>
    /// <param name="code">Which.</param>
    public ReadOnlySpan<byte> Value(DhcpOptionCode code) => _values.GetValueOrDefault(code);

    /// <summary>Reads an option of four octets.</summary>
    /// <param name="code">Which.</param>
    /// <param name="value">Its value; null where it is not there.</param>
    /// <returns>False where it is there with another length.</returns>
    public bool TryGetNumber(DhcpOptionCode code, out uint? value)
    {
        value = null;
        if (!_values.TryGetValue(code, out var octets))
        {
            return true;
        }

        if (octets.Length != sizeof(uint))
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt32BigEndian(octets);
        return true;
    }

    /// <summary>Reads an option that is a list of addresses.</summary>
    /// <param name="code">Which.</param>
    /// <param name="addresses">The list; empty where the option is not there.</param>
    /// <returns>False where its length is not a multiple of four.</returns>
    public bool TryGetAddresses(DhcpOptionCode code, out uint[] addresses)
    {
        var octets = Value(code);
        addresses = new uint[octets.Length / sizeof(uint)];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = BinaryPrimitives.ReadUInt32BigEndian(octets[(i * sizeof(uint))..]);
        }

        return octets.Length % sizeof(uint) == 0;
    }

    /// <summary>Reads an option that is text: printable ASCII, with the zeros that some servers append taken off.</summary>
    /// <param name="code">Which.</param>
    /// <returns>The text; null where the option is not there, empty, or not text.</returns>
    public string? Text(DhcpOptionCode code)
    {
        var octets = Value(code).TrimEnd((byte)0);
        return octets.IsEmpty || octets.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(octets);
    }

    private bool TryGather(ReadOnlySpan<byte> field)
    {
        while (!field.IsEmpty)
        {
            var code = (DhcpOptionCode)field[0];
            if (code == DhcpOptionCode.End)
            {
                return true;
            }

            if (code == DhcpOptionCode.Pad)
            {
                field = field[1..];
                continue;
            }

            if (field.Length < 2 || field[1] > field.Length - 2)
            {
                return false;
            }

            var value = field.Slice(2, field[1]);
            _values[code] = _values.TryGetValue(code, out var before) ? [.. before, .. value] : value.ToArray();
            field = field[(2 + value.Length)..];
        }

        return false;
    }
}
