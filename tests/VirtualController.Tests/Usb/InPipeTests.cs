using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Usb;

namespace HostStack.VirtualController.Tests.Usb;

/// <summary>Where USB ends a request: when it is full, and with a short packet (USB 2.0, 5.7.3, 5.8.3).</summary>
public class InPipeTests : IUrbUser
{
    private readonly PacketPool _pool = new(headroom: 0, payload: 1024, loopOnly: true);
    private readonly List<string> _ended = [];

    [SetUp]
    public void SetUp() => _ended.Clear();

    // HCI packet lengths, the length of each request, and how the requests end; the endpoint's packet has 16 octets.
    [TestCase(new[] { 6 }, 16, "Completed:6")]
    [TestCase(new[] { 20 }, 16, "Completed:16 Completed:4")]
    [TestCase(new[] { 20 }, 64, "Completed:20")]
    [TestCase(new[] { 70 }, 64, "Completed:64 Completed:6")]
    [TestCase(new[] { 16 }, 16, "Completed:16 Completed:0")]
    [TestCase(new[] { 32 }, 64, "Completed:32")]
    [TestCase(new[] { 64 }, 64, "Completed:64 Completed:0")]
    [TestCase(new[] { 6, 7 }, 64, "Completed:6 Completed:7")]
    [TestCase(new[] { 20, 6 }, 20, "Completed:20 Completed:6")]
    [TestCase(new[] { 40, 6 }, 20, "Overflow:16 Completed:8 Completed:6")]
    [TestCase(new[] { 6 }, 0, "")]
    public void Requests_WithEmptyPackets_EndWhereUsbEndsThem(int[] packets, int length, string ends) =>
        AssertEnds(packets, length, endsWithShortPacket: true, ends);

    [TestCase(new[] { 32, 6 }, 64, "Completed:38")]
    [TestCase(new[] { 64, 6 }, 64, "Completed:64 Completed:6")]
    [TestCase(new[] { 16, 16 }, 16, "Completed:16 Completed:16")]
    public void Requests_WithoutEmptyPackets_GoOnIntoTheNextHciPacket(int[] packets, int length, string ends) =>
        AssertEnds(packets, length, endsWithShortPacket: false, ends);

    [Test]
    public void Octets_AcrossRequests_AreInOrder()
    {
        var pipe = new InPipe(16, endsWithShortPacket: true, _pool);
        var received = new List<byte>();
        var sent = Enumerable.Range(0, 255).Select(static i => (byte)i).ToArray();
        pipe.Deliver(sent);
        for (var i = 0; i < 16; i++)
        {
            var urb = new Urb(0x81, 16, this);
            urb.Begin(16);
            pipe.Submit(urb);
            received.AddRange(urb.Buffer[..urb.Actual]);
        }

        Assert.That(received, Is.EqualTo(sent));
        Assert.That(_pool.Rented, Is.Zero);
    }

    [Test]
    public void Request_CancelledHalfway_GivesWhatItHas()
    {
        var pipe = new InPipe(16, endsWithShortPacket: false, _pool);
        var urb = Submitted(64);
        pipe.Submit(urb);
        pipe.Deliver(new byte[16]);
        Assert.That(_ended, Is.Empty);
        Assert.That(pipe.Cancel(urb), Is.True);
        Assert.That(pipe.Cancel(urb), Is.False);
        Assert.That(_ended, Is.EqualTo(new[] { "Cancelled:16" }));
    }

    [Test]
    public void Requests_MoreThanTheBound_Fail()
    {
        var pipe = new InPipe(16, endsWithShortPacket: true, _pool);
        for (var i = 0; i <= UrbQueue.Bound; i++)
        {
            pipe.Submit(Submitted(16));
        }

        Assert.That(_ended, Is.EqualTo(new[] { "Failed:0" }));
    }

    public void Completed(Urb urb, UsbTransferStatus status, int length) => _ended.Add($"{status}:{length}");

    private void AssertEnds(int[] packets, int length, bool endsWithShortPacket, string ends)
    {
        var expected = ends.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        // Requests first, or data first: the same.
        foreach (var requestsFirst in new[] { false, true })
        {
            _ended.Clear();
            var pipe = new InPipe(16, endsWithShortPacket, _pool);
            if (requestsFirst)
            {
                SubmitAll();
            }

            foreach (var packet in packets)
            {
                pipe.Deliver(new byte[packet]);
            }

            if (!requestsFirst)
            {
                SubmitAll();
            }

            Assert.That(_ended, Is.EqualTo(expected), $"requests first: {requestsFirst}");
            pipe.Clear();
            Assert.That(_pool.Rented, Is.Zero);

            void SubmitAll()
            {
                for (var i = 0; i < expected.Length; i++)
                {
                    pipe.Submit(Submitted(length));
                }
            }
        }
    }

    private Urb Submitted(int length)
    {
        var urb = new Urb(0x81, length, this);
        urb.Begin(length);
        return urb;
    }
}
