using HostStack.Hci.Tests.Contracts;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.Blocking;

/// <summary>HCI over USB on a library that can only wait: what an adapter on such a library is for.</summary>
[TestFixture]
public sealed class WaitingTransportTests
{
    private const int Commands = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Transport_OnAWaitingDevice_CarriesCommandsAndEvents_AndSeesItGo()
    {
        using var rig = new DongleRig();
        var sink = new RecordingSink();
        await using var transport = UsbTransport.Open("usb:", new WaitingDevice(rig.Bus.Open(rig.Bus.List()[0])));
        transport.Start(sink);
        for (var i = 0; i < Commands; i++)
        {
            transport.Send(i % 2 == 0 ? [0x01, 0x03, 0x0C, 0x00] : [0x01, 0x09, 0x10, 0x00]);
            transport.Flush();
            await sink.ArrivedAsync();
            var opcode = i % 2 == 0 ? "030C00" : "091000";
            Assert.That(Convert.ToHexString(sink.Packets[i]), Does.StartWith("040E").And.Contain(opcode), $"answer {i}");
        }

        rig.Bus.Unplug(rig.Dongle);
        await sink.WhenClosed.WaitAsync(Patience);
        Assert.That(sink.Closings, Has.Count.EqualTo(1).And.All.Not.Null);
    }

    /// <summary>What fails within a completion is a log that cannot be written. The transport is lost, once, and closes.</summary>
    [Test]
    public async Task Transport_ThatFailsWithinACompletion_IsLostOnce_AndTheDeviceLogsWhy([Values] bool waits)
    {
        using var rig = new DongleRig();
        var sink = new RecordingSink();
        var log = new ThrowingLog();
        var device = rig.Bus.Open(rig.Bus.List()[0]);
        await using var transport = UsbTransport.Open("usb:", waits ? new WaitingDevice(device, rig.Bus.Log) : device, log);
        transport.Start(sink);
        rig.Dongle.RefuseCommands(1);
        transport.Send([0x01, 0x03, 0x0C, 0x00]);
        await sink.WhenClosed.WaitAsync(Patience);
        await transport.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(sink.Closings, Has.Count.EqualTo(1).And.All.InstanceOf<IOException>());
        Assert.That(rig.Bus.Log.All, Is.EqualTo(new[] { log.Fault }));
    }
}
