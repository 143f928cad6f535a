using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

/// <summary>Keeps what a transport delivers.</summary>
internal sealed class RecordingSink : IHciTransportSink
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _arrived = new(0);

    public List<byte[]> Packets { get; } = [];

    public List<string> Losses { get; } = [];

    public List<Exception?> Closings { get; } = [];

    public Task WhenClosed => _closed.Task;

    public bool Keep { get; set; } = true;

    public long Octets { get; private set; }

    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        Octets += packet.Length;
        if (Keep)
        {
            Packets.Add(packet.ToArray());
            _arrived.Release();
        }
    }

    public void FramingLost(string detail)
    {
        Losses.Add(detail);
        _arrived.Release();
    }

    public void Closed(Exception? failure)
    {
        Closings.Add(failure);
        _closed.TrySetResult();
    }

    /// <summary>Waits for one more packet or loss.</summary>
    public Task ArrivedAsync() => _arrived.WaitAsync(TimeSpan.FromSeconds(60));
}
