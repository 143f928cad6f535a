using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Controllers;

/// <summary>Role switch on a link (Core, Vol 2, Part C, 4.4, and Vol 4, Part E, 7.2.8).</summary>
internal static class RoleSwitch
{
    private const ushort PolicyAllowsSwitch = 0x0001;

    /// <summary>Switch Role: one host asks; the peer's policy and limits decide.</summary>
    public static HciStatus Request(LinkEnd end, LinkRole wanted)
    {
        if (end.Mode != 0 || (end.LinkPolicy & PolicyAllowsSwitch) == 0)
        {
            return HciStatus.CommandDisallowed;
        }

        if (end.Role == wanted)
        {
            // Nothing to do is told as a role change to the role that is there.
            end.Link.Later(() => Report(end));
            return HciStatus.Success;
        }

        end.Link.Later(() => Switch(end, wanted));
        return HciStatus.Success;
    }

    /// <summary>Tells one host its role on a link.</summary>
    public static void Report(LinkEnd end, HciStatus status = HciStatus.Success)
    {
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)status);
        writer.BdAddr(end.PeerAddress);
        writer.U8((byte)end.Role);
        end.Controller.Events.Send(EventCode.RoleChange, writer);
    }

    private static void Switch(LinkEnd end, LinkRole wanted)
    {
        if (end.Role == wanted)
        {
            Report(end);
            return;
        }

        var newCentral = wanted == LinkRole.Central ? end : end.Peer;
        var refused = !end.Peer.Controller.Options.AllowRoleSwitch
            || (end.Peer.LinkPolicy & PolicyAllowsSwitch) == 0
            || newCentral.Controller.Links.Peripherals >= newCentral.Controller.Options.MaxPeripherals;
        if (refused)
        {
            Report(end, HciStatus.RoleChangeNotAllowed);
            return;
        }

        // Encryption pauses around the switch, and data with it (Core, Vol 2, Part C, 4.2.5.5).
        var encrypted = end.Link.Security.IsEncrypted;
        if (encrypted)
        {
            end.Link.HoldData();
        }

        end.Link.Later(() =>
        {
            end.Role = wanted;
            end.Peer.Role = wanted == LinkRole.Central ? LinkRole.Peripheral : LinkRole.Central;
            Report(end.Peer);
            Report(end);
            if (encrypted)
            {
                end.Link.Later(() =>
                {
                    end.Link.Security.ReportKeyRefresh();
                    end.Link.ReleaseData();
                });
            }
            else
            {
                end.Kick();
                end.Peer.Kick();
            }
        });
    }
}
