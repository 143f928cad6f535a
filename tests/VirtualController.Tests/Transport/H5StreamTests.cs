using System.IO.Pipelines;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Tests.Transport;

/// <summary>A controller's end of a three-wire line, spoken to with octets by hand (Core, Vol 4, Part D).</summary>
[CancelAfter(60_000)]
public class H5StreamTests
{
    private const string SyncsAndConfigs = "c0002f00d0017ec0" + "c0002f00d0027dc0" + "c0003f00dbdc03fc04c0";

    private readonly List<byte> _heard = [];
    private Pipe _toController = null!;
    private Pipe _toHost = null!;
    private H5Stream _controller = null!;

    [SetUp]
    public void SetUp()
    {
        (_toController, _toHost) = (new Pipe(), new Pipe());
        _heard.Clear();
        _controller = new H5Stream(
            new PipeLine(_toController.Reader, _toHost.Writer),
            new H5LineOptions { Period = TimeSpan.FromMilliseconds(20) });
    }

    [TearDown]
    public async Task TearDown() => await _controller.DisposeAsync();

    [TestCase("c0002f00d0017ec0", 15, "017e")]
    [TestCase("c0003f00dbdc047b17c0", 15, "047b17")]
    [TestCase("c08031004e030c00c0", 1, "030c00")]
    [TestCase("c04041007edadcededa97ac0", 1, "dadceded")]
    public void Codec_GoldenFrames_BothWays(string frame, int type, string payload)
    {
        var octets = Convert.FromHexString(frame);
        var packet = H5Packet.FromLine(octets[1..^1])!;
        Assert.That((packet.Type, Convert.ToHexStringLower(packet.Payload)), Is.EqualTo((type, payload)));
        Assert.That(packet.ToLine(withCheck: (octets[1] & 0x40) != 0, withFlowControl: false), Is.EqualTo(octets));
    }

    [Test]
    public void Codec_EveryTruncation_IsNoPacket([Range(0, 9)] int length) =>
        Assert.That(H5Packet.FromLine(Convert.FromHexString("4041007edadcededa97a")[..length]), Is.Null);

    [Test]
    public async Task Establishment_ThenPacketsBothWays(CancellationToken stop)
    {
        await EstablishAsync(stop);
        await SayAsync("c08031004e030c00c0", stop);
        await HearAsync("c0080000f7c0", stop);
        var packet = new byte[64];
        var length = await _controller.ReadAsync(packet, stop);
        Assert.That(Convert.ToHexStringLower(packet[..length]), Is.EqualTo("01030c00"));
        await _controller.WriteAsync(Convert.FromHexString("040e0401030c00"), stop);
        await HearAsync("c0886400130e0401030c00c0", stop);
    }

    [Test]
    public async Task Packet_NotAcknowledged_IsSentAgain(CancellationToken stop)
    {
        await EstablishAsync(stop);
        await _controller.WriteAsync(Convert.FromHexString("04100100"), stop);
        await HearAsync("c08034004b100100c0", stop);
        await HearAsync("c08034004b100100c0", stop);
        Assert.That(_controller.Resent, Is.Positive);
    }

    [Test]
    public async Task Asleep_HearsNothingButAWakeup(CancellationToken stop)
    {
        await EstablishAsync(stop);
        await SayAsync("c08031004e030c00c0", stop);
        await HearAsync("c0080000f7c0", stop);
        _controller.Sleep();
        await HearAsync("c0002f00d00778c0", stop);
        await SayAsync("c08131004d030c00c0" + "c0002f00d005fac0", stop);
        await HearAsync("c0002f00d006f9c0", stop);
        await SayAsync("c08131004d030c00c0", stop);
        await HearAsync("c0100000efc0", stop);
        Assert.That(_controller.Wakeups, Is.EqualTo(1));
    }

    [Test]
    public async Task Restart_SaysSyncUntilItIsAnswered(CancellationToken stop)
    {
        await EstablishAsync(stop);
        _controller.Restart();
        await HearAsync("c0002f00d0017ec0", stop);
        await HearAsync("c0002f00d0017ec0", stop);
    }

    [Test]
    public async Task LineEnds_ReadsEnd(CancellationToken stop)
    {
        await _toController.Writer.CompleteAsync();
        Assert.That(await _controller.ReadAsync(new byte[1], stop), Is.Zero);
    }

    private async Task EstablishAsync(CancellationToken stop)
    {
        await SayAsync(SyncsAndConfigs, stop);
        await HearAsync("c0003f00dbdc047b04c0", stop);
        await SayAsync("c0002f00d0047bc0", stop);
    }

    private async Task SayAsync(string octets, CancellationToken stop) =>
        await _toController.Writer.WriteAsync(Convert.FromHexString(octets), stop);

    // Until these octets have come; what came before them is dropped.
    private async Task HearAsync(string octets, CancellationToken stop)
    {
        var expected = Convert.FromHexString(octets);
        int at;
        while ((at = IndexOf(expected)) < 0)
        {
            var result = await _toHost.Reader.ReadAsync(stop);
            foreach (var segment in result.Buffer)
            {
                _heard.AddRange(segment.Span);
            }

            _toHost.Reader.AdvanceTo(result.Buffer.End);
            Assert.That(result.IsCompleted, Is.False, "the controller has ended");
        }

        _heard.RemoveRange(0, at + expected.Length);
    }

    private int IndexOf(ReadOnlySpan<byte> octets) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_heard).IndexOf(octets);
}
