using HostStack.Hci.Packets;

namespace HostStack.Hci.Startup.Csr;

/// <summary>Gives a CSR chip the address that the operator asked for; else nothing of CSR's is sent. The address is kept until
/// the power goes.</summary>
/// <remarks>The chip starts again to use it, without an answer. Behind USB it leaves the bus and asks to be opened once more, where
/// the address is found. Copies take the message and keep their address; then the opening ends.</remarks>
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

        if (context.WasReopenedFor(ReopenReasons.StartedOver))
        {
            throw StartupContext.Final("The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address.");
        }

        context.AddressRefusal = "The chip took it and keeps its own, as copies of CSR chips do";
        var answer = await context.SendForEventAsync(BccmdMessage.OpCode, BccmdMessage.WriteAddress(First, address));
        if (BccmdMessage.Status(answer.Span, First) is not 0)
        {
            context.AddressRefusal = "The chip refuses it, as copies of CSR chips do";
            return;
        }

        await context.SendUnansweredAsync(BccmdMessage.OpCode, BccmdMessage.Restart(First + 1));
        await context.StartOverAsync(context.IsUsb ? LeavingTime : RestartTime);
    }
}
