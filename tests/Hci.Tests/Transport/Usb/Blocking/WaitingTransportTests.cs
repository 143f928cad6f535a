using HostStack.Hci.Tests.Contracts;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.Blocking;

/// <summary>HCI over USB on a library that can only wait: what an adapter on such a library is for.</summary>
[TestFixture]
public sealed class WaitingTransportTests
{
    private const int Commands = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
}
