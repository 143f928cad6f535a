using System.Buffers.Binary;
using System.Globalization;
using HostStack.Hci.Capture;

namespace HostStack.Cli.Tests.Rig;

/// <summary>The link keys and passkeys in a capture, as text that a careless log would hold.</summary>
internal static class CapturedSecrets
{
    private const byte Event = 0x04;
    private const byte LinkKeyNotification = 0x18;
    private const byte UserConfirmationRequest = 0x33;
    private const int Parameters = 3;
    private const int AddressSize = 6;
    private const int KeySize = 16;

    public static IReadOnlyList<string> Read(string path)
    {
        using var reader = BtsnoopReader.Open(path);
        var secrets = new List<string>();
        foreach (var record in reader.ReadAll())
        {
            var packet = record.Packet.Span;
            if (packet.Length > Parameters + AddressSize && packet[0] == Event)
            {
                var value = packet[(Parameters + AddressSize)..];
                switch (packet[1])
                {
                    case LinkKeyNotification:
                        secrets.Add(Convert.ToHexString(value[..KeySize]));
                        break;
                    case UserConfirmationRequest:
                        secrets.Add(BinaryPrimitives.ReadUInt32LittleEndian(value).ToString("D6", CultureInfo.InvariantCulture));
                        break;
                }
            }
        }

        return secrets;
    }
}
