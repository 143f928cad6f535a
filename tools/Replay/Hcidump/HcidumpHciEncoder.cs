using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HostStack.Hci.Wire;

namespace HostStack.Replay.Hcidump;

/// <summary>Makes HCI commands and events of hcidump's text (Core, Vol 4, Part E, 7). The text names each packet by its
/// code, so the code decides, not the title.</summary>
internal sealed partial class HcidumpHciEncoder(MaskedAddresses addresses)
{
    private const byte CommandType = 0x01;
    private const byte EventType = 0x04;

    /// <summary>A whole command packet with its H4 type.</summary>
    public byte[] Command(HcidumpStanza stanza)
    {
        var opCode = OpCodeIn(stanza, stanza.Headline);
        var parameters = new OctetBuilder();
        switch (opCode)
        {
            case 0x0409: // Accept Connection Request
                parameters.Address(Address(stanza)).U8(stanza.Number("role"));
                break;
            case 0x040B: // Link Key Request Reply
                parameters.Address(Address(stanza)).Bytes(Key(stanza));
                break;
            case 0x0419: // Remote Name Request: hcidump prints the page scan repetition mode as "mode"
                parameters.Address(Address(stanza)).U8(stanza.Number("mode")).U8(0).U16(stanza.Number("clkoffset"));
                break;
            case 0x041B: // Read Remote Supported Features
                parameters.U16(stanza.Number("handle"));
                break;
            case 0x041C: // Read Remote Extended Features
                parameters.U16(stanza.Number("handle")).U8(stanza.Number("page"));
                break;
            case 0x042B: // IO Capability Request Reply
                parameters.Address(Address(stanza)).U8(stanza.Number("capability")).U8(stanza.Number("oob")).U8(stanza.Number("auth"));
                break;
            case 0x042C: // User Confirmation Request Reply
                parameters.Address(Address(stanza));
                break;
            default:
                throw stanza.Malformed("is a command that this reader does not know; add it to the hcidump encoder");
        }

        return new OctetBuilder().U8(CommandType).U16(opCode).U8((uint)parameters.Length).Bytes(parameters.ToArray()).ToArray();
    }

    /// <summary>A whole event packet with its H4 type.</summary>
    public byte[] Event(HcidumpStanza stanza)
    {
        var code = CodePattern().Match(stanza.Headline);
        if (!code.Success)
        {
            throw stanza.Malformed("names no event code");
        }

        var eventCode = byte.Parse(code.Groups["code"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var parameters = Parameters(eventCode, stanza);
        return new OctetBuilder().U8(EventType).U8(eventCode).U8((uint)parameters.Length).Bytes(parameters).ToArray();
    }

    private byte[] Parameters(byte code, HcidumpStanza stanza)
    {
        var octets = new OctetBuilder();
        switch (code)
        {
            case 0x03: // Connection Complete
                octets.U8(stanza.Number("status")).U16(stanza.Number("handle")).Address(Address(stanza)).U8(LinkType(stanza))
                    .U8(stanza.Number("encrypt"));
                break;
            case 0x04: // Connection Request
                octets.Address(Address(stanza)).U24(stanza.Number("class")).U8(LinkType(stanza));
                break;
            case 0x05: // Disconnection Complete
                octets.U8(stanza.Number("status")).U16(stanza.Number("handle")).U8(stanza.Number("reason"));
                break;
            case 0x07: // Remote Name Request Complete: a field of 248 octets, padded with zeros
                octets.U8(stanza.Number("status")).Address(Address(stanza));
                var name = Encoding.UTF8.GetBytes(NamePattern().Match(stanza.Text).Groups["name"].Value);
                octets.Bytes(name).Zeros(248 - name.Length);
                break;
            case 0x08: // Encryption Change
                octets.U8(stanza.Number("status")).U16(stanza.Number("handle")).U8(stanza.Number("encrypt"));
                break;
            case 0x0B: // Read Remote Supported Features Complete
                octets.U8(stanza.Number("status")).U16(stanza.Number("handle")).Bytes(stanza.Octets("Features", 8));
                break;
            case 0x0E: // Command Complete of a reply: status and address
                octets.U8(stanza.Number("ncmd")).U16(OpCodeIn(stanza, stanza.Text)).U8(stanza.Number("status")).Address(Address(stanza));
                break;
            case 0x0F: // Command Status
                octets.U8(stanza.Number("status")).U8(stanza.Number("ncmd")).U16(OpCodeIn(stanza, stanza.Text));
                break;
            case 0x12: // Role Change
                octets.U8(stanza.Number("status")).Address(Address(stanza)).U8(stanza.Number("role"));
                break;
            case 0x13: // Number Of Completed Packets: one handle
                octets.U8(1).U16(stanza.Number("handle")).U16(stanza.Number("packets"));
                break;
            case 0x17: // Link Key Request
            case 0x31: // IO Capability Request
                octets.Address(Address(stanza));
                break;
            case 0x18: // Link Key Notification
                octets.Address(Address(stanza)).Bytes(Key(stanza)).U8(stanza.Number("type"));
                break;
            case 0x1B: // Max Slots Change
                octets.U16(stanza.Number("handle")).U8(stanza.Number("slots"));
                break;
            case 0x23: // Read Remote Extended Features Complete
                octets.U8(stanza.Number("status")).U16(stanza.Number("handle")).U8(stanza.Number("page")).U8(stanza.Number("max"))
                    .Bytes(stanza.Octets("Features", 8));
                break;
            case 0x32: // IO Capability Response
                octets.Address(Address(stanza)).U8(stanza.Number("capability")).U8(stanza.Number("oob")).U8(stanza.Number("auth"));
                break;
            case 0x33: // User Confirmation Request
                octets.Address(Address(stanza)).U32(stanza.Number("passkey"));
                break;
            case 0x36: // Simple Pairing Complete
                octets.U8(stanza.Number("status")).Address(Address(stanza));
                break;
            default:
                throw stanza.Malformed("is an event that this reader does not know; add it to the hcidump encoder");
        }

        return octets.ToArray();
    }

    private BdAddr Address(HcidumpStanza stanza) =>
        addresses.TryGet(stanza.Word("bdaddr"), out var address)
            ? address
            : throw stanza.Malformed($"has '{stanza.Word("bdaddr")}' for an address");

    private static uint LinkType(HcidumpStanza stanza) => stanza.Word("type") == "ACL" ? 1U : 0U;

    // hcidump prints a key as the octets stand on the wire.
    private static byte[] Key(HcidumpStanza stanza)
    {
        var text = stanza.Word("key");
        return text.Length == 32 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw stanza.Malformed("has a link key that is not 32 hexadecimal digits");
    }

    private static uint OpCodeIn(HcidumpStanza stanza, string text)
    {
        var match = OpCodePattern().Match(text);
        if (!match.Success)
        {
            throw stanza.Malformed("names no command as (0x01|0x0009)");
        }

        var group = uint.Parse(match.Groups["ogf"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var command = uint.Parse(match.Groups["ocf"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (group << 10) | command;
    }

    [GeneratedRegex(@"\(0x(?<ogf>[0-9a-f]{2})\|0x(?<ocf>[0-9a-f]{4})\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OpCodePattern();

    [GeneratedRegex(@"\(0x(?<code>[0-9a-f]{2})\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CodePattern();

    [GeneratedRegex("name '(?<name>[^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
