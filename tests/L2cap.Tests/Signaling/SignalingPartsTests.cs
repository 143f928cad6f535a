using System.Diagnostics.Metrics;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Signaling;

[TestFixture]
internal sealed class SignalingPartsTests
{
    [Test]
    public void CommandReader_TwoCommands_GivesBoth()
    {
        var reader = new CommandReader(L2capRig.Octets("0801 0200 aabb 0a02 0200 0200"));
        Assert.That(reader.TryRead(out var first, out var echo), Is.True);
        Assert.That(first, Is.EqualTo(new CommandHeader(CommandCode.EchoRequest, 1, 2)));
        Assert.That(echo.ToArray(), Is.EqualTo(new byte[] { 0xAA, 0xBB }));
        Assert.That(reader.TryRead(out var second, out _), Is.True);
        Assert.That(second.Code, Is.EqualTo(CommandCode.InformationRequest));
        Assert.That(reader.TryRead(out _, out _), Is.False);
        Assert.That(reader.End, Is.EqualTo(CommandListEnd.Clean));
    }

    [Test]
    public void CommandReader_EveryTruncation_GivesNoCommand([Range(1, 5)] int length)
    {
        var reader = new CommandReader(L2capRig.Octets("0801 0200 aabb").AsSpan(0, length));
        Assert.That(reader.TryRead(out _, out _), Is.False);
        Assert.That(reader.End, Is.EqualTo(length < 4 ? CommandListEnd.Trailing : CommandListEnd.Truncated));
        Assert.That(reader.TryRead(out _, out _), Is.False);
    }

    [Test]
    public void PendingRequests_GoThroughAllIdentifiersBeforeOneIsUsedAgain()
    {
        var pending = new PendingRequests();
        var requester = new Requester();
        var used = new HashSet<byte>();
        for (var i = 0; i < 255; i++)
        {
            var identifier = pending.Add(CommandCode.EchoResponse, requester);
            Assert.That(identifier, Is.Not.Zero);
            Assert.That(used.Add(identifier), Is.True);
            pending.Remove(identifier);
        }

        Assert.That(pending.Add(CommandCode.EchoResponse, requester), Is.EqualTo(1));
    }

    [Test]
    public void PendingRequests_OutstandingIdentifier_IsSkipped()
    {
        var pending = new PendingRequests();
        var requester = new Requester();
        var kept = pending.Add(CommandCode.ConnectionResponse, requester);
        for (var i = 0; i < 600; i++)
        {
            var identifier = pending.Add(CommandCode.EchoResponse, requester);
            Assert.That(identifier, Is.Not.EqualTo(kept).And.Not.Zero);
            pending.Remove(identifier);
        }
    }

    [Test]
    public void PendingRequests_AllOutstanding_GivesNone()
    {
        var pending = new PendingRequests();
        for (var i = 0; i < 255; i++)
        {
            pending.Add(CommandCode.EchoResponse, new Requester());
        }

        Assert.That(pending.Add(CommandCode.EchoResponse, new Requester()), Is.EqualTo(PendingRequests.NoIdentifier));
        Assert.That(pending.Count, Is.EqualTo(255));
    }

    [Test]
    public void PendingRequests_Find_AsksForCodeAndIdentifier()
    {
        var pending = new PendingRequests();
        var requester = new Requester();
        var identifier = pending.Add(CommandCode.EchoResponse, requester);
        Assert.Multiple(() =>
        {
            Assert.That(pending.Find(identifier, CommandCode.EchoResponse), Is.SameAs(requester));
            Assert.That(pending.Find(identifier, CommandCode.CommandReject), Is.SameAs(requester));
            Assert.That(pending.Find(identifier, CommandCode.ConnectionResponse), Is.Null);
            Assert.That(pending.Find(0, CommandCode.EchoResponse), Is.Null);
            Assert.That(pending.Find((byte)(identifier + 1), CommandCode.EchoResponse), Is.Null);
        });
    }

    [Test]
    public void SignalingRules_DependOnTheKindOfLink()
    {
        var classic = SignalingRules.For(LinkKind.BrEdr);
        var lowEnergy = SignalingRules.For(LinkKind.Le);
        Assert.Multiple(() =>
        {
            Assert.That(classic.Channel, Is.EqualTo(ChannelId.Signaling));
            Assert.That(classic.PeerMtu, Is.EqualTo(48));
            Assert.That(classic.AcceptedMtu, Is.EqualTo(672));
            Assert.That(lowEnergy.Channel, Is.EqualTo(ChannelId.LeSignaling));
            Assert.That(lowEnergy.PeerMtu, Is.EqualTo(23));
            Assert.That(lowEnergy.AcceptedMtu, Is.EqualTo(23));
        });
    }

    [Test]
    public void FixedChannels_OnlySignallingIsServed([Range(0, 0x3F)] int channel)
    {
        var expected = channel switch
        {
            1 => FixedChannelUse.Signaling,
            2 => FixedChannelUse.Connectionless,
            3 => FixedChannelUse.AmpManager,
            7 => FixedChannelUse.SecurityManager,
            _ => FixedChannelUse.Unknown,
        };
        Assert.That(FixedChannels.For(LinkKind.BrEdr, new((ushort)channel)), Is.EqualTo(expected));
        Assert.That(
            FixedChannels.For(LinkKind.Le, new((ushort)channel)),
            Is.EqualTo(channel == 5 ? FixedChannelUse.Signaling : FixedChannelUse.Unknown));
    }

    [Test]
    public void CommandCodes_Responses_AreKnown()
    {
        byte[] responses = [0x01, 0x03, 0x05, 0x07, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x13, 0x15, 0x18, 0x1A];
        for (var code = 0; code <= 0xFF; code++)
        {
            Assert.That(((CommandCode)code).IsResponse(), Is.EqualTo(responses.Contains((byte)code)), $"0x{code:X2}");
        }
    }

    [Test]
    public void Query_Timeout_EndsExactlyAtRtx()
    {
        using var rig = new L2capRig();
        Task<InformationOutcome>? query = null;
        rig.Do(() => query = rig.Layer.QueryInformationAsync(rig.Link, InformationType.FixedChannels));
        rig.ExpectCommand("0a01 0200 0300");
        Assert.That(rig.Link.Users, Is.EqualTo(1));
        rig.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.That(query!.IsCompleted, Is.False);
        rig.Advance(TimeSpan.FromTicks(1));
        Assert.That(query.Ended().Outcome, Is.EqualTo(QueryOutcome.Timeout));
        Assert.That(rig.Link.Users, Is.Zero);
    }

    [Test]
    public void Query_LinkEnds_IsLinkLost()
    {
        using var rig = new L2capRig();
        Task<InformationOutcome>? query = null;
        rig.Do(() => query = rig.Layer.QueryInformationAsync(rig.Link, InformationType.FixedChannels));
        rig.Do(() => rig.Layer.LinkDown(rig.Link, Hci.Packets.HciStatus.ConnectionTimeout));
        Assert.That(query!.Ended().Outcome, Is.EqualTo(QueryOutcome.LinkLost));
        rig.Do(() => query = rig.Layer.QueryInformationAsync(rig.Link, InformationType.FixedChannels));
        Assert.That(query!.Ended().Outcome, Is.EqualTo(QueryOutcome.LinkLost));
    }

    [Test]
    public void Query_MoreThanIdentifiers_IsBusy()
    {
        using var rig = new L2capRig();
        Task<InformationOutcome>? last = null;
        rig.Do(() =>
        {
            for (var i = 0; i < 256; i++)
            {
                last = rig.Layer.QueryInformationAsync(rig.Link, InformationType.FixedChannels);
            }
        });
        Assert.That(last!.Ended().Outcome, Is.EqualTo(QueryOutcome.Busy));
    }

    [Test]
    public async Task Echo_TooMuchData_IsTheCallersMistake()
    {
        using var rig = new L2capRig();
        await Assert.ThatAsync(() => rig.Layer.EchoAsync(rig.Link, new byte[41]), Throws.ArgumentException);
    }

    [Test]
    public void Counters_AreOnTheMeter()
    {
        using var rig = new L2capRig();
        rig.Signal("0801 0000");
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "HostStack.L2cap")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            seen[instrument.Name] = Math.Max(value, seen.GetValueOrDefault(instrument.Name)));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(seen["l2cap.pdus.received"], Is.GreaterThanOrEqualTo(1));
        Assert.That(seen["l2cap.commands.sent"], Is.GreaterThanOrEqualTo(1));
        rig.TakeCommand();
    }

    private sealed class Requester : IRequester
    {
        public void Rejected(CommandReject reject) => throw new InvalidOperationException("not expected");
    }
}
