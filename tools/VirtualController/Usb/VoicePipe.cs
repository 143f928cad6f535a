using HostStack.Hci.Loop;
using HostStack.Hci.Transport.Usb;

namespace HostStack.VirtualController.Usb;

/// <summary>An isochronous endpoint: takes the host's requests, one after the other, a millisecond for each of their
/// packets, and nothing ever comes of them: this radio has no voice.</summary>
internal sealed class VoicePipe
{
    private readonly UrbQueue _urbs = new();
    private readonly LoopTimer _timer;
    private readonly bool _isIn;

    public VoicePipe(TimerQueue timers, bool isIn)
    {
        _isIn = isIn;
        _timer = timers.Create(Elapsed);
    }

    public void Submit(Urb urb)
    {
        if (!_urbs.TryAdd(urb))
        {
            urb.Complete(UsbTransferStatus.Failed, 0);
        }
        else if (ReferenceEquals(_urbs.First, urb))
        {
            ArmForFirst();
        }
    }

    public bool Cancel(Urb urb)
    {
        if (!_urbs.Remove(urb))
        {
            return false;
        }

        ArmForFirst();
        urb.Complete(UsbTransferStatus.Cancelled, 0);
        return true;
    }

    public void End(UsbTransferStatus status)
    {
        _timer.Disarm();
        while (_urbs.First is { } urb)
        {
            _urbs.Remove(urb);
            urb.Complete(status, 0);
        }
    }

    private void Elapsed()
    {
        var urb = _urbs.First!;
        _urbs.Remove(urb);
        ArmForFirst();
        urb.Complete(UsbTransferStatus.Completed, _isIn ? 0 : urb.Requested);
    }

    private void ArmForFirst()
    {
        if (_urbs.First is { } first)
        {
            _timer.Arm(TimeSpan.FromMilliseconds(Math.Max(1, first.IsochronousPackets)));
        }
        else
        {
            _timer.Disarm();
        }
    }
}
