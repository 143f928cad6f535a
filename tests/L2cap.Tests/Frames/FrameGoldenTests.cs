using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Frames;

/// <summary>Octets that BlueZ put on the air (captures of 5.66) or that the specification's tables give.</summary>
[TestFixture]
internal sealed class FrameGoldenTests
{
    [Test]
    public void BasicHeader_FromCapture() => Exact<BasicHeader>("0800 0100", new(8, ChannelId.Signaling));

    [Test]
    public void CommandHeader_FromCapture() =>
        Exact<CommandHeader>("0204 0400", new(CommandCode.ConnectionRequest, 4, 4));

    [Test]
    public void ConnectionRequest_FromCapture() => Exact<ConnectionRequest>("0f00 4000", new(Psm.Bnep, new(0x0040)));

    [Test]
    public void ConnectionResponse_PendingFromCapture() => Exact<ConnectionResponse>(
        "4000 4000 0100 0200",
        new(new(0x0040), new(0x0040), ConnectionResult.Pending, ConnectionStatus.AuthorizationPending));

    [Test]
    public void ConnectionResponse_SecurityBlockFromCapture() => Exact<ConnectionResponse>(
        "4000 4000 0300 0000", new(new(0x0040), new(0x0040), ConnectionResult.SecurityBlock, ConnectionStatus.None));

    [Test]
    public void DisconnectionRequest_FromCapture() =>
        Exact<DisconnectionRequest>("4000 4100", new(new(0x0040), new(0x0041)));

    [Test]
    public void DisconnectionResponse_FromCapture() =>
        Exact<DisconnectionResponse>("4100 4000", new(new(0x0041), new(0x0040)));

    [Test]
    public void InformationRequest_FromCapture() => Exact<InformationRequest>("0200", new(InformationType.ExtendedFeatures));

    [Test]
    public void InformationResponse_FeaturesFromCapture() => Exact<InformationResponse>(
        "0200 0000 b8020000", new(InformationType.ExtendedFeatures, InformationResult.Success, 0x2B8));

    [Test]
    public void InformationResponse_FixedChannelsFromCapture() => Exact<InformationResponse>(
        "0300 0000 8600000000000000", new(InformationType.FixedChannels, InformationResult.Success, 0x86));

    [Test]
    public void InformationResponse_ConnectionlessMtu() => Exact<InformationResponse>(
        "0100 0000 a002", new(InformationType.ConnectionlessMtu, InformationResult.Success, 672));

    [Test]
    public void InformationResponse_NotSupported() => Exact<InformationResponse>(
        "0100 0100", new(InformationType.ConnectionlessMtu, InformationResult.NotSupported, 0));

    [Test]
    public void CommandReject_NotUnderstood() => Exact("0000", CommandReject.NotUnderstood());

    [Test]
    public void CommandReject_MtuExceeded() => Exact("0100 a002", CommandReject.MtuExceeded(672));

    [Test]
    public void CommandReject_InvalidCid() =>
        Exact("0200 4000 4100", CommandReject.InvalidCid(new(0x0040), new(0x0041)));

    [Test]
    public void CommandReject_UnknownReason_IsRejected() =>
        Assert.That(CommandReject.TryParse(L2capRig.Octets("0300"), out _), Is.False);

    [Test]
    public void CommandReject_Fields_BelongToTheirReason()
    {
        var cid = CommandReject.InvalidCid(new(0x0040), new(0x0041));
        var mtu = CommandReject.MtuExceeded(48);
        Assert.Multiple(() =>
        {
            Assert.That(cid.Local.Value, Is.EqualTo(0x40));
            Assert.That(cid.Remote.Value, Is.EqualTo(0x41));
            Assert.That(cid.ActualMtu, Is.Zero);
            Assert.That(mtu.ActualMtu, Is.EqualTo(48));
            Assert.That(mtu.Local.Value, Is.Zero);
        });
    }

    [Test]
    public void MtuOption_FromCapture() => Exact<MtuOption>("9b06", new(1691));

    [Test]
    public void FlushTimeoutOption_Default() => Exact<FlushTimeoutOption>("ffff", new(0xFFFF));

    [Test]
    public void QualityOfServiceOption_Default() => Exact<QualityOfServiceOption>(
        "00 01 00000000 00000000 00000000 ffffffff ffffffff",
        new(0, ServiceType.BestEffort, 0, 0, 0, uint.MaxValue, uint.MaxValue));

    [Test]
    public void RetransmissionOption_BasicFromCapture() =>
        Exact("000000000000000000", RetransmissionOption.Basic);

    [Test]
    public void RetransmissionOption_Ertm() => Exact<RetransmissionOption>(
        "03 3f 03 d007 e02e f203", new(ChannelMode.EnhancedRetransmission, 63, 3, 2000, 12000, 1010));

    [Test]
    public void FcsOption_Crc16() => Exact<FcsOption>("01", new(FcsType.Crc16));

    [Test]
    public void ExtendedFlowSpecification_Default() => Exact<ExtendedFlowSpecificationOption>(
        "01 01 ffff ffffffff ffffffff ffffffff",
        new(1, ServiceType.BestEffort, 0xFFFF, uint.MaxValue, uint.MaxValue, uint.MaxValue));

    [Test]
    public void ExtendedWindowOption_Largest() => Exact<ExtendedWindowOption>("ff3f", new(0x3FFF));

    [Test]
    public void ConfigurationRequest_FromCapture()
    {
        var golden = L2capRig.Octets("4000 0000 01029b06 0409000000000000000000");
        Assert.That(ConfigurationRequest.TryParse(golden, out var request), Is.True);
        Assert.That(request.Destination.Value, Is.EqualTo(0x40));
        Assert.That(request.HasMore, Is.False);
        var reader = new OptionReader(request.Options);
        Assert.That(reader.TryRead(out var mtu), Is.True);
        Assert.That(mtu.Type, Is.EqualTo(OptionType.Mtu));
        Assert.That(mtu.IsHint, Is.False);
        Assert.That(reader.TryRead(out var mode), Is.True);
        Assert.That(RetransmissionOption.TryParse(mode.Data, out var basic) && basic == RetransmissionOption.Basic, Is.True);
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That(reader.IsMalformed, Is.False);
        Assert.That(WriteBack(request), Is.EqualTo(golden));
        for (var length = 0; length < ConfigurationRequest.FixedSize; length++)
        {
            Assert.That(ConfigurationRequest.TryParse(golden.AsSpan(0, length), out _), Is.False);
        }
    }

    [Test]
    public void ConfigurationResponse_FromCapture()
    {
        var golden = L2capRig.Octets("4000 0000 0000 01029b06");
        Assert.That(ConfigurationResponse.TryParse(golden, out var response), Is.True);
        Assert.That(response.Source.Value, Is.EqualTo(0x40));
        Assert.That(response.Result, Is.EqualTo(ConfigurationResult.Success));
        Assert.That(response.HasMore, Is.False);
        Assert.That(WriteBack(response), Is.EqualTo(golden));
        for (var length = 0; length < ConfigurationResponse.FixedSize; length++)
        {
            Assert.That(ConfigurationResponse.TryParse(golden.AsSpan(0, length), out _), Is.False);
        }
    }

    [Test]
    public void OptionReader_EveryTruncation_StopsWithoutAnOption()
    {
        var golden = L2capRig.Octets("0409000000000000000000");
        for (var length = 1; length < golden.Length; length++)
        {
            var reader = new OptionReader(golden.AsSpan(0, length));
            Assert.That(reader.TryRead(out _), Is.False, $"{length} octets");
            Assert.That(reader.IsMalformed, Is.True, $"{length} octets");
        }
    }

    [Test]
    public void Echo_AnyOctets_AreKept()
    {
        var golden = L2capRig.Octets("00ff55aa");
        Assert.That(Echo.TryParse(golden, out var echo), Is.True);
        Assert.That(WriteBack(echo), Is.EqualTo(golden));
        Assert.That(Echo.TryParse([], out var empty) && empty.EncodedSize == 0, Is.True);
    }

    [Test]
    public void OptionWriter_WritesTypeLengthAndData()
    {
        var buffer = new byte[4];
        var writer = new WireWriter(buffer);
        OptionWriter.Write(ref writer, new MtuOption(1691));
        Assert.That(buffer, Is.EqualTo(L2capRig.Octets("01029b06")));
    }

    private static void Exact<T>(string hex, T expected)
        where T : struct, IWireFormat<T>
    {
        var golden = L2capRig.Octets(hex);
        Assert.That(T.TryParse(golden, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(expected));
        Assert.That(WriteBack(expected), Is.EqualTo(golden));
        for (var length = 0; length < golden.Length; length++)
        {
            Assert.That(T.TryParse(golden.AsSpan(0, length), out _), Is.False, $"{length} octets");
        }

        Assert.That(T.TryParse([.. golden, 0], out _), Is.False, "a trailing octet");
    }

    private static byte[] WriteBack<T>(scoped in T value)
        where T : struct, IWireFormat<T>, allows ref struct
    {
        var written = new byte[value.EncodedSize];
        var writer = new WireWriter(written);
        value.Write(ref writer);
        Assert.That(writer.Length, Is.EqualTo(written.Length));
        return written;
    }
}
