using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>What the controller says of itself (Core, Vol 4, Part E, 7.4).</summary>
internal static class InformationCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Complete(CommandCode.ReadLocalVersionInformation, 115, 0, (c, ref _, ref results) =>
        {
            WriteVersion(c, ref results);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadLocalSupportedCommands, -1, 0, (_, ref _, ref results) =>
        {
            results.Bytes(table.Supported);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadLocalSupportedFeatures, 117, 0, (c, ref _, ref results) =>
        {
            results.U64(LmpFeaturePages.Page(c, page: 0));
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadLocalExtendedFeatures, 118, 1, ReadExtendedFeatures);
        table.Complete(CommandCode.ReadBufferSize, 119, 0, (c, ref _, ref results) =>
        {
            const byte scoLength = 0;
            const ushort scoCount = 0;
            results.U16(c.Options.AclLength);
            results.U8(scoLength);
            results.U16(c.Options.AclCount);
            results.U16(scoCount);
            return HciStatus.Success;
        });
        table.Complete(CommandCode.ReadBdAddr, 121, 0, (c, ref _, ref results) =>
        {
            results.BdAddr(c.Address);
            return HciStatus.Success;
        });
    }

    private static HciStatus ReadExtendedFeatures(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var page = parameters.U8();
        results.U8(page);
        results.U8(LmpFeaturePages.MaxPage);
        results.U64(LmpFeaturePages.Page(c, page));
        return page <= LmpFeaturePages.MaxPage ? HciStatus.Success : HciStatus.InvalidParameters;
    }

    private static void WriteVersion(SimulatedController controller, ref WireWriter writer)
    {
        writer.U8(controller.Options.Version);
        writer.U16(controller.Options.Subversion);
        writer.U8(controller.Options.Version);
        writer.U16(controller.Options.Manufacturer);
        writer.U16(controller.Options.Subversion);
    }
}
