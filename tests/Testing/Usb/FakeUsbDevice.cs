using System.Collections.Concurrent;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A device whose every completion a test decides. Left alone, it takes what is sent, has nothing to say, and ends
/// what is cancelled.</summary>
/// <remarks>Completions come from the bus's thread, or with <see cref="CompletesInCall"/> from within the call that causes
/// them.</remarks>
public sealed class FakeUsbDevice(FakeUsbBus bus, UsbDeviceInfo info) : IUsbDevice
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly Dictionary<byte, List<FakeUsbTransfer>> _pending = [];
    private readonly List<FakeUsbTransfer> _all = [];
    private readonly HashSet<byte> _halted = [];
    private readonly List<(byte Endpoint, byte[] Octets)> _taken = [];
    private long _takenCount;
    private bool _gone;

    public UsbDeviceInfo Info => info;

    /// <summary>Completions come from within Submit, Cancel, and the calls of the test.</summary>
    public bool CompletesInCall { get; set; }

    /// <summary>Endpoints towards the device that take nothing until told.</summary>
    public HashSet<byte> Holding { get; } = [];

    /// <summary>Endpoints whose transfers do not come back when they are cancelled.</summary>
    public HashSet<byte> Deaf { get; } = [];

    /// <summary>How the next transfers of an endpoint towards the device end, and how many octets they move.</summary>
    public Dictionary<byte, Queue<(UsbTransferStatus Status, int Moved)>> Script { get; } = [];

    /// <summary>What the device refuses, by call: <c>claim 0</c>.</summary>
    public Dictionary<string, Exception> Refusals { get; } = [];

    /// <summary>Called with each packet that the device took: a controller that answers.</summary>
    public Action<byte, byte[]>? OnTaken { get; set; }

    /// <summary>Called with the name of each call but submitting, before anything is done.</summary>
    public Action<string>? OnCall { get; set; }

    public bool KeepTaken { get; set; } = true;

    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Rules of the seam that were broken.</summary>
    public ConcurrentBag<string> Violations { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>Transfers that were made and not disposed.</summary>
    public int Undisposed => _all.Count(static transfer => !transfer.IsDisposed);

    public long TakenCount => Interlocked.Read(ref _takenCount);

    public void Claim(byte interfaceNumber) => Call($"claim {interfaceNumber}");

    public void Release(byte interfaceNumber) => Call($"release {interfaceNumber}", needsDevice: false);

    public void SelectAlternate(byte interfaceNumber, byte alternate) => Call($"alternate {interfaceNumber}.{alternate}");

    public void ClearHalt(byte endpoint)
    {
        Call($"clear {endpoint:X2}");
        lock (_gate)
        {
            _halted.Remove(endpoint);
        }
    }

    public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
    {
        OnCall?.Invoke($"create {endpoint.Address:X2}");
        var transfer = new FakeUsbTransfer(this, endpoint, capacity, user);
        lock (_gate)
        {
            _all.Add(transfer);
        }

        return transfer;
    }

    public void Dispose()
    {
        Call("dispose", needsDevice: false);
        IsDisposed = true;
    }

    /// <summary>Copies of the packets that an endpoint took, oldest first.</summary>
    public byte[][] Taken(byte endpoint)
    {
        lock (_gate)
        {
            return [.. _taken.Where(packet => packet.Endpoint == endpoint).Select(static packet => packet.Octets)];
        }
    }

    /// <summary>Transfers that wait at an endpoint.</summary>
    public int Pending(byte endpoint)
    {
        lock (_gate)
        {
            return At(endpoint).Count;
        }
    }

    /// <summary>Waits until so many transfers wait at an endpoint.</summary>
    public void AwaitPending(byte endpoint, int count)
    {
        var deadline = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
        lock (_gate)
        {
            while (At(endpoint).Count < count)
            {
                WaitUnderGate(deadline, "a transfer");
            }
        }
    }

    /// <summary>Octets that the oldest transfer of an endpoint asks for; waits until there is one.</summary>
    public int Asked(byte endpoint)
    {
        lock (_gate)
        {
            AwaitPending(endpoint, 1);
            return At(endpoint)[0].Length;
        }
    }

    /// <summary>Waits until so many packets have been taken by an endpoint.</summary>
    public void AwaitTaken(byte endpoint, int count) =>
        Await(() => _taken.Count(packet => packet.Endpoint == endpoint) >= count, $"{count} packets at {endpoint:X2}");

    /// <summary>Waits until a call was made so many times.</summary>
    public void AwaitCall(string call, int count = 1) => Await(() => Calls.Count(made => made == call) >= count, call);

    /// <summary>Ends the oldest transfer of an endpoint towards the host with these octets, whatever it asks for; waits until
    /// there is one.</summary>
    public void End(byte endpoint, UsbTransferStatus status, params ReadOnlySpan<byte> octets)
    {
        FakeUsbTransfer transfer;
        lock (_gate)
        {
            AwaitPending(endpoint, 1);
            transfer = At(endpoint)[0];
            At(endpoint).RemoveAt(0);
            octets.CopyTo(transfer.Buffer);
        }

        Finish(transfer, status, octets.Length);
    }

    /// <summary>A transfer that ended in order.</summary>
    public void Deliver(byte endpoint, params ReadOnlySpan<byte> octets) => End(endpoint, UsbTransferStatus.Completed, octets);

    /// <summary>Sends octets as a device does: in USB packets, a transfer ending with a short one, or when it is full.</summary>
    /// <param name="endsWithShortPacket">Whether an empty USB packet follows where the last one is full.</param>
    public void Write(byte endpoint, ReadOnlySpan<byte> octets, bool endsWithShortPacket = true)
    {
        bool full;
        do
        {
            FakeUsbTransfer? ended = null;
            lock (_gate)
            {
                AwaitPending(endpoint, 1);
                var transfer = At(endpoint)[0];
                var packet = octets[..Math.Min(octets.Length, transfer.Endpoint.MaximumPacket)];
                octets = octets[packet.Length..];
                packet.CopyTo(transfer.Buffer[transfer.Got..]);
                transfer.Got += packet.Length;
                full = packet.Length == transfer.Endpoint.MaximumPacket;
                if (!full || transfer.Got == transfer.Length)
                {
                    At(endpoint).RemoveAt(0);
                    ended = transfer;
                }
            }

            if (ended is not null)
            {
                Finish(ended, UsbTransferStatus.Completed, ended.Got);
            }
        }
        while (!octets.IsEmpty || (full && endsWithShortPacket));
    }

    /// <summary>Ends the transfers that a holding endpoint has, in their order, and lets it take what follows.</summary>
    public void Take(byte endpoint)
    {
        while (true)
        {
            // What is submitted meanwhile waits behind the others: it holds until all of them are taken.
            FakeUsbTransfer next;
            lock (_gate)
            {
                if (At(endpoint).Count == 0)
                {
                    Holding.Remove(endpoint);
                    return;
                }

                next = At(endpoint)[0];
                At(endpoint).RemoveAt(0);
            }

            TakeOut(next);
        }
    }

    /// <summary>Halts an endpoint: all its transfers end as stalled, until the halt is cleared.</summary>
    public void Halt(byte endpoint)
    {
        FakeUsbTransfer[] ended;
        lock (_gate)
        {
            _halted.Add(endpoint);
            ended = [.. At(endpoint)];
            At(endpoint).Clear();
        }

        foreach (var transfer in ended)
        {
            Finish(transfer, UsbTransferStatus.Stalled, transfer.Endpoint.IsIn ? transfer.Got : 0);
        }
    }

    /// <summary>Pulls the device: everything ends as gone, except where an endpoint is deaf.</summary>
    public void Unplug()
    {
        FakeUsbTransfer[] ended;
        lock (_gate)
        {
            _gone = true;
            ended = [.. _pending.Where(entry => !Deaf.Contains(entry.Key)).SelectMany(static entry => entry.Value)];
            foreach (var (_, waiting) in _pending.Where(entry => !Deaf.Contains(entry.Key)))
            {
                waiting.Clear();
            }
        }

        foreach (var transfer in ended)
        {
            Finish(transfer, UsbTransferStatus.Gone, 0);
        }
    }

    internal void Submitted(FakeUsbTransfer transfer)
    {
        var endpoint = transfer.Endpoint.Address;
        UsbTransferStatus? status = null;
        lock (_gate)
        {
            if (IsDisposed)
            {
                Violations.Add($"{endpoint:X2}: submitted to a closed device");
            }

            if (_gone)
            {
                status = UsbTransferStatus.Gone;
            }
            else if (_halted.Contains(endpoint))
            {
                status = UsbTransferStatus.Stalled;
            }
            else if (transfer.Endpoint.IsIn || Holding.Contains(endpoint))
            {
                At(endpoint).Add(transfer);
                Monitor.PulseAll(_gate);
                return;
            }
        }

        if (status is { } ended)
        {
            Finish(transfer, ended, 0);
        }
        else
        {
            TakeOut(transfer);
        }
    }

    internal void Cancelled(FakeUsbTransfer transfer)
    {
        lock (_gate)
        {
            if (Deaf.Contains(transfer.Endpoint.Address) || !At(transfer.Endpoint.Address).Remove(transfer))
            {
                return;
            }
        }

        Finish(transfer, UsbTransferStatus.Cancelled, transfer.Got);
    }

    private void TakeOut(FakeUsbTransfer transfer)
    {
        var endpoint = transfer.Endpoint.Address;
        var setup = transfer.Endpoint.Kind == UsbTransferKind.Control ? 8 : 0;
        var end = (Status: UsbTransferStatus.Completed, Moved: transfer.Length - setup);
        lock (_gate)
        {
            if (Script.TryGetValue(endpoint, out var script) && script.TryDequeue(out var scripted))
            {
                end = scripted;
            }
        }

        byte[]? packet = null;
        if (end.Status == UsbTransferStatus.Completed)
        {
            Interlocked.Increment(ref _takenCount);
            if (KeepTaken)
            {
                packet = transfer.Buffer[..transfer.Length].ToArray();
                lock (_gate)
                {
                    _taken.Add((endpoint, packet));
                    Monitor.PulseAll(_gate);
                }
            }
        }

        Finish(transfer, end.Status, end.Moved);
        if (packet is not null)
        {
            OnTaken?.Invoke(endpoint, packet);
        }
    }

    private void Finish(FakeUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        if (CompletesInCall)
        {
            transfer.End(status, length);
        }
        else
        {
            bus.Post(transfer, status, length);
        }
    }

    private void Call(string call, bool needsDevice = true)
    {
        if (FakeUsbTransfer.IsWithinCompletion)
        {
            Violations.Add($"{call}: waits for the device within a completion");
        }

        OnCall?.Invoke(call);
        lock (_gate)
        {
            Calls.Enqueue(call);
            Monitor.PulseAll(_gate);
        }

        if (Refusals.TryGetValue(call, out var refusal))
        {
            throw refusal;
        }

        if (_gone && needsDevice)
        {
            throw call.StartsWith("claim", StringComparison.Ordinal)
                ? new ControllerUnavailableException("The device is gone; plug it in again.")
                : new IOException("the device is gone");
        }
    }

    private List<FakeUsbTransfer> At(byte endpoint) =>
        _pending.TryGetValue(endpoint, out var waiting) ? waiting : _pending[endpoint] = [];

    private void Await(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
        lock (_gate)
        {
            while (!condition())
            {
                WaitUnderGate(deadline, what);
            }
        }
    }

    private void WaitUnderGate(long deadline, string what)
    {
        var left = deadline - Environment.TickCount64;
        if (left <= 0 || !Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left)))
        {
            throw new TimeoutException($"{what} did not come");
        }
    }
}
