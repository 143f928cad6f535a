using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.Blocking;

namespace HostStack.Hci.Tests.Transport.Usb.Blocking;

/// <summary>Calls from several threads at once, which a library that can only wait need not take.</summary>
[TestFixture]
public sealed class BlockingUsbThreadsTests
{
    private const int Rounds = 500;
    private const byte Voice = 1;
    private const byte VoiceIn = 0x83;

    [Test]
    public void ClaimAndRelease_OfTwoThreads_TakeTurns()
    {
        using var device = new WatchedDevice();
        Together(
            () => ClaimAndRelease(device),
            () => ClaimAndRelease(device));
        Assert.That(device.Mistakes, Is.Empty);
    }

    /// <summary>The setting that is selected again is the one that is selected, also where another thread is about to change it.</summary>
    [Test]
    public void ClearHalt_BesideAChangeOfSetting_UndoesNone()
    {
        using var device = new WatchedDevice();
        device.Claim(Voice);
        Together(
            () =>
            {
                for (var i = 1; i <= Rounds; i++)
                {
                    device.SelectAlternate(Voice, (byte)i);
                }
            },
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    device.ClearHalt(VoiceIn);
                }
            });
        Assert.That(device.Mistakes, Is.Empty);
        Assert.That(device.Selected, Is.EqualTo(Rounds % 256));
    }

    [Test]
    public void Calls_OfADeviceThatIsClosed_SaySo()
    {
        var device = new WatchedDevice();
        device.Claim(Voice);
        device.Dispose();
        Assert.That(() => device.Claim(Voice), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.SelectAlternate(Voice, 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.ClearHalt(VoiceIn), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.Release(Voice), Throws.Nothing);
    }

    private static void ClaimAndRelease(WatchedDevice device)
    {
        for (var i = 0; i < Rounds; i++)
        {
            device.Claim(Voice);
            device.Release(Voice);
        }
    }

    private static void Together(params Action[] calls)
    {
        using var begin = new Barrier(calls.Length);
        Exception? fault = null;
        var threads = Array.ConvertAll(calls, call => new Thread(() =>
        {
            begin.SignalAndWait();
            try
            {
                call();
            }
            catch (Exception failure)
            {
                fault = failure;
            }
        }));
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.That(fault, Is.Null);
    }

    /// <summary>Sees to it that one call is made at a time, and that each fits what was before.</summary>
    private sealed class WatchedDevice() : BlockingUsbDevice(new UsbDeviceInfo
    {
        Id = new UsbId(1, 2),
        Interfaces = [new UsbInterface(Voice, 0, UsbClass.Bluetooth, [new UsbEndpoint(VoiceIn, UsbTransferKind.Isochronous, 17)])],
    })
    {
        private readonly List<string> _mistakes = [];
        private int _calls;
        private bool _isClaimed;

        public IReadOnlyList<string> Mistakes => _mistakes;

        public byte Selected { get; private set; }

        protected override void ClaimInterface(byte interfaceNumber) => Call(() =>
        {
            Check(!_isClaimed, "claimed twice");
            _isClaimed = true;
        });

        protected override void ReleaseInterface(byte interfaceNumber) => Call(() =>
        {
            Check(_isClaimed, "released twice");
            _isClaimed = false;
        });

        protected override void SelectSetting(byte interfaceNumber, byte alternate) => Call(() =>
        {
            Check(alternate == Selected || alternate == (byte)(Selected + 1), $"{alternate} after {Selected}");
            Selected = alternate;
        });

        protected override UsbTransferStatus? Move(UsbEndpoint endpoint, byte[] buffer, int offset, int length, out int moved) =>
            throw new NotSupportedException("Nothing is moved here.");

        private void Call(Action call)
        {
            Check(Interlocked.Increment(ref _calls) == 1, "two calls at once");
            Thread.Yield(); // Where another thread would come in between.
            call();
            Interlocked.Decrement(ref _calls);
        }

        private void Check(bool isRight, string mistake)
        {
            if (!isRight)
            {
                lock (_mistakes)
                {
                    _mistakes.Add(mistake);
                }
            }
        }
    }
}
