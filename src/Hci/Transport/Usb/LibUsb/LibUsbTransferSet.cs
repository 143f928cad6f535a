namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>The transfers of one device that are not freed: the device closes after the last of them.</summary>
internal sealed class LibUsbTransferSet
{
    private readonly HashSet<LibUsbTransfer> _transfers = [];
    private bool _ended;

    /// <summary>A transfer was made.</summary>
    /// <returns>False where the device closes: nothing would free it.</returns>
    public bool TryAdd(LibUsbTransfer transfer)
    {
        lock (_transfers)
        {
            return !_ended && _transfers.Add(transfer);
        }
    }

    /// <summary>Frees a transfer that nobody uses any more.</summary>
    public void Free(LibUsbTransfer transfer)
    {
        lock (_transfers)
        {
            _transfers.Remove(transfer);
            transfer.FreeMemory();
            Monitor.PulseAll(_transfers);
        }
    }

    /// <summary>Cancels a transfer, unless it was freed meanwhile.</summary>
    public void Cancel(LibUsbTransfer transfer)
    {
        lock (_transfers)
        {
            if (_transfers.Contains(transfer))
            {
                transfer.CancelNative();
            }
        }
    }

    /// <summary>Cancels all.</summary>
    public void CancelAll()
    {
        lock (_transfers)
        {
            foreach (var transfer in _transfers)
            {
                transfer.CancelNative();
            }
        }
    }

    /// <summary>Disposes what is left and waits until the device has given it back.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <returns>Whether all are freed.</returns>
    public bool End(TimeSpan limit)
    {
        LibUsbTransfer[] left;
        lock (_transfers)
        {
            _ended = true;
            left = [.. _transfers];
        }

        foreach (var transfer in left)
        {
            transfer.Dispose();
        }

        var start = TimeProvider.System.GetTimestamp();
        lock (_transfers)
        {
            while (_transfers.Count > 0)
            {
                var remaining = limit - TimeProvider.System.GetElapsedTime(start);
                if (remaining <= TimeSpan.Zero || !Monitor.Wait(_transfers, remaining))
                {
                    return _transfers.Count == 0;
                }
            }
        }

        return true;
    }
}
