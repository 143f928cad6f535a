using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Contracts;

/// <summary>How transfers ended, in order; waited for with a bound.</summary>
internal sealed class UsbCompletions(TimeSpan patience) : IUsbTransferUser
{
    private readonly Queue<UsbCompletion> _ended = [];
    private int _inside;

    /// <summary>Called within each completion, before it can be waited for.</summary>
    public Action<UsbCompletion>? Within { get; set; }

    /// <summary>Whether two completions came at once.</summary>
    public bool Overlapped { get; private set; }

    public int Count
    {
        get
        {
            lock (_ended)
            {
                return _ended.Count;
            }
        }
    }

    public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        Overlapped |= Interlocked.Increment(ref _inside) != 1;
        var start = transfer.Endpoint.Kind == UsbTransferKind.Control ? UsbConversation.SetupSize : 0;
        var completion = new UsbCompletion(transfer, status, transfer.Buffer.Slice(start, length).ToArray());
        Within?.Invoke(completion);
        Interlocked.Decrement(ref _inside);
        lock (_ended)
        {
            _ended.Enqueue(completion);
            Monitor.PulseAll(_ended);
        }
    }

    /// <summary>The next one.</summary>
    public UsbCompletion Wait(string what)
    {
        var limit = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (_ended)
        {
            while (_ended.Count == 0)
            {
                var left = limit - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_ended, (int)left))
                {
                    throw new CheckFailedException($"No completion came: {what}.");
                }
            }

            return _ended.Dequeue();
        }
    }
}

/// <summary>How a transfer ended.</summary>
/// <param name="Transfer">Which.</param>
/// <param name="Status">How.</param>
/// <param name="Data">What was moved, the setup packet not counted.</param>
internal sealed record UsbCompletion(IUsbTransfer Transfer, UsbTransferStatus Status, byte[] Data);
