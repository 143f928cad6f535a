using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Between a thread of completions and the users that it tells: one that throws ends its device, and not the process.
/// From then on all transfers of the device end as <see cref="UsbTransferStatus.Gone"/>, those that are submitted later,
/// too.</summary>
/// <param name="name">The device, as the log shall name it.</param>
/// <param name="log">Where faults of users are told.</param>
internal sealed class UsbUserGuard(string name, ILogger log)
{
    private volatile bool _hasFailed;

    /// <summary>Whether a user threw: its device is given up.</summary>
    public bool HasFailed => _hasFailed;

#pragma warning disable CA1031 // On a thread of the bus it would end the process, or go into native code.
    /// <summary>Tells the user of a transfer that it has ended.</summary>
    /// <returns>False where the user threw: what is submitted is to be called back. Who submits at this moment sees
    /// <see cref="HasFailed"/> afterwards.</returns>
    public bool TryTell(IUsbTransferUser user, IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        try
        {
            var (told, moved) = _hasFailed ? (UsbTransferStatus.Gone, 0) : (status, length);
            user.Completed(transfer, told, moved);
            return true;
        }
        catch (Exception fault)
        {
            _hasFailed = true;
            Tell(fault);
            return false;
        }
    }

    private void Tell(Exception fault)
    {
        try
        {
            UsbLog.UserFailed(log, name, fault);
        }
        catch (Exception)
        {
            // A log that throws is often what the user failed of.
        }
    }
#pragma warning restore CA1031
}
