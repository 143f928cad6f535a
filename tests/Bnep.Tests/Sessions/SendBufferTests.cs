using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Wire;
using static HostStack.Bnep.Sessions.BnepSendResult;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>A frame that goes in the buffer it came in: the same octets on the air, no copy, the buffer is always gone.</summary>
[TestFixture]
internal sealed class SendBufferTests
{
    private readonly PacketPool _pool = new(BnepSession.FrameHeadroom, payload: 1600);

    [TearDown]
    public void Released() => Assert.That(_pool.Rented, Is.Zero, "the buffer was released");

    [Test]
    public void Send_EveryForm_IsWhatACopyWouldBe()
    {
        MacAddress[] addresses = [Golden.DeviceA, Golden.DeviceB, Golden.Other, new(0x0200_0000_00C2)];
        MacAddress[] destinations = [.. addresses, Golden.AllNodes, MacAddress.Broadcast];
        foreach (var destination in destinations)
        {
            foreach (var source in addresses)
            {
                var rig = SessionRig.OpenResponder();
                Assert.That(rig.Send(destination, source, 0x0800, Golden.IPv4), Is.EqualTo(Sent));
                Assert.That(rig.Session.Send(Buffer(destination, source, 0x0800, Golden.Octets(Golden.IPv4))), Is.EqualTo(Sent));
                var sent = rig.TakeSent();
                Assert.That(sent[1], Is.EqualTo(sent[0]), $"{source} -> {destination}");
                Assert.That(rig.Session.Counters.FramesSent, Is.EqualTo(2));
                Assert.That(rig.Session.Counters.OctetsSent, Is.EqualTo(40));
            }
        }
    }

    // Figure 21: the example does not compress, and its header is the longest.
    [Test]
    public void Send_LongestHeader_FitsTheHeadroom()
    {
        var rig = SessionRig.OpenResponder(new() { Compression = HeaderCompression.GeneralOnly });
        Assert.That(rig.Session.Send(Buffer(Golden.DeviceB, Golden.DeviceA, 0x0800, Golden.Octets(Golden.IPv4))), Is.EqualTo(Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([Golden.GeneralIPv4])));
    }

    [Test]
    public void Send_EmptyPayload_IsAFrame()
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(rig.Session.Send(Buffer(Golden.DeviceB, Golden.DeviceA, 0x0800, [])), Is.EqualTo(Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["02 0800"])));
    }

    [Test]
    public void Send_WhatMayNotGo_IsSaidAndCounted()
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(rig.Session.Send(Buffer(Golden.Other, Golden.DeviceB, 0x0800, new byte[1501])), Is.EqualTo(TooLong));
        rig.Receive(Golden.FilterIPv4Arp);
        Assert.That(rig.Session.Send(Buffer(Golden.Other, Golden.DeviceB, 0x86DD, [1])), Is.EqualTo(Filtered));
        rig.Channel.HasRoom = false;
        Assert.That(rig.Session.Send(Buffer(Golden.Other, Golden.DeviceB, 0x0800, [1])), Is.EqualTo(QueueFull));
        rig.Session.Disconnect();
        Assert.That(rig.Session.Send(Buffer(Golden.Other, Golden.DeviceB, 0x0800, [1])), Is.EqualTo(NotOpen));
        var counters = rig.Session.Counters;
        Assert.That((counters.TooLong, counters.Filtered, counters.QueueFull, counters.NotOpen), Is.EqualTo((1L, 1L, 1L, 1L)));
    }

    [Test]
    public void Send_BufferThatIsNoFrame_IsTheCallersMistake([Range(0, EthernetFrame.HeaderSize - 1)] int length)
    {
        var buffer = _pool.Rent();
        buffer.Append(length);
        Assert.That(() => SessionRig.OpenResponder().Session.Send(buffer), Throws.ArgumentException);
    }

    [Test]
    public void Send_BufferWithoutHeadroom_IsTheCallersMistake()
    {
        var buffer = Buffer(Golden.DeviceB, Golden.DeviceA, 0x0800, [1]);
        buffer.Prepend(1);
        Assert.That(() => SessionRig.OpenResponder().Session.Send(buffer), Throws.ArgumentException);
    }

    [Test]
    public void Send_SteadyState_AllocatesNothing()
    {
        var rig = SessionRig.OpenResponder();
        rig.Channel.KeepSent = false;
        var payload = new byte[1400];
        SendMany(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SendMany(1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(rig.Session.Counters.FramesSent, Is.EqualTo(1100));

        void SendMany(int count)
        {
            for (var i = 0; i < count; i++)
            {
                rig.Session.Send(Buffer(Golden.Other, Golden.DeviceB, 0x0800, payload));
            }
        }
    }

    private PacketBuffer Buffer(MacAddress destination, MacAddress source, ushort type, ReadOnlySpan<byte> payload)
    {
        var frame = new EthernetFrame(destination, source, new EtherType(type), payload);
        var buffer = _pool.Rent();
        frame.CopyTo(buffer.Append(frame.Length));
        return buffer;
    }
}
