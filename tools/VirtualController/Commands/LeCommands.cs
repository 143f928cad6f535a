using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>What a dual-mode host sends at bring-up and while it looks for devices (Core, Vol 4, Part E, 7.8). There is no
/// LE air on this radio: whoever scans hears nobody, whoever advertises is not heard, whoever connects waits until it
/// cancels.</summary>
internal static class LeCommands
{
    private const byte AcceptListSize = 8;

    public static void AddTo(CommandTable table)
    {
        AddInformation(table);
        AddAcceptList(table);
        AddAdvertising(table);
        AddScanning(table);
        AddConnecting(table);
    }

    private static void AddInformation(CommandTable table)
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
        table.Complete(CommandCode.LeReadSupportedStates, 227, 0, (_, ref _, ref results) =>
        {
            results.U64(0);
            return HciStatus.Success;
        });
    }

    private static void AddAcceptList(CommandTable table)
    {
        table.Complete(CommandCode.LeReadFilterAcceptListSize, 214, 0, (_, ref _, ref results) =>
        {
            results.U8(AcceptListSize);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeClearFilterAcceptList, 215, 0, (c, ref _, ref _) =>
        {
            c.Settings.LeAcceptList.Clear();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeAddDeviceToFilterAcceptList, 216, 1 + BdAddr.Size, (c, ref parameters, ref _) =>
        {
            var device = (parameters.U8(), parameters.BdAddr());
            if (!c.Settings.LeAcceptList.Contains(device) && c.Settings.LeAcceptList.Count >= AcceptListSize)
            {
                return HciStatus.MemoryCapacityExceeded;
            }

            c.Settings.LeAcceptList.Add(device);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeRemoveDeviceFromFilterAcceptList, 217, 1 + BdAddr.Size, (c, ref parameters, ref _) =>
        {
            c.Settings.LeAcceptList.Remove((parameters.U8(), parameters.BdAddr()));
            return HciStatus.Success;
        });
    }

    private static void AddAdvertising(CommandTable table)
    {
        const int dataSize = 31;
        table.Complete(CommandCode.LeSetAdvertisingParameters, 205, 15, (c, ref _, ref _) =>
            c.Settings.LeAdvertising ? HciStatus.CommandDisallowed : HciStatus.Success);
        table.Complete(CommandCode.LeReadAdvertisingTransmitPower, 206, 0, (_, ref _, ref results) =>
        {
            results.I8(0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeSetAdvertisingData, 207, 1 + dataSize, (_, ref parameters, ref _) =>
            parameters.U8() > dataSize ? HciStatus.InvalidParameters : HciStatus.Success);
        table.Complete(CommandCode.LeSetScanResponseData, 208, 1 + dataSize, (_, ref parameters, ref _) =>
            parameters.U8() > dataSize ? HciStatus.InvalidParameters : HciStatus.Success);
        Switch(table, CommandCode.LeSetAdvertisingEnable, 209, 1, (c, enabled) => c.Settings.LeAdvertising = enabled);
    }

    private static void AddScanning(CommandTable table)
    {
        table.Complete(CommandCode.LeSetScanParameters, 210, 7, (c, ref parameters, ref _) =>
        {
            const ushort shortest = 0x0004;
            const ushort longest = 0x4000;
            const byte active = 1;
            var type = parameters.U8();
            var interval = parameters.U16();
            var window = parameters.U16();
            return c.Settings.LeScanning ? HciStatus.CommandDisallowed
                : type > active || window < shortest || interval > longest || window > interval ? HciStatus.InvalidParameters
                : HciStatus.Success;
        });
        Switch(table, CommandCode.LeSetScanEnable, 211, 2, (c, enabled) => c.Settings.LeScanning = enabled);
    }

    private static void AddConnecting(CommandTable table)
    {
        table.Status(CommandCode.LeCreateConnection, 212, 25, (c, ref _, ref _) =>
        {
            if (c.Settings.LeConnecting)
            {
                return HciStatus.CommandDisallowed;
            }

            c.Settings.LeConnecting = true;
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LeCreateConnectionCancel, 213, 0, (c, ref _, ref _) =>
        {
            if (!c.Settings.LeConnecting)
            {
                return HciStatus.CommandDisallowed;
            }

            c.Settings.LeConnecting = false;
            c.Radio.After(TimeSpan.Zero, () => ReportCancelled(c));
            return HciStatus.Success;
        });
    }

    // LE Connection Complete without a connection (7.7.65.1, 7.8.13).
    private static void ReportCancelled(SimulatedController controller)
    {
        const byte connectionComplete = 0x01;
        const int emptyFields = 17;
        var writer = controller.Events.Begin();
        writer.U8(connectionComplete);
        writer.U8((byte)HciStatus.UnknownConnection);
        writer.Zeros(emptyFields);
        controller.Events.SendLe(connectionComplete, writer);
    }

    private static void Switch(CommandTable table, ushort code, int bit, int length, Action<SimulatedController, bool> set) =>
        table.Complete(code, bit, length, (c, ref parameters, ref _) =>
        {
            var value = parameters.U8();
            if (value > 1)
            {
                return HciStatus.InvalidParameters;
            }

            set(c, value == 1);
            return HciStatus.Success;
        });
}
