using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>How the device lets itself be found: scans, access codes, extended inquiry response (Core, Vol 4, Part E, 7.3).</summary>
internal static class ScanCommands
{
    private const byte SupportedAccessCodes = 2;

    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.ReadScanEnable, 62, 0, (c, ref _, ref results) =>
        {
            results.U8(c.Settings.ScanEnable);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteScanEnable, 63, 1, (c, ref parameters, ref _) =>
        {
            const byte both = 0x03;
            var value = parameters.U8();
            if (value > both)
            {
                return HciStatus.InvalidParameters;
            }

            c.Settings.ScanEnable = value;
            c.Radio.After(TimeSpan.Zero, c.ScanSettingsChanged);
            return HciStatus.Success;
        });
        Activity(table, CommandCode.ReadPageScanActivity, 64, CommandCode.WritePageScanActivity, 65,
            settings => (settings.PageScanInterval, settings.PageScanWindow),
            (settings, interval, window) => (settings.PageScanInterval, settings.PageScanWindow) = (interval, window));
        Activity(table, CommandCode.ReadInquiryScanActivity, 66, CommandCode.WriteInquiryScanActivity, 67,
            settings => (settings.InquiryScanInterval, settings.InquiryScanWindow),
            (settings, interval, window) => (settings.InquiryScanInterval, settings.InquiryScanWindow) = (interval, window));
        SettingCommands.Octet(table, CommandCode.ReadInquiryScanType, 100, CommandCode.WriteInquiryScanType, 101,
            settings => settings.InquiryScanType, (settings, value) => settings.InquiryScanType = value, 1);
        SettingCommands.Octet(table, CommandCode.ReadPageScanType, 104, CommandCode.WritePageScanType, 105,
            settings => settings.PageScanType, (settings, value) => settings.PageScanType = value, 1);
        SettingCommands.Octet(table, CommandCode.ReadInquiryMode, 102, CommandCode.WriteInquiryMode, 103,
            settings => settings.InquiryMode, (settings, value) => settings.InquiryMode = value, 2);
        AddAccessCodes(table);
        AddExtendedInquiryResponse(table);
    }

    private static void AddAccessCodes(CommandTable table)
    {
        table.Complete(CommandCode.ReadNumberOfSupportedIac, 90, 0, (_, ref _, ref results) =>
        {
            results.U8(SupportedAccessCodes);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadCurrentIacLap, 91, 0, (c, ref _, ref results) =>
        {
            results.U8((byte)c.Settings.InquiryAccessCodes.Length);
            foreach (var code in c.Settings.InquiryAccessCodes)
            {
                results.U24(code);
            }

            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteCurrentIacLap, 92, -1, (c, ref parameters, ref _) =>
        {
            var count = parameters.U8();
            if (count is 0 or > SupportedAccessCodes)
            {
                return HciStatus.InvalidParameters;
            }

            var codes = new uint[count];
            for (var i = 0; i < count; i++)
            {
                codes[i] = parameters.U24();
            }

            if (!parameters.AtEnd)
            {
                return HciStatus.InvalidParameters;
            }

            c.Settings.InquiryAccessCodes = codes;
            return HciStatus.Success;
        });
    }

    private static void AddExtendedInquiryResponse(CommandTable table)
    {
        table.Complete(CommandCode.ReadExtendedInquiryResponse, 136, 0, (c, ref _, ref results) =>
        {
            results.U8(c.Settings.EirFecRequired);
            results.Bytes(c.Settings.Eir);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteExtendedInquiryResponse, 137, 1 + HostSettings.EirSize, (c, ref parameters, ref _) =>
        {
            c.Settings.EirFecRequired = parameters.U8();
            parameters.Rest().CopyTo(c.Settings.Eir);
            c.Settings.HasEir = c.Settings.Eir.AsSpan().ContainsAnyExcept((byte)0);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadInquiryResponseTransmitPower, 144, 0, (c, ref _, ref results) =>
        {
            results.I8(c.Settings.InquiryTransmitPower);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteInquiryTransmitPower, 145, 1, (c, ref parameters, ref _) =>
        {
            c.Settings.InquiryTransmitPower = parameters.I8();
            return HciStatus.Success;
        });
    }

    private static void Activity(
        CommandTable table, ushort read, int readBit, ushort write, int writeBit,
        Func<HostSettings, (ushort Interval, ushort Window)> get, Action<HostSettings, ushort, ushort> set)
    {
        table.Complete(read, readBit, 0, (c, ref _, ref results) =>
        {
            var (interval, window) = get(c.Settings);
            results.U16(interval);
            results.U16(window);
            return HciStatus.Success;
        });
        table.Complete(write, writeBit, 4, (c, ref parameters, ref _) =>
        {
            const ushort shortest = 0x0011;
            var interval = parameters.U16();
            var window = parameters.U16();
            if (window < shortest || window > interval)
            {
                return HciStatus.InvalidParameters;
            }

            set(c.Settings, interval, window);
            return HciStatus.Success;
        });
    }
}
