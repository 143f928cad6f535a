using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Usb;

namespace HostStack.Interop.Tests.Usb;

/// <summary>Real sockets and the radio's thread: every wait is for octets, with one limit for the whole test.</summary>
[CancelAfter(60_000)]
public class UsbIpServerTests
{
    private const string Numbers = "00000001" + "00000002" + "00000002" + "12090001" + "0100" + "e00101" + "010102";
    private const string Reset = "20 00 0000 0000 0300";

    private VirtualRadio _radio = null!;
    private UsbDongle _dongle = null!;
    private UsbIpServer _server = null!;

    [SetUp]
    public void SetUp() => (_radio, _dongle, _server) = UsbIpClient.NewServer();

    [TearDown]
    public void TearDown() => _radio.Dispose();

    [Test]
    public async Task List_NamesTheDeviceAndItsInterfaces_AndEnds(CancellationToken stop)
    {
        await using var client = await UsbIpClient.ConnectAsync(_server, stop);
        await client.SendAsync("0111 8005 00000000", stop);
        Assert.That(await client.ReceiveAsync(12, stop), Is.EqualTo("011100050000000000000001"));
        var device = await client.ReceiveAsync(312, stop);
        Assert.That(device[..48], Is.EqualTo(Convert.ToHexStringLower("/sys/devices/virtual/usb"u8)));
        Assert.That(device[512..576], Is.EqualTo("312d31" + new string('0', 58)));
        Assert.That(device[576..], Is.EqualTo(Numbers));
        Assert.That(await client.ReceiveAsync(8, stop), Is.EqualTo("e0010100e0010100"));
        Assert.That(await client.IsClosedAsync(stop), Is.True);
    }

    [Test]
    public async Task Import_OfWhatIsThere_PlugsItIn(CancellationToken stop)
    {
        await using var client = await UsbIpClient.ConnectAsync(_server, stop);
        Assert.That((await client.ImportAsync(stop))[576..], Is.EqualTo(Numbers));
        await client.SubmitAsync(1, 0x80, 18, stop, "8006000100001200");
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("submitted 1 0 12010002e001014009120100000101020301"));
        await client.SubmitAsync(2, 0x80, 255, stop, "800600060000ff00");
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("submitted 2 -32"), "no device qualifier: a stall");
    }

    [Test]
    public async Task Import_OfAnother_IsRefused(CancellationToken stop)
    {
        await using var client = await UsbIpClient.ConnectAsync(_server, stop);
        await client.SendAsync("0111 8003 00000000 312d32" + new string('0', 58), stop);
        Assert.That(await client.ReceiveAsync(8, stop), Is.EqualTo("0111000300000001"));
        Assert.That(await client.IsClosedAsync(stop), Is.True);
    }

    [Test]
    public async Task CommandAndEvent_CrossInRequestBlocks(CancellationToken stop)
    {
        await using var client = await ConfiguredAsync(stop);
        await client.SubmitAsync(10, 0x81, 16, stop);
        await client.SubmitAsync(11, 0x00, 3, stop, Reset, "030c00");
        var answers = new[] { await client.AnswerAsync(isIn: false, stop) };
        Assert.That(answers[0], Is.EqualTo("submitted 11 0 (3)"));
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("submitted 10 0 0e0401030c00"));
    }

    [Test]
    public async Task Unlink_OfWhatWaits_EndsItWithoutAnAnswerOfItsOwn(CancellationToken stop)
    {
        await using var client = await ConfiguredAsync(stop);
        await client.SubmitAsync(10, 0x82, 1028, stop);
        await client.UnlinkAsync(11, 10, stop);
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("unlinked 11 -104"));
        await client.UnlinkAsync(12, 10, stop);
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("unlinked 12 0"), "it has ended before");
    }

    [Test]
    public async Task Voice_IsSwallowed(CancellationToken stop)
    {
        await using var client = await ConfiguredAsync(stop);
        await client.SubmitAsync(10, 0x00, 0, stop, "010b010001000000");
        Assert.That(await client.AnswerAsync(isIn: false, stop), Is.EqualTo("submitted 10 0 (0)"));
        const string Packets = "00000000 00000009 00000000 00000000" + "00000009 00000009 00000000 00000000";
        await client.SendAsync(
            "00000001 0000000b 00010002 00000000 00000003 00000002 00000012 00000000 00000002 00000001 0000000000000000"
            + new string('0', 36) + Packets, stop);
        Assert.That(await client.AnswerAsync(isIn: false, stop), Is.EqualTo("submitted 11 0 (18)"));
        Assert.That(
            await client.ReceiveAsync(32, stop),
            Is.EqualTo("00000000000000090000000900000000" + "00000009000000090000000900000000"));
        await client.SendAsync(
            "00000001 0000000c 00010002 00000001 00000003 00000002 00000012 00000000 00000002 00000001 0000000000000000" + Packets, stop);
        Assert.That(await client.AnswerAsync(isIn: true, stop), Is.EqualTo("submitted 12 0"));
        Assert.That(
            await client.ReceiveAsync(32, stop),
            Is.EqualTo("00000000000000090000000000000000" + "00000009000000090000000000000000"));
    }

    [Test]
    public async Task Client_ThatGoes_PullsTheDongle_AndTheNextImportsIt(CancellationToken stop)
    {
        var first = await ConfiguredAsync(stop);
        await first.SubmitAsync(10, 0x81, 16, stop);
        await first.DisposeAsync();
        Assert.That(_dongle.IsPlugged, Is.False);

        await using var second = await ConfiguredAsync(stop);
        await second.SubmitAsync(11, 0x00, 3, stop, Reset, "030c00");
        Assert.That(await second.AnswerAsync(isIn: false, stop), Is.EqualTo("submitted 11 0 (3)"));
    }

    [Test]
    public async Task Dongle_ThatIsPulled_EndsTheConnection(CancellationToken stop)
    {
        await using var client = await ConfiguredAsync(stop);
        _dongle.Controller.PowerOff();
        Assert.That(await client.IsClosedAsync(stop), Is.True);
    }

    [Test]
    public async Task Stream_ThatEndsAnywhere_PullsTheDongle(CancellationToken stop)
    {
        // An import, a command with its data, and the stream ends after each octet of it.
        const string Story = "01118003 00000000 312d3100 00000000000000000000000000000000000000000000000000000000 "
            + "00000001 00000001 00010002 00000000 00000000 00000000 00000003 00000000 ffffffff 00000000 2000000000000300 030c00";
        var octets = Story.Replace(" ", string.Empty, StringComparison.Ordinal);
        for (var length = 0; length <= octets.Length; length += 2)
        {
            var client = await UsbIpClient.ConnectAsync(_server, stop);
            await client.SendAsync(octets[..length], stop);
            client.Close();
            await client.Serving;
            await client.DisposeAsync();
            Assert.That(_dongle.IsPlugged, Is.False, $"after {length / 2} octets");
        }
    }

    [TestCase("0106 8003 00000000")]
    [TestCase("474554202f20485454")]
    public async Task Client_OfAnotherProtocol_IsTold(string hex, CancellationToken stop)
    {
        var client = await UsbIpClient.ConnectAsync(_server, stop);
        await client.SendAsync(hex, stop);
        Assert.That(async () => await client.Serving, Throws.TypeOf<InvalidDataException>());
        Assert.That(await client.IsClosedAsync(stop), Is.True);
    }

    [Test]
    public async Task Command_OutOfRange_EndsTheConnectionAndPullsTheDongle(CancellationToken stop)
    {
        var client = await ConfiguredAsync(stop);
        await client.SubmitAsync(10, 0x81, -1, stop);
        Assert.That(async () => await client.Serving, Throws.TypeOf<InvalidDataException>());
        Assert.That(_dongle.IsPlugged, Is.False);
    }

    private async Task<UsbIpClient> ConfiguredAsync(CancellationToken stop)
    {
        var client = await UsbIpClient.ConnectAsync(_server, stop);
        await client.ImportAsync(stop);
        await client.SubmitAsync(1, 0x00, 0, stop, "0009010000000000");
        Assert.That(await client.AnswerAsync(isIn: false, stop), Is.EqualTo("submitted 1 0 (0)"));
        return client;
    }
}
