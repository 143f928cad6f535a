using HostStack.Hci.Tests.Transport.Unix;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.UserChannel;

namespace HostStack.Hci.Tests.Transport.UserChannel;

[TestFixture]
[Platform("Linux")]
public sealed class UserChannelTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] ResetComplete = [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    private SocketPair _pair = null!;
    private UserChannelTransport _transport = null!;
    private RecordingSink _sink = null!;

    [SetUp]
    public void SetUp()
    {
        _pair = SocketPair.OfPackets();
        _transport = new UserChannelTransport("hci-user:0", new PolledDescriptor(_pair.Near), new ControllerDevice { IsStarted = true });
        _sink = new RecordingSink();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _transport.DisposeAsync();
        _pair.Dispose();
    }

    [Test]
    public void SilenceRemedy_IsThatOfAnAdapterOfTheKernel() =>
        Assert.That(_transport.SilenceRemedy, Does.Contain("hciconfig").And.Contain("modprobe").And.Not.Contain("plug"));

    [Test]
    public async Task Read_Packets_AreDeliveredOneByOne()
    {
        byte[] acl = [0x02, 0x0B, 0x20, 0x01, 0x00, 0xAA];
        _pair.Far.Write(ResetComplete);
        _pair.Far.Write(acl);
        _transport.Start(_sink);
        await _sink.ArrivedAsync();
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets, Is.EqualTo(new[] { ResetComplete, acl }));
    }

    [Test]
    public async Task Read_LongestPacket_IsDelivered_AndALongerOneIsTold()
    {
        var longest = new byte[1 + 4 + ushort.MaxValue];
        longest[0] = 0x02;
        _transport.Start(_sink);
        _pair.Far.Write(longest);
        await _sink.ArrivedAsync();
        _pair.Far.Write([.. longest, 0x00]);
        await _sink.ArrivedAsync();
        Assert.That(_sink.Packets.Single(), Is.EqualTo(longest));
        Assert.That(_sink.Losses, Is.EqualTo(new[] { "a packet longer than any HCI packet can be" }));
    }

    [Test]
    public void Send_EachPacket_IsOneWrite()
    {
        _transport.Start(_sink);
        _transport.Send(Reset);
        _transport.Send([0x02, 0x0B, 0x20, 0x00, 0x00]);
        _transport.Flush();
        var buffer = new byte[16];
        Assert.That((_pair.Far.Read(buffer), _pair.Far.Read(buffer)), Is.EqualTo((4, 5)));
    }

    [Test]
    public void MaximumPacket_IsWhatTheKernelTakes() => Assert.That(_transport.MaximumPacket, Is.EqualTo(1028));

    [Test]
    public async Task AdapterRemoved_ClosesOnceAndLetsItsNumberGo()
    {
        _transport.Start(_sink);
        _pair.Far.Dispose();
        await _sink.WhenClosed.WaitAsync(Limit);
        Assert.That(_sink.Closings.Single()?.Message, Is.EqualTo("the adapter was removed"));
        Assert.That(_pair.Near.Closed.IsCompleted, Is.True, "the kernel gives the number to the adapter that comes back");
    }

    /// <summary>What throws on the reading thread would end the process, and disposing would wait for ever.</summary>
    [Test]
    public async Task Read_SinkThrows_ClosesWithItAndCanBeDisposed()
    {
        var sink = new ThrowingSink();
        _transport.Start(sink);
        _pair.Far.Write(ResetComplete);
        Assert.That(await sink.WhenClosed.WaitAsync(Limit), Is.SameAs(sink.Fault));
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(_pair.Near.Closed.IsCompleted);
    }

    [Test]
    public async Task Send_AdapterRemoved_ClosesWithTheReason()
    {
        using var pair = SocketPair.OfPackets();
        await using var transport = new UserChannelTransport("hci-user:0", new PolledDescriptor(pair.Near), new ControllerDevice());
        pair.Far.Dispose();
        transport.Send(Reset);
        transport.Send(Reset);
        transport.Start(_sink);
        await _sink.WhenClosed.WaitAsync(Limit);
        Assert.That(_sink.Closings.Single()?.Message, Is.EqualTo("writing failed: EPIPE, the device is gone"));
    }

    [Test]
    public async Task DisposeAsync_WhileItReads_ClosesInOrder()
    {
        _transport.Start(_sink);
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(_pair.Near.Closed.IsCompleted, Is.True);
        await _sink.WhenClosed.WaitAsync(Limit);
        Assert.That(_sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    [Test]
    public async Task DisposeAsync_NeverStarted_Closes()
    {
        await _transport.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(_pair.Near.Closed.IsCompleted, Is.True);
        Assert.That(() => _transport.Send(Reset), Throws.Nothing);
    }

    [Test]
    public void Start_Twice_IsTheCallersMistake()
    {
        _transport.Start(_sink);
        Assert.That(() => _transport.Start(_sink), Throws.InvalidOperationException);
    }

    [Test]
    public void ManyPackets_AllocateNothing()
    {
        const int Packets = 2000;
        var sink = new CountingSink();
        _transport.Start(sink);
        var packet = new byte[1026];
        packet[0] = 0x02;
        Exchange(200);
        var (reader, writer) = (sink.AllocatedOnThread, GC.GetAllocatedBytesForCurrentThread());
        Exchange(Packets);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - writer, Is.LessThan(Packets));
        Assert.That(sink.AllocatedOnThread - reader, Is.LessThan(Packets));

        void Exchange(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _pair.Far.Write(packet);
                if (!sink.Arrived.Wait(Limit))
                {
                    Assert.Fail("The packet does not arrive.");
                }

                _transport.Send(packet);
                _pair.Far.Read(packet);
            }
        }
    }

    private sealed class ThrowingSink : IHciTransportSink
    {
        private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception Fault { get; } = new InvalidOperationException("the capture has no room");

        public Task<Exception?> WhenClosed => _closed.Task;

        public void PacketReceived(ReadOnlySpan<byte> packet) => throw Fault;

        public void FramingLost(string detail) => throw Fault;

        public void Closed(Exception? failure) => _closed.TrySetResult(failure);
    }
}
