using HostStack.Hci.Tests.Transport.ThreeWire;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Testing.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A chip that kept its power is still at the rate of its last host, where SYNC at the first rate is noise to it.</summary>
[TestFixture]
public sealed class KeptRateTests
{
    private const int First = 115_200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Yes = SlipTests.Hex("C0 00 2F 00 D0 02 7D C0 C0 00 3F 00 DB DC 04 7B 04 C0");

    private readonly List<SerialSettings> _openings = [];
    private readonly List<DuplexStream> _lines = [];
    private HurriedTime _time = null!;
    private int _chipRate;

    [SetUp]
    public void SetUp()
    {
        _openings.Clear();
        _time = new HurriedTime();
        _chipRate = First;
    }

    [TearDown]
    public void TearDown()
    {
        foreach (var line in _lines)
        {
            line.Dispose();
        }

        _lines.Clear();
    }

    [TestCase("bcm")]
    [TestCase("rtk")]
    public async Task OpenAsync_H5_ChipAtItsOperatingRate_IsFoundThere(string vendor)
    {
        _chipRate = 3_000_000;
        var source = SerialControllerSource.ParseH5($"/dev/ttyX?break=yes&vendor={vendor}&speed=3000000", Open, _time);
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That((transport.Line!.BaudRate, transport.Line.FirstRate), Is.EqualTo((3_000_000, First)), "and knows where to leave it");
        Assert.That(transport.Device!.OperatingRate, Is.EqualTo(3_000_000));
        Assert.That(Rates, Is.EqualTo(new[] { First, 3_000_000 }));
        Assert.That(_openings[1], Is.EqualTo(_openings[0] with { BaudRate = 3_000_000 }), "the same line otherwise");
    }

    /// <summary>Nobody wrote <c>speed=</c>: the chip's configuration file named the rate, and the start-up took the line there.</summary>
    [Test]
    public async Task OpenAsync_H5_ChipKeptTheRateOfTheLastOpening_IsFoundThere()
    {
        var source = SerialControllerSource.ParseH5("/dev/ttyX?vendor=rtk", Open, _time);
        await ChangeRateAndCloseAsync(source, 1_500_000);
        _chipRate = 1_500_000;
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That(transport.Line!.BaudRate, Is.EqualTo(1_500_000));
        Assert.That(Rates, Is.EqualTo(new[] { First, First, 1_500_000 }));
    }

    [Test]
    public async Task OpenAsync_H5_ChipLostItsPowerMeanwhile_IsFoundAtTheFirstRate()
    {
        var source = SerialControllerSource.ParseH5("/dev/ttyX?vendor=rtk", Open, _time);
        await ChangeRateAndCloseAsync(source, 1_500_000);
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That(transport.Line!.BaudRate, Is.EqualTo(First));
        Assert.That(Rates, Is.EqualTo(new[] { First, First }));
    }

    /// <summary>A start-up that fails puts the line back; the chip need not have followed.</summary>
    [Test]
    public async Task OpenAsync_H5_LineWasPutBackAfterAFailure_TheOtherRateIsStillTried()
    {
        var source = SerialControllerSource.ParseH5("/dev/ttyX?vendor=rtk", Open, _time);
        await ChangeRateAndCloseAsync(source, 1_500_000, First);
        _chipRate = 1_500_000;
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That(transport.Line!.BaudRate, Is.EqualTo(1_500_000));
    }

    [Test]
    public void OpenAsync_H5_NobodyAtEitherRate_SaysBothAfterTwoOpenings()
    {
        _chipRate = 9600;
        var source = SerialControllerSource.ParseH5("/dev/ttyX?vendor=bcm&speed=3000000", Open, _time);
        Assert.That(
            async () => await source.OpenAsync(default).WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "Nobody answers on h5:serial:/dev/ttyX?vendor=bcm&speed=3000000 at 115200 or at 3000000 bits per second; check wiring, power, "
                + "baud rate and parity, and that the controller speaks H5 and not H4, or switch its power off and on."));
        Assert.That(Rates, Is.EqualTo(new[] { First, 3_000_000 }));
    }

    /// <summary>That the port cannot do the other rate is no reason why nobody answers at the first one.</summary>
    [Test]
    public void OpenAsync_H5_PortCannotDoTheOtherRate_SaysThatNobodyAnswersAtTheFirst()
    {
        _chipRate = 3_000_000;
        const string refusal = "/dev/ttyX cannot do 3000000 baud; choose another rate.";
        var source = SerialControllerSource.ParseH5(
            "/dev/ttyX?vendor=bcm&speed=3000000",
            (name, settings) => settings.BaudRate == First ? Open(name, settings) : throw new ControllerUnavailableException(refusal), _time);
        Assert.That(
            async () => await source.OpenAsync(default).WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.StartsWith($"Nobody answers on {source.Uri}; check")
                .And.Message.EndsWith($" At 3000000 bits per second nobody was looked for: {refusal}"));
    }

    [TestCase("vendor=bcm&speed=3000000&reset=dtr", TestName = "OpenAsync_H5_ChipWasJustReset_NoOtherRateIsTried")]
    [TestCase("vendor=bcm&speed=115200", TestName = "OpenAsync_H5_SameRateAfterStartUp_NoOtherRateIsTried")]
    [TestCase("vendor=bcm", TestName = "OpenAsync_H5_NoOtherRateKnown_NoneIsTried")]
    public void OpenAsync_H5_NobodyAnswers_OneOpening(string options)
    {
        _chipRate = 9600;
        var source = SerialControllerSource.ParseH5($"/dev/ttyX?{options}", Open, _time);
        Assert.That(
            async () => await source.OpenAsync(default).WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.StartsWith($"Nobody answers on {source.Uri}; check"));
        Assert.That(Rates, Is.EqualTo(new[] { First }));
    }

    /// <summary>On H4 nothing tells before the first command: the start-up is told of the rate and tries it.</summary>
    [Test]
    public async Task OpenAsync_H4_AfterAChangeOfRate_TellsTheStartUp()
    {
        var source = SerialControllerSource.ParseH4("/dev/ttyX?vendor=rtk", Open, _time);
        await ChangeRateAndCloseAsync(source, 1_500_000);
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That(transport.Line!.BaudRate, Is.EqualTo(First));
        Assert.That(transport.Device, Is.EqualTo(new ControllerDevice { Vendor = "rtk", OperatingRate = 1_500_000, FlowControl = SerialFlowControl.RtsCts }));
    }

    /// <summary>That the first rate is meant is another thing than that nothing is known.</summary>
    [TestCase("h4:serial", "&speed=115200", ExpectedResult = First)]
    [TestCase("h5:serial", "&speed=115200", ExpectedResult = First)]
    [TestCase("h4:serial", "", ExpectedResult = null)]
    [TestCase("h5:serial", "", ExpectedResult = null)]
    public async Task<int?> OpenAsync_FirstRateIsTheOperatingRate_TheStartUpIsTold(string scheme, string speed)
    {
        var address = $"/dev/ttyX?vendor=rtk{speed}";
        var source = scheme == SerialControllerSource.H4Scheme
            ? SerialControllerSource.ParseH4(address, Open, _time)
            : SerialControllerSource.ParseH5(address, Open, _time);
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        return transport.Device!.OperatingRate;
    }

    /// <summary>On H4 a first attempt may have taken the chip there before it failed.</summary>
    [Test]
    public async Task OpenAsync_H4_ChipWasJustReset_TheStartUpIsStillToldOfTheRate()
    {
        _chipRate = 3_000_000; // At the first rate the clock runs, which the reset takes its time by.
        var source = SerialControllerSource.ParseH4("/dev/ttyX?vendor=bcm&speed=3000000&reset=dtr", Open, _time);
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        Assert.That((transport.Line!.BaudRate, transport.Device!.OperatingRate), Is.EqualTo((First, 3_000_000)));
    }

    /// <summary>A port of the system is free again for the second opening.</summary>
    [Test]
    [Platform("Linux")]
    public async Task OpenAsync_H5_PortOfTheSystem_IsOpenedTwiceInARow()
    {
        await using var terminal = new PseudoTerminal();
        var source = SerialControllerSource.ParseH5($"{terminal.Path}?vendor=rtk&speed=1500000", TermiosPorts.Open, _time);
        Assert.That(
            async () => await source.OpenAsync(default).WaitAsync(Limit),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("at 115200 or at 1500000 bits per second"));
        Assert.That(terminal.Speed, Is.EqualTo(1_500_000));
    }

    private IEnumerable<int> Rates => _openings.Select(static settings => settings.BaudRate);

    private async Task ChangeRateAndCloseAsync(SerialControllerSource source, params int[] rates)
    {
        await using var transport = await source.OpenAsync(default).WaitAsync(Limit);
        transport.Start(new RecordingSink());
        foreach (var rate in rates)
        {
            transport.Line!.BaudRate = rate;
        }
    }

    // The chip's answers are there before it is asked, at its rate alone; then the clock stands, for nothing is waited for.
    private ISerialPort Open(string name, SerialSettings settings)
    {
        var (near, far) = DuplexStream.CreatePair();
        _openings.Add(settings);
        _lines.Add(far);
        _time.Stands = settings.BaudRate == _chipRate;
        if (_time.Stands)
        {
            far.Write(Yes);
            far.Flush();
        }

        return new MemoryPort(name, near) { BaudRate = settings.BaudRate };
    }

    private sealed class MemoryPort(string name, Stream stream) : ISerialPort
    {
        public string Name => name;

        public Stream Stream => stream;

        public int BaudRate { get; set; }

        public bool DataTerminalReady { get; set; }

        public bool RequestToSend { get; set; }

        public bool IsBreaking { get; set; }

        public void Discard()
        {
            // What comes before is not in this line.
        }

        public void Dispose() => stream.Dispose();
    }
}
