using HostStack.Hci.Transport;

namespace HostStack.Testing;

/// <summary>A transport that keeps what the host sends, and through which a test speaks as the controller.</summary>
public sealed class FakeHciTransport : IHciTransport
{
    private IHciTransportSink? _sink;

    public string Name => "fake";

    public IBaudRateControl? Line { get; set; }

    public string SilenceRemedy { get; set; } = "unplug it and plug it in again";

    /// <summary>Copies of the packets that were sent, oldest first.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Switch off to let a test send without keeping copies (allocation counts).</summary>
    public bool KeepSent { get; set; } = true;

    public long SentCount { get; private set; }

    public int Flushes { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Called with each packet after it was kept: a controller that answers.</summary>
    public Action<byte[]>? OnSend { get; set; }

    /// <summary>Called as the transport starts: one that cannot may throw.</summary>
    public Action? OnStart { get; set; }

    public ControllerDevice? Device { get; set; }

    public void Start(IHciTransportSink sink)
    {
        _sink = sink;
        OnStart?.Invoke();
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        SentCount++;
        if (KeepSent)
        {
            var copy = packet.ToArray();
            Sent.Add(copy);
            OnSend?.Invoke(copy);
        }
    }

    public void Flush() => Flushes++;

    /// <summary>Speaks as the controller.</summary>
    public void Deliver(params ReadOnlySpan<byte> packet) => _sink!.PacketReceived(packet);

    public void LoseFraming(string detail) => _sink!.FramingLost(detail);

    public void Close(Exception? failure) => _sink!.Closed(failure);

    /// <summary>The oldest packet that was sent and not taken yet.</summary>
    public byte[] TakeSent()
    {
        var first = Sent[0];
        Sent.RemoveAt(0);
        return first;
    }

    /// <summary>What closing waits for: a device that takes its time.</summary>
    public Task Closing { get; set; } = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Closing;
        IsDisposed = true;
    }
}
