using System.Diagnostics;
using System.Globalization;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Contracts;

namespace HostStack.UsbGuest;

/// <summary>What only a real kernel can show: completions by the hundred, and a device that is closed over its
/// transfers.</summary>
internal static class TransferChecks
{
    private const int Warming = 200;
    private const int Counted = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // After this a device that is closed leaves its transfers to the system.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(1);

    // Idle time does not pass while somebody spins. Many times what closing takes a guest alone: a busy machine makes less of it.
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<(string Name, Func<UsbSubject, string> Check)> All { get; } =
    [
        ("Completions_OneAfterTheOther_AllocateNothing", AllocateNothing),
        ("Close_WithTransfersOutstanding_EndsThemAll", ClosesOverTransfers),
    ];

    // Each event's completion sends the next command and submits itself again, all on the thread of the completions.
    private static string AllocateNothing(UsbSubject subject)
    {
        using var device = Opened(subject);
        using var relay = new CommandRelay(device, Warming, Counted);
        var seconds = relay.Run(Limit).TotalSeconds;
        if (relay.Allocated != 0)
        {
            throw new CheckFailedException($"{Counted} commands and events allocated {relay.Allocated} octets.");
        }

        return string.Create(CultureInfo.InvariantCulture, $": {Counted} commands and events, 0 octets, {seconds * 1000 / Counted:F2} ms each");
    }

    private static string ClosesOverTransfers(UsbSubject subject)
    {
        const int Outstanding = 11;
        var nobody = new SilentUser();
        var device = Opened(subject);
        var (events, data) = (Endpoint(device, UsbTransferKind.Interrupt), Endpoint(device, UsbTransferKind.Bulk));
        var transfers = Enumerable.Range(0, Outstanding).Select(i => device.CreateTransfer(i < 3 ? events : data, 1024, nobody)).ToArray();
        foreach (var transfer in transfers)
        {
            transfer.Submit(1024);
        }

        var (started, idle) = (Stopwatch.GetTimestamp(), IdleTime());
        device.Dispose();
        var (took, waited) = (Stopwatch.GetElapsedTime(started), IdleTime() - idle);
        if (waited > s_closing / 2)
        {
            throw new CheckFailedException(
                $"Closing waited {waited.TotalSeconds:F1} s of {took.TotalSeconds:F1} s: the kernel has not given the transfers back.");
        }

        if (took > s_busy)
        {
            throw new CheckFailedException($"Closing took {took.TotalSeconds:F1} s, and waited only {waited.TotalSeconds:F1} s of them.");
        }

        foreach (var transfer in transfers)
        {
            transfer.Dispose();
        }

        using var again = Opened(subject);
        return string.Create(CultureInfo.InvariantCulture, $": {Outstanding} outstanding, {took.TotalMilliseconds:F0} ms; open again");
    }

    // How long the processor had nothing to do. It passes while a program waits, and does not while a busy machine lets the guest
    // wait for a processor.
    private static TimeSpan IdleTime() => TimeSpan.FromSeconds(
        double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[1], CultureInfo.InvariantCulture));

    private static IUsbDevice Opened(UsbSubject subject)
    {
        var device = subject.Bus.Open(subject.Find());
        device.Claim(0);
        return device;
    }

    private static UsbEndpoint Endpoint(IUsbDevice device, UsbTransferKind kind) =>
        device.Info.Interfaces.First(static one => one is { Number: 0, Alternate: 0 }).Endpoints.First(end => end.Kind == kind && end.IsIn);

    private sealed class SilentUser : IUsbTransferUser
    {
        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
        }
    }

    /// <summary>Read Local Version, again and again: command, event, command.</summary>
    private sealed class CommandRelay : IUsbTransferUser, IDisposable
    {
        private const int SetupSize = 8;
        private static readonly byte[] ReadVersion = [0x20, 0, 0, 0, 0, 0, 3, 0, 0x01, 0x10, 0x00];

        private readonly int _warming;
        private readonly int _all;
        private readonly IUsbTransfer _command;
        private readonly IUsbTransfer _event;
        private readonly ManualResetEventSlim _done = new();
        private long _before;
        private long _started;
        private int _events;
        private int _halves;
        private string? _failure;

        public CommandRelay(IUsbDevice device, int warming, int counted)
        {
            (_warming, _all) = (warming, warming + counted);
            _command = device.CreateTransfer(UsbEndpoint.Control, SetupSize + 3, this);
            _event = device.CreateTransfer(Endpoint(device, UsbTransferKind.Interrupt), 64, this);
            ReadVersion.CopyTo(_command.Buffer);
        }

        public long Allocated { get; private set; }

        public TimeSpan Run(TimeSpan limit)
        {
            _event.Submit(64);
            _command.Submit(ReadVersion.Length);
            if (!_done.Wait(limit) || _failure is not null)
            {
                throw new CheckFailedException(_failure ?? $"After {limit.TotalSeconds} s only {_events} events had come.");
            }

            return Stopwatch.GetElapsedTime(_started);
        }

        public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
        {
            if (status != UsbTransferStatus.Completed)
            {
                _failure ??= $"A transfer ended as {status}.";
                _done.Set();
                return;
            }

            // The command's own end and its event's come in either order.
            if (++_halves < 2)
            {
                return;
            }

            _halves = 0;
            if (++_events == _warming)
            {
                _started = Stopwatch.GetTimestamp();
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_events == _all)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
                _done.Set();
                return;
            }

            _event.Submit(64);
            _command.Submit(ReadVersion.Length);
        }

        public void Dispose()
        {
            _command.Dispose();
            _event.Dispose();
            _done.Dispose();
        }
    }
}
