using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Contracts;

/// <summary>An open controller whose interface 0 is claimed, and HCI by its transfers as the USB transport has it (Core,
/// Vol 4, Part B, 2): commands by requests of endpoint 0, events by the interrupt endpoint.</summary>
internal sealed class UsbConversation : IDisposable
{
    public const int SetupSize = 8;

    private readonly List<IUsbTransfer> _transfers = [];
    private readonly TimeSpan _patience;

    public UsbConversation(UsbSubject subject)
    {
        _patience = subject.Patience;
        Events = new UsbCompletions(_patience);
        Requests = new UsbCompletions(_patience);
        Device = subject.Bus.Open(subject.Find());
        try
        {
            Device.Claim(0);
            EventIn = Endpoint(UsbTransferKind.Interrupt, isIn: true);
            AclIn = Endpoint(UsbTransferKind.Bulk, isIn: true);
            AclOut = Endpoint(UsbTransferKind.Bulk, isIn: false);
        }
        catch
        {
            Device.Dispose();
            throw;
        }
    }

    public IUsbDevice Device { get; }

    public UsbEndpoint EventIn { get; }

    public UsbEndpoint AclIn { get; }

    public UsbEndpoint AclOut { get; }

    /// <summary>Completions of the transfers that <see cref="Make"/> made without another user.</summary>
    public UsbCompletions Events { get; }

    private UsbCompletions Requests { get; }

    public IUsbTransfer Make(UsbEndpoint endpoint, int capacity, IUsbTransferUser? user = null)
    {
        var transfer = Device.CreateTransfer(endpoint, capacity, user ?? Events);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>A request of endpoint 0; what goes out stands behind the setup packet.</summary>
    public UsbCompletion Request(params ReadOnlySpan<byte> octets)
    {
        var length = SetupSize + (octets[6] | (octets[7] << 8));
        var transfer = Make(UsbEndpoint.Control, length, Requests);
        octets.CopyTo(transfer.Buffer);
        transfer.Submit(length);
        return Requests.Wait("a request of endpoint 0");
    }

    /// <summary>An HCI command without parameters.</summary>
    public void Command(ushort opcode)
    {
        var ended = Request(0x20, 0, 0, 0, 0, 0, 3, 0, (byte)opcode, (byte)(opcode >> 8), 0);
        if (ended.Status != UsbTransferStatus.Completed || ended.Data.Length != 3)
        {
            throw new CheckFailedException($"The command {opcode:x4} ended as {ended.Status} with {ended.Data.Length} octets instead of 3.");
        }
    }

    /// <summary>Sends a command and reads events until its Command Complete.</summary>
    /// <returns>Its parameters.</returns>
    public byte[] CommandWithAnswer(ushort opcode)
    {
        var pipe = Make(EventIn, 64);
        Command(opcode);
        var gathered = new List<byte>();
        while (true)
        {
            pipe.Submit(pipe.Buffer.Length);
            var ended = Events.Wait($"the event that answers command {opcode:x4}");
            if (ended.Status != UsbTransferStatus.Completed)
            {
                throw new CheckFailedException($"Events ended as {ended.Status}.");
            }

            gathered.AddRange(ended.Data);
            while (gathered.Count >= 2 && gathered.Count >= 2 + gathered[1])
            {
                var one = gathered.GetRange(0, 2 + gathered[1]).ToArray();
                gathered.RemoveRange(0, one.Length);
                if (IsCompletionOf(one, opcode))
                {
                    return one[2..];
                }
            }
        }
    }

    /// <summary>Whether an event is the Command Complete of a command: <c>0E n | credits | opcode</c>.</summary>
    public static bool IsCompletionOf(ReadOnlySpan<byte> @event, ushort opcode) =>
        @event.Length >= 5 && @event[0] == 0x0E && (@event[3] | (@event[4] << 8)) == opcode;

    /// <summary>Cancels transfers and waits for their ends, whatever those are.</summary>
    public void End(params IUsbTransfer[] submitted)
    {
        foreach (var transfer in submitted)
        {
            transfer.Cancel();
        }

        for (var i = 0; i < submitted.Length; i++)
        {
            Events.Wait("the end of a cancelled transfer");
        }
    }

    public void Dispose()
    {
        foreach (var transfer in _transfers)
        {
            transfer.Dispose();
        }

        Device.Release(0);
        Device.Dispose();
    }

    private UsbEndpoint Endpoint(UsbTransferKind kind, bool isIn)
    {
        var found = Device.Info.Interfaces.First(static one => one.Number == 0).Endpoints.Where(end => end.Kind == kind && end.IsIn == isIn);
        return found.Any() ? found.First() : throw new CheckFailedException($"Interface 0 has no {kind} endpoint {(isIn ? "in" : "out")}.");
    }
}
