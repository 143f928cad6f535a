using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Carries completed transfers from the bus's thread, which may not be held up, to a thread of its own, which the
/// sink may hold back.</summary>
/// <remarks>
/// <para>One queue for both pipes, in the order in which they completed: a packet that came before Encryption Change was not
/// encrypted and must not be delivered after it. An event so waits for the data that came before it, never for more than the
/// ring of transfers holds, and never for data that came after it.</para>
/// <para>The answer to Reset restarts the pipe of data: what was half received is of before.</para>
/// </remarks>
internal sealed class UsbReceiver : IHciTransportSink
{
    private const byte CommandStatus = 0x0F;
    private const int RefusedOpCodeAt = 5;

    private readonly object _gate = new();
    private readonly IUsbPipeOwner _owner;
    private readonly UsbTransportLimits _limits;
    private readonly Queue<Entry> _queue;
    private readonly Thread _thread;

    // The command never reached the controller, so its credit is back.
    private readonly byte[] _refusal = [(byte)H4PacketType.Event, CommandStatus, 4, (byte)HciStatus.UnknownCommand, 1, 0, 0];
    private UsbInPipe[] _pipes = [];
    private IHciTransportSink? _sink;
    private Exception? _failure;
    private TimeLeft _mending;
    private bool _started;
    private volatile bool _ending;
    private volatile bool _resetting;
    private volatile bool _framingTold;

    public UsbReceiver(string name, IUsbPipeOwner owner, UsbTransportLimits limits)
    {
        _owner = owner;
        _limits = limits;
        _queue = new Queue<Entry>(limits.Events + limits.DataIn + limits.Commands + 1);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>Whether the transport is ending.</summary>
    public bool IsEnding => _ending;

    /// <summary>Whether a Reset has been sent and not answered.</summary>
    public bool IsResetting => _resetting;

    /// <summary>Begins to receive.</summary>
    /// <param name="sink">Who gets the packets.</param>
    /// <param name="pipes">The pipes, idle.</param>
    public void Start(IHciTransportSink sink, params UsbInPipe[] pipes)
    {
        _sink = sink;
        _pipes = pipes;
        _started = true;
        _thread.Start();
    }

    /// <summary>A Reset is about to be sent: its answer mends what is lost. The loop.</summary>
    public void ResetSent()
    {
        // In this order: what is lost between the two has been told, and is mended by this Reset.
        _resetting = true;
        _framingTold = false;
    }

    /// <summary>A transfer has completed. The bus's thread, or the one that submitted it.</summary>
    public void Completed(UsbInPipe pipe, IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        lock (_gate)
        {
            pipe.Outstanding--;
            _queue.Enqueue(new Entry { Pipe = pipe, Transfer = transfer, Status = status, Length = length });
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The device refused a command: the sink is given the Command Status that the controller could not give.
    /// Any thread.</summary>
    public void Refused(ushort opCode) => Enqueue(new Entry { OpCode = opCode });

    /// <summary>Octets were lost on their way to the controller. Any thread.</summary>
    public void OutFramingLost(string detail) => Enqueue(new Entry { Detail = detail });

    /// <summary>Gives a transfer to the device. The receiver's thread.</summary>
    public void Submit(UsbInPipe pipe, IUsbTransfer transfer, int length)
    {
        lock (_gate)
        {
            if (_ending)
            {
                return;
            }

            pipe.Outstanding++;
        }

        transfer.Submit(length);
    }

    /// <summary>A pipe begins to be mended: its transfers must come back in time. The receiver's thread.</summary>
    public void Mending(string pipe, UsbTransferStatus status)
    {
        _owner.Mending(pipe, status);
        _mending = new TimeLeft(_limits.Reap, _limits.Clock);
    }

    /// <summary>The device is gone, or a pipe failed for good. The receiver's thread.</summary>
    public void Lost(Exception failure) => _owner.Lost(failure);

    /// <summary>Ends the receiver; the first call counts. Any thread; never blocks.</summary>
    /// <param name="failure">Why; null where the transport is closed in order.</param>
    public void End(Exception? failure)
    {
        lock (_gate)
        {
            if (!_ending)
            {
                _failure = failure;
                _ending = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>After <see cref="End"/>: waits for the thread, which calls all transfers back and tells the sink, as its last
    /// acts.</summary>
    public void Join()
    {
        if (_started)
        {
            _thread.Join();
        }
    }

    /// <summary>After <see cref="Join"/>: waits for the transfers of a pipe.</summary>
    /// <param name="pipe">Which.</param>
    /// <param name="left">The limit of all pipes together.</param>
    /// <returns>Whether all came back.</returns>
    public bool Drain(UsbInPipe pipe, TimeLeft left)
    {
        lock (_gate)
        {
            return left.Wait(_gate, pipe, static pipe => pipe.Outstanding == 0);
        }
    }

    void IHciTransportSink.PacketReceived(ReadOnlySpan<byte> packet)
    {
        if (_resetting && ResetExchange.IsAnswer(packet))
        {
            _resetting = false;
            foreach (var pipe in _pipes)
            {
                pipe.ControllerRestarted();
            }
        }

        _sink!.PacketReceived(packet);
    }

    // One loss, one telling: the host resets the controller, which mends both pipes.
    void IHciTransportSink.FramingLost(string detail)
    {
        if (!_framingTold && !_resetting)
        {
            _framingTold = true;
            _sink!.FramingLost(detail);
        }
    }

    void IHciTransportSink.Closed(Exception? failure) => Lost(failure ?? new IOException("it was closed"));

    private void Enqueue(in Entry entry)
    {
        lock (_gate)
        {
            _queue.Enqueue(entry);
            Monitor.PulseAll(_gate);
        }
    }

#pragma warning disable CA1031 // Whatever fails on this thread ends the transport by the one path, and is handed to the sink.
    private void Run()
    {
        try
        {
            Array.ForEach(_pipes, static pipe => pipe.Begin());
            while (TryTake(out var entry))
            {
                Handle(entry);
            }
        }
        catch (Exception failure)
        {
            Lost(failure);
        }

        Array.ForEach(_pipes, static pipe => pipe.Cancel());
        _sink!.Closed(_failure);
    }
#pragma warning restore CA1031

    private void Handle(in Entry entry)
    {
        if (entry.Pipe is { } pipe)
        {
            pipe.Take(entry.Transfer!, entry.Status, entry.Length);
        }
        else if (entry.Detail is { } detail)
        {
            ((IHciTransportSink)this).FramingLost(detail);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_refusal.AsSpan(RefusedOpCodeAt), entry.OpCode);
            _sink!.PacketReceived(_refusal);
        }
    }

    private bool TryTake(out Entry entry)
    {
        lock (_gate)
        {
            var isInTime = true;
            while (!_ending)
            {
                // First: what has come is not late, however late this thread sees it.
                if (_queue.TryDequeue(out entry))
                {
                    return true;
                }

                if (!isInTime)
                {
                    break;
                }

                isInTime = TryWaitUnderGate();
            }
        }

        entry = default;
        if (!_ending)
        {
            Lost(new IOException("its transfers do not come back"));
        }

        return false;
    }

    // Without end, unless a pipe is being mended.
    private bool TryWaitUnderGate() =>
        Array.Exists(_pipes, static pipe => pipe.IsMending) ? _mending.Wait(_gate) : Monitor.Wait(_gate);

    /// <summary>A transfer that came back; a command that was refused (neither pipe nor detail); or a loss of octets.</summary>
    private readonly record struct Entry
    {
        public UsbInPipe? Pipe { get; init; }

        public IUsbTransfer? Transfer { get; init; }

        public UsbTransferStatus Status { get; init; }

        public int Length { get; init; }

        public ushort OpCode { get; init; }

        public string? Detail { get; init; }
    }
}
