using HostStack.Ethernet;
using HostStack.NetDevices.Tap;

namespace HostStack.NetDevices.Windows;

/// <summary>The pump of a TAP-Windows6 adapter.</summary>
/// <remarks>A network that asks for a pause leaves its frame in the device's buffer, and the device is not read: its own
/// bounded queue fills.</remarks>
internal sealed class TapFramePump(ITapDevice device, int longestFrame, ITapPumpUser user) : TapPump(user)
{
    // Nobody tells that the machine is awake again.
    private const int IdleMilliseconds = 500;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    /// <inheritdoc/>
    protected override bool WaitsForResume => true;

    /// <summary>Ends the thread.</summary>
    /// <returns>Completes when nothing is called any more; not waited for by the thread itself.</returns>
    public Task EndAsync()
    {
        _closing = true;
        device.Wake();
        return _ended.Task;
    }

    /// <inheritdoc/>
    protected override void Run()
    {
        try
        {
            while (!_closing)
            {
                var flushes = Flushes;
                switch (device.Read(out var octets))
                {
                    case TapRead.Frame:
                        Deliver(octets, flushes);
                        break;
                    case TapRead.Idle:
                        device.WaitForWake(IdleMilliseconds);
                        break;
                    case TapRead.Lost:
                        if (!_closing)
                        {
                            TellLost("");
                        }

                        return;
                }
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    /// <inheritdoc/>
    protected override void Wake() => device.Wake();

    // The flushes before the frame was read: what came before one is not the next network's.
    private void Deliver(ReadOnlySpan<byte> octets, int flushes)
    {
        if (octets.Length > longestFrame || !EthernetFrame.TryParse(octets, out var frame))
        {
            CountDrop();
            return;
        }

        var network = Network;
        while (!_closing)
        {
            var resumes = Resumes;
            if (network is not { } sink || flushes != Flushes)
            {
                CountDrop();
                return;
            }

            if (TryOffer(sink, frame))
            {
                return;
            }

            CountPause();
            while (resumes == Resumes && flushes == Flushes && !_closing)
            {
                device.WaitForWake(Timeout.Infinite);
            }
        }
    }
}
