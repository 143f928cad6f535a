namespace HostStack.Interop.Tests.Usb;

/// <summary>The octets are those of the example in Linux' Documentation/usb/usbip_protocol.rst, and of its tables.</summary>
public class UsbIpMessagesTests
{
    private const string CommandIn =
        "00000001 00000d05 0001000f 00000001 00000001 00000200 00000040 ffffffff 00000000 00000004 00000000 00000000";

    private const string CommandOut =
        "00000001 00000d06 0001000f 00000000 00000001 00000000 00000040 ffffffff 00000000 00000004 00000000 00000000";

    private const string ReplyOut =
        "00000003 00000d06 00000000 00000000 00000000 00000000 00000040 ffffffff 00000000 00000000 00000000 00000000";

    private const string CommandUnlink =
        "00000002 00000d07 0001000f 00000001 00000000 00000d05 00000000 00000000 00000000 00000000 00000000 00000000";

    private const string ReplyUnlink =
        "00000004 00000d07 00000000 00000000 00000000 ffffff98 00000000 00000000 00000000 00000000 00000000 00000000";

    private const string GetDescriptor =
        "00000001 00000001 00010002 00000001 00000000 00000200 00000012 00000000 ffffffff 00000000 8006000100001200";

    [Test]
    public void Submit_In_IsRead()
    {
        Assert.That(UsbIpCommand.TryParse(Hex(CommandIn), out var command), Is.True);
        Assert.That(command, Is.EqualTo(new UsbIpCommand(UsbIpCommandCode.Submit, 0xD05, 0x81, 64, -1, 0, 0, 0)));
        Assert.That((command.IsIn, command.IsIsochronous, command.DataLength), Is.EqualTo((true, false, 0)));
    }

    [Test]
    public void Submit_Out_HasItsDataBehindIt()
    {
        Assert.That(UsbIpCommand.TryParse(Hex(CommandOut), out var command), Is.True);
        Assert.That(command, Is.EqualTo(new UsbIpCommand(UsbIpCommandCode.Submit, 0xD06, 0x01, 64, -1, 0, 0, 0)));
        Assert.That((command.IsIn, command.DataLength), Is.EqualTo((false, 64)));
    }

    [Test]
    public void Submit_Control_KeepsTheOrderOfTheSetupPacket()
    {
        Assert.That(UsbIpCommand.TryParse(Hex(GetDescriptor), out var command), Is.True);
        Assert.That((command.Setup, command.Endpoint, command.IsIsochronous), Is.EqualTo((0x8006_0001_0000_1200UL, (byte)0x80, false)));
    }

    [Test]
    public void Submit_Answered_IsTheExample()
    {
        Assert.That(UsbIpCommand.TryParse(Hex(CommandOut), out var command), Is.True);
        var octets = new byte[UsbIp.HeaderSize];
        UsbIpReply.WriteSubmitted(octets, command, 0, 64);
        Assert.That(octets, Is.EqualTo(Hex(ReplyOut)));
    }

    [Test]
    public void Unlink_IsReadAndAnswered()
    {
        Assert.That(UsbIpCommand.TryParse(Hex(CommandUnlink), out var command), Is.True);
        Assert.That((command.Code, command.Sequence, command.Victim, command.DataLength), Is.EqualTo((UsbIpCommandCode.Unlink, 0xD07u, 0xD05u, 0)));
        var octets = new byte[UsbIp.HeaderSize];
        UsbIpReply.WriteUnlinked(octets, command.Sequence, UsbIp.Unlinked);
        Assert.That(octets, Is.EqualTo(Hex(ReplyUnlink)));
    }

    [Test]
    public void Command_EveryTruncationAndOneOctetMore_IsRefused([Values(CommandIn, CommandOut, CommandUnlink)] string hex)
    {
        byte[] octets = [.. Hex(hex), 0];
        for (var length = 0; length <= octets.Length; length++)
        {
            Assert.That(UsbIpCommand.TryParse(octets.AsSpan(0, length), out _), Is.EqualTo(length == UsbIp.HeaderSize), $"{length} octets");
        }
    }

    [TestCase(0, "00000005", TestName = "Command_Unknown_IsRefused")]
    [TestCase(12, "00000002", TestName = "Command_NoDirection_IsRefused")]
    [TestCase(16, "00000010", TestName = "Command_Endpoint16_IsRefused")]
    [TestCase(24, "80000000", TestName = "Command_NegativeLength_IsRefused")]
    [TestCase(24, "00100001", TestName = "Command_LengthOverTheBound_IsRefused")]
    [TestCase(32, "00000401", TestName = "Command_PacketsOverTheBound_IsRefused")]
    [TestCase(32, "fffffffe", TestName = "Command_NegativePackets_IsRefused")]
    public void Command_FieldOutOfRange_IsRefused(int offset, string word)
    {
        var octets = Hex(CommandIn);
        Hex(word).CopyTo(octets, offset);
        Assert.That(UsbIpCommand.TryParse(octets, out _), Is.False);
    }

    [TestCase("0111 8005 00000000", true)]
    [TestCase("0111 8003 00000000", true)]
    [TestCase("0106 8003 00000000", false)]     // an old client, with other sizes
    [TestCase("0106 8005 00000000", false)]
    [TestCase("0111 0005 00000000", false)]     // a reply
    public void Operation_IsReadWhereItIsOneOfThisVersion(string hex, bool valid) =>
        Assert.That(UsbIpOperationHeader.TryParse(Hex(hex), out _), Is.EqualTo(valid));

    [Test]
    public void Operation_EveryTruncationAndOneOctetMore_IsRefused([Range(0, 9)] int length) =>
        Assert.That(
            UsbIpOperationHeader.TryParse(Hex("0111 8005 00000000 00").AsSpan(0, length), out _),
            Is.EqualTo(length == UsbIpOperationHeader.Size));

    [TestCase("312d3100 00000000", true, "1-1")]
    [TestCase("00000000", true, "")]
    [TestCase("312d3131", false, "")]
    public void Text_EndsAtItsZero(string hex, bool valid, string text)
    {
        Assert.That(UsbIpText.TryRead(Hex(hex), out var read), Is.EqualTo(valid));
        Assert.That(read, Is.EqualTo(text));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));
}
