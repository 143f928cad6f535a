using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Link Policy commands (Core, Vol 4, Part E, 7.2) and Status Parameters (7.5).</summary>
internal static class PolicyVectors
{
    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of($"{H} 20 03 90 01 04 00 01 00", new SniffModeCommand(Link, new(0x0320), new(0x0190), 4, 1)),
        WireCase.Of(H, new ExitSniffModeCommand(Link)),
        WireCase.Of($"{H} 20 03 01 00 02 00", new SniffSubratingCommand(Link, new(0x0320), new(1), new(2))),
        WireCase.Of(H, new RoleDiscoveryCommand(Link)),
        WireCase.Of($"00 {H} 01", new RoleDiscoveryReturn(HciStatus.Success, Link, LinkRole.Peripheral)),
        WireCase.Of($"{A} 00", new SwitchRoleCommand(Peer, LinkRole.Central)),
        WireCase.Of(H, new ReadLinkPolicySettingsCommand(Link)),
        WireCase.Of($"00 {H} 05 00", new ReadLinkPolicySettingsReturn(
            HciStatus.Success, Link, LinkPolicySettings.RoleSwitch | LinkPolicySettings.SniffMode)),
        WireCase.Of($"{H} 01 00", new WriteLinkPolicySettingsCommand(Link, LinkPolicySettings.RoleSwitch)),
        WireCase.Of("", new ReadDefaultLinkPolicySettingsCommand()),
        WireCase.Of("00 02 00", new ReadDefaultLinkPolicySettingsReturn(HciStatus.Success, LinkPolicySettings.HoldMode)),
        WireCase.Of("05 00", new WriteDefaultLinkPolicySettingsCommand(
            LinkPolicySettings.RoleSwitch | LinkPolicySettings.SniffMode)),
        WireCase.Of(H, new ReadRssiCommand(Link)),
        WireCase.Of($"00 {H} f6", new ReadRssiReturn(HciStatus.Success, Link, -10)),
        WireCase.Of(H, new ReadLinkQualityCommand(Link)),
        WireCase.Of($"00 {H} ff", new ReadLinkQualityReturn(HciStatus.Success, Link, 255)),
        WireCase.Of($"{H} 01", new ReadTransmitPowerLevelCommand(Link, TransmitPowerType.Maximum)),
        WireCase.Of($"00 {H} fc", new ReadTransmitPowerLevelReturn(HciStatus.Success, Link, -4)),
        WireCase.Of("00", new StatusReturn(HciStatus.Success)),
        WireCase.Of($"00 {A}", new StatusBdAddrReturn(HciStatus.Success, Peer)),
        WireCase.Of($"00 {H}", new StatusHandleReturn(HciStatus.Success, Link)),
    ];
}
