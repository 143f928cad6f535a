using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>The thread on which the transfers of one context complete: it waits in libusb, whose callbacks run there, and
/// tells of the transfers that could not be submitted.</summary>
/// <remarks>A user that throws ends its device, and no other (<see cref="UsbUserGuard"/>).</remarks>
internal sealed class LibUsbEvents : IDisposable
{
    // An error of the wait itself that stays must not make the thread spin.
    private static readonly TimeSpan s_afterError = TimeSpan.FromMilliseconds(10);

    private readonly ILibUsb _library;
    private readonly nint _context;
    private readonly LibUsbTransferSet _transfers;
    private readonly UsbUserGuard _users;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ending = new();
    private LibUsbTransfer? _refused;

    /// <summary>Starts the thread.</summary>
    /// <param name="library">libusb.</param>
    /// <param name="context">Its context; no other thread waits in it.</param>
    /// <param name="transfers">Whose completions come here.</param>
    /// <param name="name">The device, for the log and the thread's name.</param>
    /// <param name="log">Where faults of users are told.</param>
    public LibUsbEvents(ILibUsb library, nint context, LibUsbTransferSet transfers, string name, ILogger log)
    {
        _library = library;
        _context = context;
        _transfers = transfers;
        _users = new UsbUserGuard(name, log);
        _thread = new Thread(Run) { IsBackground = true, Name = $"usb {name}" };
        _thread.Start();
    }

    /// <summary>Whether the caller is this thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Whether a user threw: its device is given up.</summary>
    public bool HasFailed => _users.HasFailed;

    /// <summary>A transfer could not be submitted: its completion comes from this thread like every other. Any thread.</summary>
    public void Refuse(LibUsbTransfer transfer)
    {
        lock (_gate)
        {
            transfer.NextRefused = _refused;
            _refused = transfer;
        }

        _library.InterruptEvents(_context);
    }

    /// <summary>Tells the user of a transfer that it has ended. The thread itself.</summary>
    public void Tell(IUsbTransferUser user, LibUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        if (!_users.TryTell(user, transfer, status, length))
        {
            _transfers.CancelAll();
        }
    }

    /// <summary>Ends the thread and waits for it. Not on the thread itself.</summary>
    public void Dispose()
    {
        _ending.Set();
        _library.InterruptEvents(_context);
        _thread.Join();
        _ending.Dispose();
    }

    private void Run()
    {
        while (!_ending.IsSet)
        {
            var error = _library.HandleEvents(_context);
            TellRefused();
            if (error is not (LibUsbError.Success or LibUsbError.Interrupted))
            {
                _ending.Wait(s_afterError);
            }
        }

        TellRefused();
    }

    // One round: what is refused again meanwhile has interrupted the next wait.
    private void TellRefused()
    {
        LibUsbTransfer? first = null;
        lock (_gate)
        {
            // The last one stands first.
            while (_refused is { } next)
            {
                _refused = next.NextRefused;
                next.NextRefused = first;
                first = next;
            }
        }

        while (first is { } transfer)
        {
            first = transfer.NextRefused;
            transfer.NextRefused = null;
            transfer.EndRefused();
        }
    }
}
