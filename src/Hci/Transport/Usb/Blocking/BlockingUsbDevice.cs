using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Transport.Usb.Blocking;

/// <summary>A device of a USB library that can only wait: it has neither submitting nor cancelling. What derives from this
/// class says how the library waits; transfers, their order, cancelling and halts are here.</summary>
/// <remarks>
/// <para>Each endpoint that has transfers has a thread, which waits in slices of time and looks for cancelled transfers
/// between them. One transfer of an endpoint is with the device at a time, so that the order of the data is the order of
/// the completions; the device holds its data back meanwhile. Submitting and completing allocate nothing.</para>
/// <para>A change of settings ends what is under way on the bus, so that it waits for the slices of all endpoints.</para>
/// </remarks>
public abstract class BlockingUsbDevice : IUsbDevice
{
    /// <summary>How long <see cref="Move"/> waits at most, milliseconds: so long a cancelled transfer may take to end.</summary>
    protected const int SliceMilliseconds = 100;

    // The settings of what is claimed, the endpoints, and whether it is over. Taken before the lock of the settings.
    private readonly Lock _gate = new();
    private readonly Dictionary<byte, byte> _alternates = [];
    private readonly Dictionary<byte, BlockingEndpoint> _endpoints = [];

    // Read by who moves octets, written by who changes a setting under them.
    private readonly ReaderWriterLockSlim _settings = new();
    private readonly Lock _completing = new();
    private readonly UsbUserGuard _users;
    private bool _disposed;

    /// <summary>Takes over a device that is open.</summary>
    /// <param name="info">What the bus tells of it.</param>
    /// <param name="log">Where faults of the users of its transfers are told; null: nowhere.</param>
    protected BlockingUsbDevice(UsbDeviceInfo info, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(info);
        Info = info;
        _users = new UsbUserGuard(info.Location, log ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    public UsbDeviceInfo Info { get; }

    /// <inheritdoc/>
    public void Claim(byte interfaceNumber)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_alternates.ContainsKey(interfaceNumber))
            {
                ClaimInterface(interfaceNumber);
                _alternates[interfaceNumber] = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Release(byte interfaceNumber)
    {
        lock (_gate)
        {
            if (_alternates.Remove(interfaceNumber))
            {
                ReleaseInterface(interfaceNumber);
            }
        }
    }

    /// <inheritdoc/>
    public void SelectAlternate(byte interfaceNumber, byte alternate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _settings.EnterWriteLock();
            try
            {
                SelectSetting(interfaceNumber, alternate);
                _alternates[interfaceNumber] = alternate;
            }
            finally
            {
                _settings.ExitWriteLock();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Selects the interface's setting once more, which clears the halts of its endpoints and begins their data
    /// toggles anew, on both sides (USB 2.0, 9.4.5 and 9.4.10).</remarks>
    public void ClearHalt(byte endpoint)
    {
        var owner = Info.Interfaces.FirstOrDefault(one => one.Endpoints.Any(end => end.Address == endpoint))
            ?? throw new IOException($"USB device {Info.Id} has no endpoint {endpoint:x2}.");
        lock (_gate)
        {
            SelectAlternate(owner.Number, _alternates.GetValueOrDefault(owner.Number));
        }
    }

    /// <inheritdoc/>
    public IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_endpoints.TryGetValue(endpoint.Address, out var queue))
            {
                _endpoints[endpoint.Address] = queue = new BlockingEndpoint(this, endpoint);
            }

            return queue.CreateTransfer(capacity, user);
        }
    }

    /// <summary>Ends the threads, releases what is claimed, closes the device. Idempotent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        // Without the gate, which a completion that makes a transfer takes: the endpoints' threads are waited for.
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes an interface, and detaches the driver that has it.</summary>
    /// <param name="interfaceNumber">One that is not claimed.</param>
    /// <exception cref="ControllerUnavailableException">It cannot be had; the message names the remedy.</exception>
    protected abstract void ClaimInterface(byte interfaceNumber);

    /// <summary>Gives an interface back, and attaches the driver that had it. A device that is gone is no error.</summary>
    /// <param name="interfaceNumber">One that is claimed.</param>
    protected abstract void ReleaseInterface(byte interfaceNumber);

    /// <summary>Selects an alternate setting, also where it is the one that is selected.</summary>
    /// <param name="interfaceNumber">One that is claimed.</param>
    /// <param name="alternate">bAlternateSetting.</param>
    /// <exception cref="IOException">The device refuses, or is gone.</exception>
    protected abstract void SelectSetting(byte interfaceNumber, byte alternate);

    /// <summary>Moves octets of one transfer for <see cref="SliceMilliseconds"/> at most. One thread for each endpoint.</summary>
    /// <param name="endpoint">Where they go to or come from.</param>
    /// <param name="buffer">The transfer's octets; those of a request begin with the setup packet.</param>
    /// <param name="offset">Where to go on, after what earlier slices moved; 0 for what is received and for requests.</param>
    /// <param name="length">How many octets to send, or to receive at most; the setup packet included.</param>
    /// <param name="moved">How many were moved in this slice, also where it failed; the setup packet not counted.</param>
    /// <returns>How the transfer ended; null where the slice ended first. A request may wait longer, and always ends.
    /// An exception is <see cref="UsbTransferStatus.Failed"/>.</returns>
    protected abstract UsbTransferStatus? Move(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved);

    /// <summary>Closes the device, after its threads have ended.</summary>
    /// <param name="disposing">True always: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var endpoint in _endpoints.Values)
        {
            endpoint.Dispose();
        }

        lock (_gate)
        {
            foreach (var claimed in _alternates.Keys.ToArray())
            {
                Release(claimed);
            }
        }

        _settings.Dispose();
    }

#pragma warning disable CA1031 // What a library throws is a failed transfer: on this thread it would end the process.
    internal UsbTransferStatus? MoveSlice(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved)
    {
        // What is with the library ends with its slice.
        if (_users.HasFailed)
        {
            moved = 0;
            return UsbTransferStatus.Gone;
        }

        _settings.EnterReadLock();
        try
        {
            return Move(endpoint, buffer, offset, length, out moved);
        }
        catch (Exception)
        {
            moved = 0;
            return UsbTransferStatus.Failed;
        }
        finally
        {
            _settings.ExitReadLock();
        }
    }
#pragma warning restore CA1031

    internal void Complete(IUsbTransferUser user, IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        lock (_completing)
        {
            _ = _users.TryTell(user, transfer, status, length);
        }
    }
}
