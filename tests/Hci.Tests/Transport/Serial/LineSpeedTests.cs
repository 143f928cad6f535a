using HostStack.Hci.Tests.Transport.ThreeWire;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Testing;
using HostStack.Testing.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A change of the line's speed, as a vendor's start-up makes it: what was said before leaves at the old one.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class LineSpeedTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Command = [0x01, 0x18, 0xFC, 0x06, 0x00, 0x00, 0xC0, 0xC6, 0x2D, 0x00];

    private PseudoTerminal _terminal = null!;

    [SetUp]
    public void SetUp() => _terminal = new PseudoTerminal();

    [TearDown]
    public async Task TearDown() => await _terminal.DisposeAsync();

    [Test]
    public async Task BaudRate_H4_GathersNothingOverTheChange()
    {
        await using var transport = await SerialControllerSource.ParseH4(_terminal.Path + "?vendor=bcm&speed=3000000").OpenAsync(default);
        transport.Start(new RecordingSink());
        Assert.That(transport.Device, Is.EqualTo(new ControllerDevice { Vendor = "bcm", OperatingRate = 3_000_000, FlowControl = SerialFlowControl.RtsCts }));
        Assert.That(transport.Line!.BaudRate, Is.EqualTo(115_200));
        Assert.That((transport.Line.CanDo(3_000_000), transport.Line.CanDo(1), _terminal.Speed), Is.EqualTo((true, false, 115_200)));
        transport.Send(Command);
        transport.Line.BaudRate = 3_000_000;
        Assert.That(_terminal.Speed, Is.EqualTo(3_000_000));
        Assert.That(await ReadAsync(Command.Length), Is.EqualTo(Command), "without a flush of its own");
    }

    /// <summary>The controller's answer is acknowledged at the old speed, and so is what was sent to it.</summary>
    [Test]
    public async Task BaudRate_H5_WaitsForBothAcknowledgements()
    {
        var (time, sink) = (new ManualTime(), new RecordingSink());
        await using var transport = await EstablishAsync(time);
        transport.Start(sink);
        transport.Send(Command);
        var change = Task.Run(() => transport.Line!.BaudRate = 3_000_000);
        await SkipToAsync("C0 80 91 00 EE 18 FC 06 00 00 DB DC C6 2D 00 C0");
        Assert.That(_terminal.Speed, Is.EqualTo(115_200), "not acknowledged yet");
        await AnswerAsync(sink, time);
        await change.WaitAsync(Limit);
        Assert.That(_terminal.Speed, Is.EqualTo(3_000_000));
    }

    /// <summary>The port goes there and back while neither side speaks, and nothing is noted of it.</summary>
    [Test]
    public async Task CanDo_H5_WaitsForBothAcknowledgements()
    {
        var (time, sink) = (new ManualTime(), new RecordingSink());
        await using var transport = await EstablishAsync(time);
        transport.Start(sink);
        transport.Send(Command);
        var trial = Task.Run(() => transport.Line!.CanDo(3_000_000));
        await SkipToAsync("C0 80 91 00 EE 18 FC 06 00 00 DB DC C6 2D 00 C0");
        await AnswerAsync(sink, time);
        Assert.That(await trial.WaitAsync(Limit), Is.True);
        Assert.That((transport.Line!.BaudRate, transport.Line.FirstRate, _terminal.Speed), Is.EqualTo((115_200, 115_200, 115_200)));
    }

    [Test]
    public async Task BaudRate_H5_NobodyAcknowledges_IsRefused()
    {
        await using var transport = await EstablishAsync();
        transport.Start(new RecordingSink());
        transport.Send(Command);
        Assert.That(
            async () => await Task.Run(() => transport.Line!.BaudRate = 3_000_000).WaitAsync(Limit),
            Throws.InstanceOf<IOException>().With.Message.Contains("cannot change its speed"));
        Assert.That(_terminal.Speed, Is.EqualTo(115_200));
    }

    private async Task<IHciTransport> EstablishAsync(TimeProvider? time = null)
    {
        var opening = SerialControllerSource.ParseH5(_terminal.Path + "?crc=no", time: time).OpenAsync(default);
        await SkipToAsync("C0 00 2F 00 D0 01 7E C0");
        await WriteAsync("C0 00 2F 00 D0 02 7D C0 C0 00 3F 00 DB DC 04 7B 04 C0");
        return await opening.WaitAsync(Limit);
    }

    // The controller answers, and its answer is acknowledged: that is due long before the change is given up.
    private async Task AnswerAsync(RecordingSink sink, ManualTime time)
    {
        await WriteAsync("C0 88 64 00 13 0E 04 01 18 FC 00 C0");
        await sink.ArrivedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await SkipToAsync("C0 08 00 00 F7 C0");
    }

    private async Task WriteAsync(string octets) => await _terminal.Line.WriteAsync(SlipTests.Hex(octets));

    private async Task SkipToAsync(string octets)
    {
        var expected = SlipTests.Hex(octets);
        var window = new List<byte>();
        while (!window.SequenceEqual(expected))
        {
            window.AddRange(await ReadAsync(1));
            window.RemoveRange(0, Math.Max(0, window.Count - expected.Length));
        }
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var octets = new byte[count];
        await _terminal.Line.ReadExactlyAsync(octets).AsTask().WaitAsync(Limit);
        return octets;
    }
}
