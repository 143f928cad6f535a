using HostStack.Hci.Packets;

namespace HostStack.Hci.Startup.Csr;

/// <summary>Gives a CSR chip the address that the operator asked for; else nothing of CSR's is sent. The address is kept until
/// the power goes.</summary>
/// <remarks>The chip starts again to use it, without an answer. Behind USB it leaves the bus: the host opens it once more, and
/// finds the address there. Copies take the message and keep their address; the bring-up sees that.</remarks>
internal sealed class CsrStartup : IControllerStartup
{
    private const ushort First = 1;

    private static readonly TimeSpan RestartTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(3);

    public async Task RunAsync(StartupContext context)
    {
        if (context.Address is not { } address)
        {
            return;
        }

        await context.ResetAsync();
        if ((await context.SendAsync(default(ReadBdAddrCommand))).Address == address)
        {
            return;
        }

        context.AddressRefusal = "The chip took it and keeps its own, as copies of CSR chips do";
        var answer = await context.SendForEventAsync(BccmdMessage.OpCode, BccmdMessage.WriteAddress(First, address));
        if (BccmdMessage.Status(answer.Span, First) is not 0)
        {
            context.AddressRefusal = "The chip refuses it, as copies of CSR chips do";
            return;
        }

        context.IsRestarting = true;
        await context.SendUnansweredAsync(BccmdMessage.OpCode, BccmdMessage.Restart(First + 1));
        await context.DelayAsync(context.IsUsb ? LeavingTime : RestartTime);
        context.IsRestarting = false;
    }
}
