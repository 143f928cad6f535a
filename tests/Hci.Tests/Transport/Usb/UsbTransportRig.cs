using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Usb;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>A transport over a fake device, and what it delivers.</summary>
internal sealed class UsbTransportRig : IAsyncDisposable
{
    public const byte Control = 0x00;
    public const byte Events = 0x81;
    public const byte DataIn = 0x82;
    public const byte DataOut = 0x02;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Limits that are longer than any test waits; a test of a limit says which.</summary>
    public static readonly UsbTransportLimits Patient = new() { Reap = 100 * Limit, Send = 100 * Limit };

    public static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];
    public static readonly byte[] ResetAnswer = [0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    private readonly FakeUsbBus _bus;

    public UsbTransportRig(
        UsbTransportLimits? limits = null, UsbDeviceInfo? info = null, IHciTransportSink? sink = null, bool starts = true,
        ILogger? log = null)
    {
        _bus = new FakeUsbBus(info);
        Device = _bus.Open();
        Limits = limits ?? Patient;
        Transport = UsbTransport.Open("usb:test", Device, Limits, log);
        Sink = sink as RecordingSink ?? new RecordingSink();
        if (starts)
        {
            Transport.Start(sink ?? Sink);
            AwaitReady();
        }
    }

    public FakeUsbDevice Device { get; }

    public UsbTransportLimits Limits { get; }

    public UsbTransport Transport { get; }

    public RecordingSink Sink { get; }

    /// <summary>Whether transfers stay behind by intent.</summary>
    public bool Abandons { get; set; }

    /// <summary>Data of a link, numbered: | handle 0x00B | length | number | zeros |.</summary>
    public static byte[] Data(int number, int length = 20) =>
        [0x0B, 0x20, (byte)length, (byte)(length >> 8), (byte)number, (byte)(number >> 8), .. new byte[length - 2]];

    /// <summary>The packet as the sink and the sender see it.</summary>
    public static byte[] H4(byte type, byte[] packet) => [type, .. packet];

    public void AwaitReady()
    {
        Device.AwaitPending(Events, Limits.Events);
        Device.AwaitPending(DataIn, Limits.DataIn);
    }

    /// <summary>Sends 40 numbered packets to a device that takes none; returns when all transfers are on their way.</summary>
    /// <returns>Ends when all were taken over.</returns>
    public Task SendMoreThanFits()
    {
        Device.Holding.Add(DataOut);
        var sending = Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                Transport.Send(H4(0x02, Data(i)));
            }
        });
        Device.AwaitPending(DataOut, Limits.DataOut);
        return sending;
    }

    public async Task ArrivedAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Sink.ArrivedAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync().AsTask().WaitAsync(Limit);
        _bus.Dispose();
        Assert.That(Device.Violations, Is.Empty);
        Assert.That(Device.Undisposed, Abandons ? Is.GreaterThan(0) : Is.Zero);
        Assert.That(Device.Calls.Count(static call => call == "dispose"), Is.EqualTo(1));
    }
}
