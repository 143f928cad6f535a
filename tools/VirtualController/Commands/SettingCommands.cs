using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>What the host writes into the controller and reads back: name, class, timeouts, pairing modes (Core, Vol 4,
/// Part E, 7.3).</summary>
internal static class SettingCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.WriteLocalName, 56, HostSettings.NameSize, (c, ref parameters, ref _) =>
        {
            parameters.Bytes(HostSettings.NameSize).CopyTo(c.Settings.Name);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadLocalName, 57, 0, (c, ref _, ref results) =>
        {
            results.Bytes(c.Settings.Name);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadClassOfDevice, 72, 0, (c, ref _, ref results) =>
        {
            results.U24(c.Settings.ClassOfDevice);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.WriteClassOfDevice, 73, 3, (c, ref parameters, ref _) =>
        {
            c.Settings.ClassOfDevice = parameters.U24();
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadTransmitPowerLevel, 82, 3, (c, ref parameters, ref results) =>
        {
            const sbyte level = 4;
            var handle = LinkCommands.Handle(ref parameters);
            results.U16(handle.Value);
            results.I8(level);
            return c.Links.Find(handle) is null ? HciStatus.UnknownConnection : HciStatus.Success;
        });

        Word(table, CommandCode.ReadConnectionAcceptTimeout, 58, CommandCode.WriteConnectionAcceptTimeout, 59,
            settings => settings.ConnectionAcceptTimeout, (settings, value) => settings.ConnectionAcceptTimeout = value, 1, 0xB540);
        Word(table, CommandCode.ReadPageTimeout, 60, CommandCode.WritePageTimeout, 61,
            settings => settings.PageTimeout, (settings, value) => settings.PageTimeout = value, 1, ushort.MaxValue);
        Word(table, CommandCode.ReadVoiceSetting, 74, CommandCode.WriteVoiceSetting, 75,
            settings => settings.VoiceSetting, (settings, value) => settings.VoiceSetting = value, 0, 0x03FF);

        Octet(table, CommandCode.ReadPinType, 50, CommandCode.WritePinType, 51,
            settings => settings.PinType, (settings, value) => settings.PinType = value, 1);
        Octet(table, CommandCode.ReadAuthenticationEnable, 68, CommandCode.WriteAuthenticationEnable, 69,
            settings => settings.AuthenticationEnable, (settings, value) => settings.AuthenticationEnable = value, 1);
        Octet(table, CommandCode.ReadDefaultErroneousDataReporting, 146, CommandCode.WriteDefaultErroneousDataReporting, 147,
            settings => settings.ErroneousDataReporting, (settings, value) => settings.ErroneousDataReporting = value, 1);
        Octet(table, CommandCode.ReadAfhChannelAssessmentMode, 106, CommandCode.WriteAfhChannelAssessmentMode, 107,
            settings => settings.AfhAssessment, (settings, value) => settings.AfhAssessment = value, 1);
        table.Complete(CommandCode.SetAfhHostChannelClassification, 97, 10, (_, ref _, ref _) => HciStatus.Success);
    }

    /// <summary>A pair of commands that read and write one octet.</summary>
    public static void Octet(
        CommandTable table, ushort read, int readBit, ushort write, int writeBit,
        Func<HostSettings, byte> get, Action<HostSettings, byte> set, byte max)
    {
        table.Complete(read, readBit, 0, (c, ref _, ref results) =>
        {
            results.U8(get(c.Settings));
            return HciStatus.Success;
        });
        table.Complete(write, writeBit, 1, (c, ref parameters, ref _) =>
        {
            var value = parameters.U8();
            if (value > max)
            {
                return HciStatus.InvalidParameters;
            }

            set(c.Settings, value);
            return HciStatus.Success;
        });
    }

    private static void Word(
        CommandTable table, ushort read, int readBit, ushort write, int writeBit,
        Func<HostSettings, ushort> get, Action<HostSettings, ushort> set, ushort min, ushort max)
    {
        table.Complete(read, readBit, 0, (c, ref _, ref results) =>
        {
            results.U16(get(c.Settings));
            return HciStatus.Success;
        });
        table.Complete(write, writeBit, 2, (c, ref parameters, ref _) =>
        {
            var value = parameters.U16();
            if (value < min || value > max)
            {
                return HciStatus.InvalidParameters;
            }

            set(c.Settings, value);
            return HciStatus.Success;
        });
    }
}
