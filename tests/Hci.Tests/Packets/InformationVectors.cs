using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Informational Parameters (Core, Vol 4, Part E, 7.4) and LE bring-up (7.8).</summary>
internal static class InformationVectors
{
    private static readonly string CommandOctets = "ff ff ff 03 cc ff" + WireCase.Zeros(58);

    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of("", new ReadLocalVersionInformationCommand()),
        WireCase.Of("00 08 12 34 09 0f 00 56 78",
            new ReadLocalVersionInformationReturn(HciStatus.Success, CoreVersion.V42, 0x3412, CoreVersion.V50, 0x000F, 0x7856)),
        WireCase.Of("", new ReadLocalSupportedCommandsCommand()),
        WireCase.Of($"00 {CommandOctets}",
            new ReadLocalSupportedCommandsReturn(HciStatus.Success, new SupportedCommands(WireCase.Hex(CommandOctets)))),
        WireCase.Of("", new ReadLocalSupportedFeaturesCommand()),
        WireCase.Of("00 a4 08 08 c0 58 1e 7b 83",
            new ReadLocalSupportedFeaturesReturn(HciStatus.Success, (LmpFeaturePage0)0x837B1E58C00808A4)),
        WireCase.Of("02", new ReadLocalExtendedFeaturesCommand(2)),
        WireCase.Of("00 02 03 00 01 00 00 00 00 00 00",
            new ReadLocalExtendedFeaturesReturn(HciStatus.Success, 2, 3, (ulong)LmpFeaturePage2.SecureConnectionsController)),
        WireCase.Of("", new ReadBufferSizeCommand()),
        WireCase.Of("00 36 01 40 0a 00 08 00", new ReadBufferSizeReturn(HciStatus.Success, 310, 64, 10, 8)),
        WireCase.Of("", new ReadDataBlockSizeCommand()),
        WireCase.Of("00 fd 03 36 01 14 00", new ReadDataBlockSizeReturn(HciStatus.Success, 1021, 310, 20)),
        WireCase.Of("", new ReadBdAddrCommand()),
        WireCase.Of($"00 {A}", new ReadBdAddrReturn(HciStatus.Success, Peer)),
        WireCase.Of("", new ReadLocalSupportedCodecsCommand()),
        WireCase.Of("00 02 02 05 01 0f 00 34 12", new ReadLocalSupportedCodecsReturn(
            HciStatus.Success, [new CodecId(2), new CodecId(5)], [new VendorCodecId(0x000F, 0x1234)])),
        WireCase.Of("1f 00 00 00 00 00 00 20", new LeSetEventMaskCommand(0x2000_0000_0000_001F)),
        WireCase.Of("", new LeReadBufferSizeCommand()),
        WireCase.Of("00 fb 00 08", new LeReadBufferSizeReturn(HciStatus.Success, 251, 8)),
        WireCase.Of("", new LeReadLocalSupportedFeaturesCommand()),
        WireCase.Of("00 01 00 00 00 00 00 00 80",
            new LeReadLocalSupportedFeaturesReturn(HciStatus.Success, 0x8000_0000_0000_0001)),
    ];
}
