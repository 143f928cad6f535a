using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>Reset, event masks, flow control and the host features (Core, Vol 4, Part E, 7.3).</summary>
internal static class ModeCommands
{
    private const int LinkKeySize = 16;

    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.Reset, 47, 0, (c, ref _, ref _) =>
        {
            c.Reset();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.SetEventMask, 46, 8, (c, ref parameters, ref _) =>
        {
            c.Settings.EventMask = parameters.U64();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.SetEventMaskPage2, 178, 8, (c, ref parameters, ref _) =>
        {
            c.Settings.EventMaskPage2 = parameters.U64();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.SetEventFilter, 48, -1, SetEventFilter);
        table.Complete(CommandCode.SetControllerToHostFlowControl, 85, 1, (_, ref parameters, ref _) =>
            parameters.U8() == 0 ? HciStatus.Success : HciStatus.UnsupportedFeature);
        table.Complete(CommandCode.HostBufferSize, 86, 7, (c, ref parameters, ref _) =>
        {
            c.Settings.HostAclLength = parameters.U16();
            return HciStatus.Success;
        });
        table.Silent(CommandCode.HostNumberOfCompletedPackets, 87, -1, (_, ref _, ref _) => HciStatus.Success);
        table.Complete(CommandCode.ReadLeHostSupport, 197, 0, (c, ref _, ref results) =>
        {
            results.U8(c.Settings.LeHost ? (byte)1 : (byte)0);
            results.U8(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteLeHostSupport, 198, 2, (c, ref parameters, ref _) =>
        {
            var enable = parameters.U8();
            if (enable > 1 || (enable == 1 && !c.Options.DualMode))
            {
                return HciStatus.InvalidParameters;
            }

            c.Settings.LeHost = enable == 1;
            return HciStatus.Success;
        });
        AddStoredKeys(table);
    }

    // This controller keeps no keys: its host does. The commands exist because hosts send them at bring-up.
    private static void AddStoredKeys(CommandTable table)
    {
        table.Complete(CommandCode.ReadStoredLinkKey, 53, 7, (_, ref _, ref results) =>
        {
            results.U16(0);
            results.U16(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteStoredLinkKey, 54, -1, (_, ref parameters, ref results) =>
        {
            var count = parameters.U8();
            parameters.Bytes(count * (BdAddr.Size + LinkKeySize));
            results.U8(0);
            return parameters.AtEnd ? HciStatus.Success : HciStatus.InvalidParameters;
        });
        table.Complete(CommandCode.DeleteStoredLinkKey, 55, 7, (_, ref _, ref results) =>
        {
            results.U16(0);
            return HciStatus.Success;
        });
    }

    // Only "clear all filters" is known: this controller reports everything.
    private static HciStatus SetEventFilter(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        const byte clearAll = 0x00;
        var type = parameters.U8();
        return !parameters.Ok ? HciStatus.InvalidParameters
            : type == clearAll && parameters.AtEnd ? HciStatus.Success
            : HciStatus.UnsupportedFeature;
    }
}
