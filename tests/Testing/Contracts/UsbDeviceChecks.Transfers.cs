using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Contracts;

/// <summary>The checks of transfers.</summary>
public static partial class UsbDeviceChecks
{
    private const int DescriptorLength = 18;

    private static ReadOnlySpan<byte> DescriptorRequest => [0x80, 0x06, 0, 1, 0, 0, DescriptorLength, 0];

    private static void ReadsTheDescriptor(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        var ended = open.Request(DescriptorRequest);
        Require(ended.Status == UsbTransferStatus.Completed && ended.Data.Length == DescriptorLength, $"it came ({ended.Status}, {ended.Data.Length})");
        var id = new UsbId((ushort)(ended.Data[8] | (ended.Data[9] << 8)), (ushort)(ended.Data[10] | (ended.Data[11] << 8)));
        Require(ended.Data[0] == DescriptorLength && ended.Data[1] == 1 && id == open.Device.Info.Id, "it is the one of the device");
    }

    private static void StallsOneRequest(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);

        // A descriptor of a kind that there is not.
        var ended = open.Request(0x80, 0x06, 0, 0x7E, 0, 0, 4, 0);
        Require(ended.Status == UsbTransferStatus.Stalled, $"it is stalled, not {ended.Status}");
        Require(open.Request(DescriptorRequest).Status == UsbTransferStatus.Completed, "the next one works");
    }

    private static void AnswersACommand(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        Require(open.CommandWithAnswer(Reset) is [_, 0x03, 0x0C, 0x00], "Reset succeeds");
        Require(open.CommandWithAnswer(ReadAddress) is [_, 0x09, 0x10, 0x00, _, _, _, _, _, _], "there is an address");
    }

    private static void EndsInOrder(UsbSubject subject)
    {
        const int Rounds = 8;
        using var open = new UsbConversation(subject);
        open.CommandWithAnswer(Reset);
        IUsbTransfer[] pipes = [open.Make(open.EventIn, 64), open.Make(open.EventIn, 64), open.Make(open.EventIn, 64)];
        foreach (var pipe in pipes)
        {
            pipe.Submit(64);
        }

        for (var i = 0; i < Rounds; i++)
        {
            var opcode = i % 2 == 0 ? ReadAddress : Reset;
            open.Command(opcode);
            var ended = open.Events.Wait("an event");
            Require(ended.Transfer == pipes[i % pipes.Length], $"event {i} came in the transfer whose turn it was");
            Require(
                ended.Status == UsbTransferStatus.Completed && UsbConversation.IsCompletionOf(ended.Data, opcode),
                $"it holds the answer to command {opcode:x4} ({ended.Status}, {Convert.ToHexString(ended.Data)})");
            ended.Transfer.Submit(64);
        }

        Require(!open.Events.Overlapped, "completions come one at a time");
        open.End(pipes);
    }

    private static void SubmitsFromWithin(UsbSubject subject)
    {
        const int Rounds = 20;
        using var open = new UsbConversation(subject);
        var left = Rounds;
        var user = new UsbCompletions(subject.Patience);
        var pipe = open.Make(open.EventIn, 64, user);
        user.Within = ended => SubmitAgain(ended, ref left);
        pipe.Submit(64);
        for (var i = 0; i < Rounds; i++)
        {
            open.Command(Reset);
            Require(user.Wait("an event").Status == UsbTransferStatus.Completed, "it came");
        }

        static void SubmitAgain(UsbCompletion ended, ref int left)
        {
            if (--left > 0)
            {
                ended.Transfer.Submit(64);
            }
        }
    }

    private static void EndsWithItsUser(UsbSubject subject)
    {
        using (var other = subject.Bus.Open(subject.Find()))
        using (var open = new UsbConversation(subject))
        {
            IUsbTransfer[] pending = [open.Make(open.EventIn, 64), open.Make(open.AclIn, 1024), open.Make(open.AclIn, 1024)];
            foreach (var transfer in pending)
            {
                transfer.Submit(transfer.Buffer.Length);
            }

            var fault = new InvalidOperationException("the user's own mistake");
            var thrower = new UsbCompletions(subject.Patience) { Within = _ => throw fault };
            open.Make(open.AclOut, 64, thrower).Submit(0);
            foreach (var _ in pending)
            {
                RequireGone(open.Events.Wait("a transfer of a device whose user threw"));
            }

            foreach (var later in new[] { pending[0], open.Make(open.AclOut, 64) })
            {
                later.Submit(1);
                RequireGone(open.Events.Wait("a transfer that is submitted later"));
            }

            Require(subject.Log is null || subject.Log.All.Contains(fault), "the log is told what the user threw");
            open.Device.Release(0);
            other.Claim(0);
            var completions = new UsbCompletions(subject.Patience);
            using var request = other.CreateTransfer(UsbEndpoint.Control, UsbConversation.SetupSize + DescriptorLength, completions);
            DescriptorRequest.CopyTo(request.Buffer);
            request.Submit(request.Buffer.Length);
            Require(completions.Wait("a request by another handle").Status == UsbTransferStatus.Completed, "another handle goes on");
        }

        using var again = new UsbConversation(subject);
        again.CommandWithAnswer(Reset);
    }

    private static void RequireGone(UsbCompletion ended) =>
        Require(ended is { Status: UsbTransferStatus.Gone, Data: [] }, $"it ended as gone with nothing ({ended.Status}, {ended.Data.Length})");

    private static void AllocatesNothing(UsbSubject subject)
    {
        const int Rounds = 50;
        using var open = new UsbConversation(subject);
        var user = new SilentUser();
        var pipe = open.Make(open.EventIn, 64, user);
        var allocated = 0L;
        for (var i = -Rounds; i < Rounds; i++)
        {
            // Half of the rounds fill the queues that there are; waiting is not counted.
            var before = GC.GetAllocatedBytesForCurrentThread();
            pipe.Submit(64);
            pipe.Cancel();
            allocated += i < 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            user.Wait(subject.Patience);
        }

        Require(allocated == 0, $"submitting and cancelling allocate nothing ({allocated} octets in {Rounds} rounds)");
    }

    private static void Cancels(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        open.CommandWithAnswer(Reset);
        var pipe = open.Make(open.EventIn, 64);
        for (var i = 0; i < 3; i++)
        {
            pipe.Submit(64);
            pipe.Cancel();
            pipe.Cancel();
            Require(open.Events.Wait("the end of a cancelled transfer").Status == UsbTransferStatus.Cancelled, "it is cancelled");
        }

        pipe.Submit(64);
        open.Command(ReadAddress);
        Require(open.Events.Wait("an event").Status == UsbTransferStatus.Completed, "the transfer works again");
        Require(open.Events.Count == 0, "each submission ended once");
    }

    private static void CancelsOne(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        open.CommandWithAnswer(Reset);
        IUsbTransfer[] pipes = [open.Make(open.EventIn, 64), open.Make(open.EventIn, 64), open.Make(open.EventIn, 64)];
        foreach (var pipe in pipes)
        {
            pipe.Submit(64);
        }

        pipes[1].Cancel();
        var ended = open.Events.Wait("the end of the cancelled one");
        Require(ended.Transfer == pipes[1] && ended.Status == UsbTransferStatus.Cancelled, "it is the one that was cancelled");
        open.Command(ReadAddress);
        Require(open.Events.Wait("an event").Transfer == pipes[0], "the first of the others takes the event");
        open.End(pipes[2]);
    }

    private static void CancelsNothing(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        var pipe = open.Make(open.EventIn, 64);
        pipe.Cancel();
        open.CommandWithAnswer(Reset);
        pipe.Cancel();
        Require(open.Events.Count == 0, "no completion comes of it");
        pipe.Submit(64);
        open.Command(ReadAddress);
        Require(open.Events.Wait("an event").Status == UsbTransferStatus.Completed, "and the next submission is not cancelled");
    }

    private static void SendsAnEmptyPacket(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        var pipe = open.Make(open.AclOut, 64);
        pipe.Submit(0);
        var ended = open.Events.Wait("an empty packet");
        Require(ended.Status == UsbTransferStatus.Completed && ended.Data.Length == 0, $"it was sent ({ended.Status})");
    }

    private static void ClearsAHalt(UsbSubject subject)
    {
        using var open = new UsbConversation(subject);
        var pipe = open.Make(open.AclOut, 64);

        // SET_FEATURE, ENDPOINT_HALT: the device halts the endpoint itself.
        var halted = open.Request(0x02, 0x03, 0, 0, open.AclOut.Address, 0, 0, 0);
        Require(halted.Status == UsbTransferStatus.Completed, $"the endpoint can be halted ({halted.Status})");
        pipe.Submit(0);
        var ended = open.Events.Wait("a transfer to a halted endpoint");
        Require(ended.Status == UsbTransferStatus.Stalled, $"it is stalled, not {ended.Status}");
        open.Device.ClearHalt(open.AclOut.Address);
        pipe.Submit(0);
        ended = open.Events.Wait("a transfer after the halt");
        Require(ended.Status == UsbTransferStatus.Completed, $"the endpoint goes on ({ended.Status})");
    }

    private sealed class SilentUser : IUsbTransferUser
    {
        private readonly object _gate = new();
        private int _ended;

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
            lock (_gate)
            {
                _ended++;
                Monitor.Pulse(_gate);
            }
        }

        public void Wait(TimeSpan patience)
        {
            lock (_gate)
            {
                while (_ended == 0)
                {
                    if (!Monitor.Wait(_gate, patience))
                    {
                        throw new CheckFailedException("No completion came.");
                    }
                }

                _ended--;
            }
        }
    }
}
