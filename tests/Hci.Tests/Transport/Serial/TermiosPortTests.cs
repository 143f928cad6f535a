using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Unix;
using HostStack.Testing.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A real terminal of the system: octets, speeds, the end.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class TermiosPortTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private PseudoTerminal _terminal = null!;

    private delegate void Writer(ReadOnlySpan<byte> octets);

    [SetUp]
    public void SetUp() => _terminal = new PseudoTerminal();

    [TearDown]
    public async Task TearDown() => await _terminal.DisposeAsync();

    [Test]
    public async Task Stream_AllOctets_PassUnchangedBothWays()
    {
        using var port = Open();
        var octets = Enumerable.Range(0, 256).Select(static i => (byte)i).ToArray();
        await port.Stream.WriteAsync(octets);
        Assert.That(await ReadAsync(_terminal.Line, 256), Is.EqualTo(octets));
        await _terminal.Line.WriteAsync(octets);
        Assert.That(await ReadAsync(port.Stream, 256), Is.EqualTo(octets));
    }

    /// <summary>BOTHER: any number is taken, and termios2 gives it back.</summary>
    [TestCase(300)]
    [TestCase(115_200)]
    [TestCase(921_600)]
    [TestCase(1_234_567)]
    [TestCase(3_000_000)]
    [TestCase(4_000_000)]
    public void BaudRate_AnyNumber_IsShownBackByTheSystem(int baudRate)
    {
        using var port = Open(new SerialSettings { BaudRate = baudRate, FlowControl = SerialFlowControl.RtsCts });
        Assert.That(_terminal.Speed, Is.EqualTo(baudRate));
        port.BaudRate = 460_800;
        Assert.That(_terminal.Speed, Is.EqualTo(460_800));
        port.BaudRate = baudRate;
        Assert.That(_terminal.Speed, Is.EqualTo(baudRate));
    }

    [Test]
    public void Open_Twice_IsRefusedWithTheRemedy()
    {
        using var port = Open();
        Assert.That(
            () => Open(), Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("is in use").And.Message.Contains("btattach"));
    }

    [Test]
    public void Open_NoSuchPort_SaysSo() =>
        Assert.That(
            () => TermiosPorts.Open(_terminal.Path + "0000", new SerialSettings()),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("There is no serial port"));

    [Test]
    public void Open_NoTerminal_SaysSo() =>
        Assert.That(
            () => TermiosPorts.Open("/dev/null", new SerialSettings()),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo("/dev/null is no serial port; name one like /dev/ttyUSB0."));

    /// <summary>A pseudo-terminal has no DTR: the system says so, and so does the port.</summary>
    [Test]
    public void DataTerminalReady_OnAPseudoTerminal_SaysThatThereIsNone()
    {
        using var port = Open();
        Assert.That(() => port.DataTerminalReady = true, Throws.InstanceOf<IOException>().With.Message.Contains("no such line"));
    }

    [Test]
    public async Task Dispose_WhileAReadWaits_EndsIt()
    {
        var port = Open();
        var reading = port.Stream.ReadAsync(new byte[1]).AsTask();
        port.Dispose();
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
    }

    [Test]
    public async Task Dispose_WhileAWriteWaits_EndsIt()
    {
        using var other = new PolledDescriptor(
            FileDescriptor.TryOpen(_terminal.Path, LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_NONBLOCK, out _)!, writeLimit: TimeSpan.Zero);
        var port = Open();
        Assert.That(() => WriteForEver(other.Write), Throws.InstanceOf<IOException>().With.Message.Contains("taken nothing"), "full");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.Run(() =>
        {
            begun.SetResult();
            WriteForEver(port.Stream.Write);
        });
        await begun.Task;
        port.Dispose();
        Assert.That(async () => await writing.WaitAsync(Limit), Throws.InstanceOf<IOException>().With.Message.Contains("closed"));
    }

    [Test]
    public async Task Unplugged_ReadsAndWritesFail()
    {
        using var port = Open();
        var reading = port.Stream.ReadAsync(new byte[1]).AsTask();
        await _terminal.DisposeAsync();
        Assert.That(async () => await reading.WaitAsync(Limit), Throws.InstanceOf<IOException>().With.Message.Contains("the device is gone"));
        Assert.That(() => port.Stream.Write([1]), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Discard_WhatWasNotRead_IsGone()
    {
        using var port = Open();
        await _terminal.Line.WriteAsync(new byte[] { 1, 2, 3 });
        Assert.That(await ReadAsync(port.Stream, 1), Is.EqualTo(new byte[] { 1 }), "they have come");
        port.Discard();
        await _terminal.Line.WriteAsync(new byte[] { 9 });
        Assert.That(await ReadAsync(port.Stream, 1), Is.EqualTo(new byte[] { 9 }));
    }

    private static void WriteForEver(Writer write)
    {
        while (true)
        {
            write(new byte[256]);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var octets = new byte[count];
        await stream.ReadExactlyAsync(octets).AsTask().WaitAsync(Limit);
        return octets;
    }

    private ISerialPort Open(SerialSettings? settings = null) => TermiosPorts.Open(_terminal.Path, settings ?? new SerialSettings());
}
