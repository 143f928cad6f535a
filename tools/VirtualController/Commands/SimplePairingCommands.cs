using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Security;

namespace HostStack.VirtualController.Commands;

/// <summary>Secure Simple Pairing (Core, Vol 4, Part E, 7.1.29 to 7.1.36, 7.1.53, 7.3.58 to 7.3.63, 7.3.92, 7.3.95).</summary>
internal static class SimplePairingCommands
{
    public static void AddTo(CommandTable table, bool secureConnections)
    {
        Switch(table, CommandCode.ReadSimplePairingMode, 141, CommandCode.WriteSimplePairingMode, 142,
            settings => settings.SimplePairing, (settings, value) => settings.SimplePairing = value);
        table.Complete(CommandCode.WriteSimplePairingDebugMode, 157, 1, (c, ref parameters, ref _) =>
        {
            var mode = parameters.U8();
            c.Settings.SimplePairingDebug = mode == 1;
            return mode > 1 ? HciStatus.InvalidParameters : HciStatus.Success;
        });
        AddReplies(table);
        AddOutOfBand(table, secureConnections);
        if (secureConnections)
        {
            Switch(table, CommandCode.ReadSecureConnectionsHostSupport, 258, CommandCode.WriteSecureConnectionsHostSupport, 259,
                settings => settings.SecureConnections, (settings, value) => settings.SecureConnections = value);
        }
    }

    private static void AddReplies(CommandTable table)
    {
        table.Complete(CommandCode.IoCapabilityRequestReply, 151, BdAddr.Size + 3, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, rest) =>
                pairing.Capability(end, new PairingFeatures(rest[0], rest[1], rest[2]))));
        table.Complete(CommandCode.IoCapabilityRequestNegativeReply, 163, BdAddr.Size + 1, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, rest) => pairing.CapabilityRefused(end, (HciStatus)rest[0])));
        table.Complete(CommandCode.UserConfirmationRequestReply, 152, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, _) => pairing.Confirmation(end, confirmed: true)));
        table.Complete(CommandCode.UserConfirmationRequestNegativeReply, 153, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, _) => pairing.Confirmation(end, confirmed: false)));
        table.Complete(CommandCode.UserPasskeyRequestReply, 154, BdAddr.Size + 4, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, rest) =>
                pairing.Passkey(end, BinaryPrimitives.ReadUInt32LittleEndian(rest))));
        table.Complete(CommandCode.UserPasskeyRequestNegativeReply, 155, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, _) => pairing.Passkey(end, passkey: null)));
        table.Complete(CommandCode.SendKeypressNotification, 162, BdAddr.Size + 1, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (_, end, rest) => Keypress(end, rest[0])));
    }

    private static void AddOutOfBand(CommandTable table, bool secureConnections)
    {
        const int size = OutOfBandData.Size;
        table.Complete(CommandCode.ReadLocalOobData, 143, 0, (c, ref _, ref results) =>
        {
            results.Bytes(c.OutOfBand.Make(p256: false));
            return HciStatus.Success;
        });
        table.Complete(CommandCode.RemoteOobDataRequestReply, 156, BdAddr.Size + size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, rest) => pairing.OutOfBand(end, rest.ToArray(), p256: null)));
        table.Complete(CommandCode.RemoteOobDataRequestNegativeReply, 159, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, _) => pairing.OutOfBand(end, p192: null, p256: null)));
        if (!secureConnections)
        {
            return;
        }

        table.Complete(CommandCode.ReadLocalOobExtendedData, 262, 0, (c, ref _, ref results) =>
        {
            results.Bytes(c.OutOfBand.Make(p256: false));
            results.Bytes(c.OutOfBand.Make(p256: true));
            return HciStatus.Success;
        });
        table.Complete(CommandCode.RemoteOobExtendedDataRequestReply, 257, BdAddr.Size + (2 * size), (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (pairing, end, rest) =>
                pairing.OutOfBand(end, rest[..size].ToArray(), rest[size..].ToArray())));
    }

    private delegate HciStatus PairingAnswer(SimplePairing pairing, LinkEnd end, ReadOnlySpan<byte> rest);

    private static HciStatus Reply(SimulatedController c, ref WireReader parameters, ref WireWriter results, PairingAnswer answer)
    {
        var peer = parameters.BdAddr();
        results.BdAddr(peer);
        return c.Links.Find(peer) is not { } end ? HciStatus.UnknownConnection
            : end.Link.Security.Current?.Simple is not { } pairing ? HciStatus.CommandDisallowed
            : answer(pairing, end, parameters.Rest());
    }

    private static HciStatus Keypress(LinkEnd end, byte notification)
    {
        const byte entryCompleted = 4;
        if (notification > entryCompleted)
        {
            return HciStatus.InvalidParameters;
        }

        var peer = end.Peer;
        end.Link.Later(() =>
        {
            var writer = peer.Controller.Events.Begin();
            writer.BdAddr(peer.PeerAddress);
            writer.U8(notification);
            peer.Controller.Events.Send(EventCode.KeypressNotification, writer);
        });
        return HciStatus.Success;
    }

    private static void Switch(
        CommandTable table, ushort read, int readBit, ushort write, int writeBit,
        Func<HostSettings, bool> get, Action<HostSettings, bool> set) =>
        SettingCommands.Octet(table, read, readBit, write, writeBit,
            settings => get(settings) ? (byte)1 : (byte)0, (settings, value) => set(settings, value == 1), 1);
}
