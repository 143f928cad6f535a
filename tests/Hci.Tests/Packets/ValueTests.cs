using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Packets;

public sealed class ValueTests
{
    [Test]
    public void Secrets_Printed_TellNothing()
    {
        var key = new LinkKey(WireCase.Hex(Vectors.K));
        var address = Vectors.Peer;
        Assert.That(new LinkKeyRequestReplyCommand(address, key).ToString(), Does.Contain("LinkKey = (link key)"));
        Assert.That(new PinCodeRequestReplyCommand(address, new PinCode("1234"u8)).ToString(),
            Does.Contain("(PIN)").And.Not.Contain("1234"));
        Assert.That(new UserPasskeyNotificationEvent(address, new(123456)).ToString(),
            Does.Contain("(passkey)").And.Not.Contain("123456"));
        Assert.That(new ReadLocalOobDataReturn(0, Vectors.Hash, default).ToString(), Does.Contain("(out-of-band value)"));
        Assert.That(new WriteStoredLinkKeyCommand([new(address, key)]).ToString(),
            Does.Contain("(link key)").And.Not.Contain("0001"));
    }

    [Test]
    public void LinkKey_Compared_GoesByOctets()
    {
        Span<byte> octets = stackalloc byte[LinkKey.Size];
        Vectors.Key.CopyTo(octets);
        Assert.That(Convert.ToHexString(octets), Is.EqualTo("00010203040506070809000102030405"));
        Assert.That(new LinkKey(octets), Is.EqualTo(Vectors.Key));
        for (var i = 0; i < LinkKey.Size; i++)
        {
            octets[i] ^= 0x10;
            Assert.That(new LinkKey(octets), Is.Not.EqualTo(Vectors.Key), $"octet {i}");
            octets[i] ^= 0x10;
        }

        Assert.That(default(LinkKey).IsZero, Is.True);
        Assert.That(Vectors.Key.IsZero, Is.False);
        Assert.That(() => new LinkKey(new byte[15]), Throws.ArgumentException);
    }

    [Test]
    public void Passkey_OfText_IsOneToSixDigits()
    {
        Assert.That(Passkey.TryParse("000042", out var passkey), Is.True);
        Assert.That(passkey.ToDigits(), Is.EqualTo("000042"));
        Assert.That(Passkey.TryParse("1234567", out _), Is.False);
        Assert.That(Passkey.TryParse("", out _), Is.False);
        Assert.That(Passkey.TryParse("-1", out _), Is.False);
        Assert.That(() => new Passkey(1_000_000), Throws.TypeOf<ArgumentOutOfRangeException>());
        var million = WireCase.Hex(Vectors.A + "40 42 0f 00");
        Assert.That(UserConfirmationRequestEvent.TryParse(million, out _), Is.False);
    }

    [Test]
    public void PinCode_OfText_IsOneToSixteenOctets()
    {
        Assert.That(PinCode.TryFrom("0000", out var pin), Is.True);
        Assert.That(pin, Is.EqualTo(new PinCode("0000"u8)));
        Assert.That(PinCode.TryFrom("", out _), Is.False);
        Assert.That(PinCode.TryFrom("ééééééééé", out _), Is.False);
        Assert.That(PinCodeRequestReplyCommand.TryParse(WireCase.Hex(Vectors.A + "11" + WireCase.Zeros(16)), out _), Is.False);
        Assert.That(PinCodeRequestReplyCommand.TryParse(WireCase.Hex(Vectors.A + "00" + WireCase.Zeros(16)), out _), Is.False);
    }

    [Test]
    public void ClassOfDevice_OfAGroupNetwork_HasTheNetworkingBit()
    {
        var computer = new ClassOfDevice(MajorServiceClasses.Networking, MajorDeviceClass.Computer, 3);
        Assert.That(computer.Value, Is.EqualTo(0x02010C));
        Assert.That(computer.OffersNetworking, Is.True);
        Assert.That((computer.Major, computer.Minor), Is.EqualTo((MajorDeviceClass.Computer, (byte)3)));
        Assert.That(new ClassOfDevice(0x010C).With(MajorServiceClasses.Networking), Is.EqualTo(computer));
        Assert.That(new ClassOfDevice(0x010C).OffersNetworking, Is.False);
    }

    [Test]
    public void Slots_OfTime_AreRoundedUpAndBounded()
    {
        Assert.That(Slots.From(TimeSpan.FromSeconds(5.12)).Value, Is.EqualTo(0x2000));
        Assert.That(new Slots(0x2000).Duration, Is.EqualTo(TimeSpan.FromSeconds(5.12)));
        Assert.That(Slots.From(TimeSpan.FromMicroseconds(626)).Value, Is.EqualTo(2));
        Assert.That(Slots.From(TimeSpan.FromHours(1)).Value, Is.EqualTo(0xFFFF));
        Assert.That(Slots.From(TimeSpan.FromSeconds(-1)).Value, Is.Zero);
    }

    [Test]
    public void DeviceName_LongerThanTheField_IsCutBetweenCharacters()
    {
        var name = DeviceName.From(new string('x', 247) + "é");
        Assert.That(name.ToString(), Is.EqualTo(new string('x', 247)));
        Assert.That(DeviceName.From("héllo").ToString(), Is.EqualTo("héllo"));
        Assert.That(new DeviceName([0x41, 0x1B, 0xFF, 0x00, 0x42]).ToString(), Is.EqualTo("A\uFFFD\uFFFD"));
    }

    [Test]
    public void SupportedCommands_OfOctets_TellEachCommand()
    {
        var commands = new SupportedCommands(WireCase.Hex(WireCase.Zeros(20) + "10" + WireCase.Zeros(43)));
        Assert.That(commands.Supports(OpCode.ReadEncryptionKeySize), Is.True);
        Assert.That(commands.Supports(OpCode.IoCapabilityRequestNegativeReply), Is.False);
        Assert.That(commands.Supports(OpCode.ReadLocalSupportedCommands), Is.True);
        Assert.That(commands.Supports(new OpCode(0xFC01)), Is.False);
        Assert.That(SupportedCommands.Of(OpCode.ReadEncryptionKeySize, new OpCode(0xFC01)), Is.EqualTo(commands));
    }

    [Test]
    public void SupportedCommands_EveryCommandWeHave_HasItsOwnBit()
    {
        foreach (var type in WireFormatTests.Commands())
        {
            var code = ((IHciCommand)Activator.CreateInstance(type)!).OpCode;
            Assert.That(SupportedCommands.Of(code).Supports(code), Is.True, type.Name);
            Assert.That(SupportedCommandBits.Find(code) is null, Is.EqualTo(code == OpCode.ReadLocalSupportedCommands),
                type.Name);
        }

        var bits = SupportedCommandBits.Commands.Select(static code => SupportedCommandBits.Find(code)).ToList();
        Assert.That(bits, Is.Unique);
    }

    [Test]
    public void LmpFeatures_OfPages_TellWhatBothSidesDo()
    {
        var features = default(LmpFeatures).With(0, 0x837B1E58C00808A4).With(1, 0x0B).With(2, 0x100).With(3, 1);
        Assert.That(features.SecureSimplePairing, Is.True);
        Assert.That(features.SecureConnections, Is.True);
        Assert.That(features.With(1, 0).SecureSimplePairing, Is.False);
        Assert.That(features.Has(LmpFeaturePage0.RoleSwitch | LmpFeaturePage0.ExtendedFeatures), Is.True);
        Assert.That((features.Page(0), features.Page(1), features.Page(2), features.Page(3)),
            Is.EqualTo((0x837B1E58C00808A4UL, 0x0BUL, 0x100UL, 0UL)));
    }

    [Test]
    public void EventMask_EveryEventOfPage1UpToLeMeta_HasTheBitOfItsCode()
    {
        foreach (var mask in Enum.GetValues<EventMask>())
        {
            if (Enum.TryParse<EventCode>(mask.ToString(), out var code))
            {
                Assert.That(mask, Is.EqualTo((EventMask)(1UL << ((int)code - 1))), mask.ToString());
            }
        }
    }

    [TestCase(EventMaskPage2.NumberOfCompletedDataBlocks, 8)]
    [TestCase(EventMaskPage2.InquiryResponseNotification, 22)]
    [TestCase(EventMaskPage2.AuthenticatedPayloadTimeoutExpired, 23)]
    [TestCase(EventMaskPage2.SamStatusChange, 24)]
    [TestCase(EventMaskPage2.EncryptionChangeV2, 25)]
    public void EventMaskPage2_Bits_AreThoseOfTheSpecification(EventMaskPage2 mask, int bit) =>
        Assert.That((ulong)mask, Is.EqualTo(1UL << bit));

    [TestCase("01 00", 0, 0, "")]
    [TestCase("01 01 0c 01 02 ff ff ff", 1, 1, "0x02010C")]
    [TestCase("02 00 02", 2, 0, "")]
    [TestCase("02 01 00 00 02 00 00 02 03", 2, 1, "0x020000")]
    [TestCase("02 02 42 00 00 01 aa 00 01", 2, 2, "")]
    public void SetEventFilter_EveryForm_IsWrittenBack(string hex, int type, int condition, string classOfDevice)
    {
        Assert.That(SetEventFilterCommand.TryParse(WireCase.Hex(hex), out var command), Is.True);
        Assert.That((int)command.Condition, Is.EqualTo(condition));
        Assert.That((int)command.FilterType, Is.EqualTo(type == 0 ? 1 : type));
        Assert.That(classOfDevice.Length == 0 || command.ClassOfDevice.ToString() == classOfDevice, Is.True);
        var octets = new byte[command.EncodedSize];
        var writer = new WireWriter(octets);
        command.Write(ref writer);
        Assert.That(octets, Is.EqualTo(WireCase.Hex(hex)));
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(SetEventFilterCommand.TryParse(octets.AsSpan(0, length), out _), Is.False);
        }
    }
}
