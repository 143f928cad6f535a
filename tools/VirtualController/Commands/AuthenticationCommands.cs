using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Security;

namespace HostStack.VirtualController.Commands;

/// <summary>Authentication, legacy pairing and encryption (Core, Vol 4, Part E, 7.1.10 to 7.1.17, 7.3.57, 7.5.7).</summary>
internal static class AuthenticationCommands
{
    private const int MaxPin = 16;

    public static void AddTo(CommandTable table)
    {
        table.Status(CommandCode.AuthenticationRequested, 15, 2, (c, ref parameters, ref _) =>
        {
            if (c.Links.Find(LinkCommands.Handle(ref parameters)) is not { } end)
            {
                return HciStatus.UnknownConnection;
            }

            c.Radio.After(TimeSpan.Zero, () =>
            {
                if (end.Link.IsUp)
                {
                    end.Link.Security.Authenticate(end);
                }
            });
            return HciStatus.Success;
        });
        table.Complete(CommandCode.LinkKeyRequestReply, 10, BdAddr.Size + Authentication.KeySize, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (run, end, octets) => run.LinkKey(end, octets)));
        table.Complete(CommandCode.LinkKeyRequestNegativeReply, 11, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (run, end, _) => run.LinkKey(end, default)));
        table.Complete(CommandCode.PinCodeRequestReply, 12, BdAddr.Size + 1 + MaxPin, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (run, end, octets) =>
                octets[0] is 0 or > MaxPin ? HciStatus.InvalidParameters
                : run.Pin?.Reply(end, octets.Slice(1, octets[0])) ?? HciStatus.CommandDisallowed));
        table.Complete(CommandCode.PinCodeRequestNegativeReply, 13, BdAddr.Size, (c, ref parameters, ref results) =>
            Reply(c, ref parameters, ref results, static (run, end, _) => run.Pin?.Reply(end, default) ?? HciStatus.CommandDisallowed));
        table.Status(CommandCode.SetConnectionEncryption, 16, 3, SetEncryption);
        table.Complete(CommandCode.RefreshEncryptionKey, 138, 2, RefreshKey);
        table.Complete(CommandCode.ReadEncryptionKeySize, 164, 2, ReadKeySize);
    }

    /// <summary>What a host's answer does to the procedure that asked.</summary>
    public delegate HciStatus Answer(Authentication run, LinkEnd end, ReadOnlySpan<byte> rest);

    /// <summary>An answer that begins with the peer's address and is completed with it.</summary>
    public static HciStatus Reply(SimulatedController c, ref WireReader parameters, ref WireWriter results, Answer answer)
    {
        var peer = parameters.BdAddr();
        results.BdAddr(peer);
        return c.Links.Find(peer) is not { } end ? HciStatus.UnknownConnection
            : end.Link.Security.Current is not { } run ? HciStatus.CommandDisallowed
            : answer(run, end, parameters.Rest());
    }

    private static HciStatus SetEncryption(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var handle = LinkCommands.Handle(ref parameters);
        var enable = parameters.U8();
        if (c.Links.Find(handle) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        if (enable > 1)
        {
            return HciStatus.InvalidParameters;
        }

        end.Link.Later(() => end.Link.Security.SetEncryption(end, enable == 1));
        return HciStatus.Success;
    }

    private static HciStatus RefreshKey(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        if (c.Links.Find(LinkCommands.Handle(ref parameters)) is not { } end)
        {
            return HciStatus.UnknownConnection;
        }

        if (!end.Link.Security.IsEncrypted)
        {
            return HciStatus.CommandDisallowed;
        }

        end.Link.Later(end.Link.Security.ReportKeyRefresh);
        return HciStatus.Success;
    }

    private static HciStatus ReadKeySize(SimulatedController c, ref WireReader parameters, ref WireWriter results)
    {
        var handle = LinkCommands.Handle(ref parameters);
        results.U16(handle.Value);
        var security = c.Links.Find(handle)?.Link.Security;
        var encrypted = security is { IsEncrypted: true };
        results.U8(encrypted ? security!.KeySize : (byte)0);
        return security is null ? HciStatus.UnknownConnection
            : encrypted ? HciStatus.Success
            : HciStatus.InsufficientSecurity;
    }
}
