using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A transfer of a <see cref="FakeUsbDevice"/>, which notes whoever breaks the rules of <see cref="IUsbTransfer"/>.</summary>
public sealed class FakeUsbTransfer(FakeUsbDevice device, UsbEndpoint endpoint, int capacity, IUsbTransferUser user) : IUsbTransfer
{
    [ThreadStatic]
    private static int t_withinCompletion;

    private readonly byte[] _buffer = new byte[capacity];
    private readonly Lock _calls = new();
    private volatile bool _submitted;

    /// <summary>Whether the calling thread is within a completion, where nobody may wait.</summary>
    public static bool IsWithinCompletion => t_withinCompletion > 0;

    public UsbEndpoint Endpoint => endpoint;

    public Span<byte> Buffer
    {
        get
        {
            if (IsDisposed)
            {
                device.Violations.Add($"{endpoint.Address:X2}: used after its end");
            }

            return _buffer;
        }
    }

    public bool IsSubmitted => _submitted;

    public bool IsDisposed { get; private set; }

    /// <summary>Octets that were asked for, or given.</summary>
    public int Length { get; private set; }

    /// <summary>Octets that a transfer towards the host has got so far.</summary>
    internal int Got { get; set; }

    public void Submit(int length)
    {
        using var _ = Alone("Submit");
        if (_submitted || IsDisposed || length > _buffer.Length)
        {
            device.Violations.Add($"{endpoint.Address:X2}: submitted {(_submitted ? "twice" : IsDisposed ? "after its end" : "beyond its buffer")}");
            return;
        }

        Length = length;
        Got = 0;
        _submitted = true;
        device.Submitted(this);
    }

    public void Cancel()
    {
        using var _ = Alone("Cancel");
        device.OnCall?.Invoke($"cancel {endpoint.Address:X2}");
        if (IsDisposed)
        {
            device.Violations.Add($"{endpoint.Address:X2}: cancelled after its end");
            return;
        }

        device.Cancelled(this);
    }

    public void Dispose()
    {
        device.OnCall?.Invoke($"free {endpoint.Address:X2}");
        if (_submitted)
        {
            device.Violations.Add($"{endpoint.Address:X2}: disposed while the device has it");
        }

        IsDisposed = true;
    }

    internal void End(UsbTransferStatus status, int length)
    {
        _submitted = false;
        t_withinCompletion++;
        user.Completed(this, status, length);
        t_withinCompletion--;
    }

    // Two calls at once are the maker's mistake; a completion within a call is not.
    private Lock.Scope Alone(string call)
    {
        if (!_calls.TryEnter())
        {
            device.Violations.Add($"{endpoint.Address:X2}: {call} while another call lasts");
            return _calls.EnterScope();
        }

        var scope = _calls.EnterScope();
        _calls.Exit();
        return scope;
    }
}
