using HostStack.Hci.Packets;

namespace HostStack.VirtualController.Commands;

/// <summary>What a dual-mode host reads at bring-up (Core, Vol 4, Part E, 7.8). There is no LE air on this radio: nothing
/// scans, advertises or connects.</summary>
internal static class LeCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.LeSetEventMask, 200, 8, (c, ref parameters, ref _) =>
        {
            c.Settings.LeEventMask = parameters.U64();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeReadBufferSize, 201, 0, (_, ref _, ref results) =>
        {
            results.U16(0);     // the buffers are those of Read Buffer Size
            results.U8(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeReadLocalSupportedFeatures, 202, 0, (_, ref _, ref results) =>
        {
            results.U64(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeSetRandomAddress, 204, 6, (c, ref parameters, ref _) =>
        {
            c.Settings.LeRandomAddress = parameters.BdAddr();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeReadFilterAcceptListSize, 214, 0, (_, ref _, ref results) =>
        {
            results.U8(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeClearFilterAcceptList, 215, 0, (_, ref _, ref _) => HciStatus.Success);
        table.Complete(CommandCode.LeReadSupportedStates, 227, 0, (_, ref _, ref results) =>
        {
            results.U64(0);
            return HciStatus.Success;
        });
    }
}
