using System.Buffers.Binary;

namespace HostStack.Replay.Engine;

/// <summary>Answers to commands about the trace's links that the trace does not hold: the recorded host never asked, or
/// its tool printed no answer (the key size, in hcidump's days). Controller-wide commands go to a virtual controller.</summary>
internal static class SynthesizedAnswers
{
    private const byte CommandComplete = 0x0E;
    private const byte CommandStatus = 0x0F;
    private const byte FullKeySize = 16;
    private const byte PageTimeout = 0x04;
    private const byte RoleChangeNotAllowed = 0x21;
    private const byte LocalHostTerminated = 0x16;

    /// <summary>The events that answer a command about a link, in order; null where the command is controller-wide.</summary>
    /// <param name="command">Code, length, parameters.</param>
    public static IReadOnlyList<byte[]>? For(ReadOnlySpan<byte> command)
    {
        var code = BinaryPrimitives.ReadUInt16LittleEndian(command);
        var parameters = command[3..];
        return code switch
        {
            // Read Encryption Key Size: status, handle, size.
            0x1408 => [Complete(code, [0, parameters[0], parameters[1], FullKeySize])],
            // Write Link Policy, Automatic Flush Timeout, Supervision Timeout: status, handle.
            0x080D or 0x0C28 or 0x0C37 => [Complete(code, [0, parameters[0], parameters[1]])],
            // Read RSSI: status, handle, golden range.
            0x1405 => [Complete(code, [0, parameters[0], parameters[1], 0])],
            // Replies to security requests: status, address.
            0x040B or 0x040C or 0x040D or 0x040E or 0x042B or 0x042C or 0x042D or 0x042E or 0x042F or 0x0430 or 0x0433 or 0x0434
                or 0x0445 => [Complete(code, [0, .. parameters[..6]])],
            // Accept and reject: the trace holds what follows, or nothing does.
            0x0409 or 0x040A => [Status(code, 0)],
            // Disconnect: status, then Disconnection Complete.
            0x0406 => [Status(code, 0), [0x05, 4, 0, parameters[0], parameters[1], LocalHostTerminated]],
            // Authentication Requested: Authentication Complete.
            0x0411 => [Status(code, 0), [0x06, 3, 0, parameters[0], parameters[1]]],
            // Set Connection Encryption: Encryption Change.
            0x0413 => [Status(code, 0), [0x08, 4, 0, parameters[0], parameters[1], parameters[2]]],
            // Remote Name Request: nobody answers the page; status, address, an empty name.
            0x0419 => [Status(code, 0), [0x07, 255, PageTimeout, .. parameters[..6], .. new byte[248]]],
            // Read Remote Supported Features: none; Extended Features: page, none.
            0x041B => [Status(code, 0), [0x0B, 11, 0, parameters[0], parameters[1], .. new byte[8]]],
            0x041C => [Status(code, 0), [0x23, 13, 0, parameters[0], parameters[1], parameters[2], parameters[2], .. new byte[8]]],
            // Read Remote Version Information: version 4.0, manufacturer and revision unknown.
            0x041D => [Status(code, 0), [0x0C, 8, 0, parameters[0], parameters[1], 6, 0xFF, 0xFF, 0, 0]],
            // Read Clock Offset.
            0x041F => [Status(code, 0), [0x1C, 5, 0, parameters[0], parameters[1], 0, 0]],
            0x080B => [Status(code, RoleChangeNotAllowed)],
            _ => null,
        };
    }

    private static byte[] Complete(ushort code, byte[] parameters) =>
        [CommandComplete, (byte)(3 + parameters.Length), 1, (byte)code, (byte)(code >> 8), .. parameters];

    private static byte[] Status(ushort code, byte status) => [CommandStatus, 4, status, 1, (byte)code, (byte)(code >> 8)];
}
