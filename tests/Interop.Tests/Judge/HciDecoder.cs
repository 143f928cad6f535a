using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Interop.Tests.Judge;

/// <summary>Commands and events by the parsers of the HCI layer: whom they concern, and how they ended.</summary>
internal static class HciDecoder
{
    public static void Command(DecodedFrame frame, CommandPacket command)
    {
        var octets = command.Parameters;
        switch ((uint)command.OpCode.Value)
        {
            case 0x0405 when CreateConnectionCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.bd_addr", value.Address.ToString());
                break;
            case 0x0406 when DisconnectCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.connection_handle", value.Handle.Value);
                frame.Add("bthci_cmd.reason", (byte)value.Reason);
                break;
            case 0x0409 when AcceptConnectionRequestCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.bd_addr", value.Address.ToString());
                break;
            case 0x040B when LinkKeyRequestReplyCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.bd_addr", value.Address.ToString());
                break;
            case 0x040C when LinkKeyRequestNegativeReplyCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.bd_addr", value.Address.ToString());
                break;
            case 0x0413 when SetConnectionEncryptionCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.connection_handle", value.Handle.Value);
                break;
            case 0x042B when IoCapabilityRequestReplyCommand.TryParse(octets, out var value):
                frame.Add("bthci_cmd.bd_addr", value.Address.ToString());
                break;
        }
    }

    public static void Event(DecodedFrame frame, EventPacket happened)
    {
        var octets = happened.Parameters;
        switch (happened.Code)
        {
            case EventCode.CommandComplete when CommandCompleteEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.opcode", value.CommandOpCode.Value);
                if (!value.ReturnParameters.IsEmpty)
                {
                    frame.Add("bthci_evt.status", (byte)value.Status);
                }

                break;
            case EventCode.CommandStatus when CommandStatusEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.opcode", value.CommandOpCode.Value);
                frame.Add("bthci_evt.status", (byte)value.Status);
                break;
            case EventCode.NumberOfCompletedPackets when NumberOfCompletedPacketsEvent.TryParse(octets, out var value):
                foreach (var link in value.Links)
                {
                    frame.Add("bthci_evt.connection_handle", link.Handle.Value);
                    frame.Add("bthci_evt.num_compl_packets", link.NumCompletedPackets);
                }

                break;
            default:
                LinkEvent(frame, happened.Code, octets);
                break;
        }
    }

    private static void LinkEvent(DecodedFrame frame, EventCode code, ReadOnlySpan<byte> octets)
    {
        switch (code)
        {
            case EventCode.ConnectionComplete when ConnectionCompleteEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Handle);
                frame.Add("bthci_evt.bd_addr", value.Address.ToString());
                break;
            case EventCode.ConnectionRequest when ConnectionRequestEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.bd_addr", value.Address.ToString());
                break;
            case EventCode.DisconnectionComplete when DisconnectionCompleteEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Handle);
                frame.Add("bthci_evt.reason", (byte)value.Reason);
                break;
            case EventCode.EncryptionChange when EncryptionChangeEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Handle);
                break;
            case EventCode.RoleChange when RoleChangeEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Address);
                break;
            case EventCode.LinkKeyRequest when LinkKeyRequestEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.bd_addr", value.Address.ToString());
                break;
            case EventCode.LinkKeyNotification when LinkKeyNotificationEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.bd_addr", value.Address.ToString());
                frame.Add("bthci_evt.key_type", (byte)value.KeyType);
                break;
            case EventCode.IoCapabilityResponse when IoCapabilityResponseEvent.TryParse(octets, out var value):
                frame.Add("bthci_evt.bd_addr", value.Address.ToString());
                break;
            case EventCode.SimplePairingComplete when SimplePairingCompleteEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Address);
                break;
            case EventCode.RemoteNameRequestComplete when RemoteNameRequestCompleteEvent.TryParse(octets, out var value):
                Status(frame, value.Status, value.Address);
                break;
        }
    }

    private static void Status(DecodedFrame frame, HciStatus status, ConnectionHandle handle)
    {
        frame.Add("bthci_evt.status", (byte)status);
        frame.Add("bthci_evt.connection_handle", handle.Value);
    }

    private static void Status(DecodedFrame frame, HciStatus status, BdAddr address)
    {
        frame.Add("bthci_evt.status", (byte)status);
        frame.Add("bthci_evt.bd_addr", address.ToString());
    }
}
