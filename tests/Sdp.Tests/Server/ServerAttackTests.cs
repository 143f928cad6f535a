using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;
using HostStack.Sdp.Server;
using HostStack.Testing;

namespace HostStack.Sdp.Tests.Server;

[TestFixture]
public sealed class ServerAttackTests
{
    private const byte Search = 0x02;
    private const byte SearchAttribute = 0x06;
    private const string Everything = "3503190100 0020 35050A0000FFFF ";

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2017-0785")]
    public void Continuation_OfAnotherRequest_IsError5()
    {
        var rig = new ServerRig();
        var state = rig.Ask(SearchAttribute, Everything + "00")[^10..];
        Assert.That(state, Does.StartWith("04"));

        // The state of a long answer with the pattern of a short one: what the attack reads memory with.
        rig.AskRefused(SearchAttribute, "3503191117 0020 35050A0000FFFF " + state, 0x0005);
        rig.AskRefused(0x04, "00010000 0020 35050A0000FFFF " + state, 0x0005);
        rig.AskRefused(Search, "3503190100 0020 " + state, 0x0005);

        // The rightful request still goes on.
        Assert.That(rig.Ask(SearchAttribute, Everything + state)[..4], Is.EqualTo("0020"));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2017-1000250")]
    public void Continuation_EveryForgedState_IsError5AndGivesNothing()
    {
        var rig = new ServerRig();
        var state = Hex.Parse(rig.Ask(SearchAttribute, Everything + "00")[^10..]);
        for (var index = 1; index < state.Length; index++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] forged = [.. state];
                forged[index] ^= (byte)(1 << bit);
                rig.AskRefused(SearchAttribute, Everything + Hex.Of(forged), 0x0005);
            }
        }

        foreach (var length in new[] { 1, 2, 3, 5, 8, 16 })
        {
            rig.AskRefused(SearchAttribute, Everything + $"{length:X2}" + new string('F', 2 * length), 0x0005);
        }
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2017-1000250")]
    public void Continuation_UsedTwice_IsError5TheSecondTime()
    {
        var rig = new ServerRig();
        var state = rig.Ask(SearchAttribute, Everything + "00")[^10..];
        rig.Ask(SearchAttribute, Everything + state);
        rig.AskRefused(SearchAttribute, Everything + state, 0x0005);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2017-0785")]
    public void Continuation_OfAnotherChannel_IsError5()
    {
        var first = new ServerRig();
        var second = new ServerRig(server: first.Server);
        var state = first.Ask(SearchAttribute, Everything + "00")[^10..];
        second.AskRefused(SearchAttribute, Everything + state, 0x0005);
        Assert.That(first.Ask(SearchAttribute, Everything + state)[..4], Is.EqualTo("0020"));
    }

    [Test]
    public void Continuation_AfterARecordChange_IsError5AndForgotten()
    {
        var rig = new ServerRig();
        var state = rig.Ask(SearchAttribute, Everything + "00")[^10..];
        rig.Database.Add(NetworkServiceRecord.Nap());
        rig.AskRefused(SearchAttribute, Everything + state, 0x0005);
        Assert.That(rig.Server.PendingOctets, Is.Zero);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2017-0785")]
    public void Request_EveryTruncation_IsAnErrorOrSilence([Values] bool honestLength)
    {
        var rig = new ServerRig();
        var state = rig.Ask(SearchAttribute, Everything + "00")[^10..];
        var parameters = Hex.Parse(Everything + state);
        for (var length = 0; length < parameters.Length; length++)
        {
            var said = honestLength ? length : parameters.Length;
            var answer = rig.Send([0x06, 0, 9, 0, (byte)said, .. parameters.AsSpan(0, length)]);
            Assert.That(Hex.Of(answer), Is.EqualTo(honestLength ? "01000900020003" : "01000900020004"), $"{length} octets");
        }

        for (var length = 0; length < 5; length++)
        {
            Assert.That(rig.Send(new byte[length]), Is.Empty);
        }
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP continuation leak")]
    public void Continuations_StartedAndLeft_AreForgottenWithTheirChannel()
    {
        var server = new SdpServer(ServerRig.NewDatabase());
        for (var i = 0; i < 1000; i++)
        {
            var rig = new ServerRig(server: server);
            for (var query = 0; query < 5; query++)
            {
                rig.Ask(SearchAttribute, $"3503190100 {7 + query:X4} 35050A0000FFFF 00");
            }

            Assert.That(server.PendingOctets, Is.Positive.And.LessThan(2000));
            rig.Observer.Closed(rig.Channel, ChannelCloseReason.LinkLost);
            rig.Observer.Closed(rig.Channel, ChannelCloseReason.LinkLost);
            Assert.That(rig.Channel.Outstanding, Is.Zero);
        }

        Assert.That(server.PendingOctets, Is.Zero);
        Assert.That(server.Channels, Is.Zero);
    }

    [Test]
    public void Continuations_FloodOfOneChannel_LeavesTheOthersRoom()
    {
        var attacker = new ServerRig();
        var honest = new ServerRig(server: attacker.Server);
        var state = honest.Ask(SearchAttribute, Everything + "00")[^10..];
        for (var i = 0; i < 500; i++)
        {
            attacker.Ask(SearchAttribute, $"3503190100 {7 + (i % 20):X4} 35050A0000FFFF 00");
        }

        Assert.That(honest.Ask(SearchAttribute, Everything + state)[..4], Is.EqualTo("0020"));
    }

    [Test]
    public void Continuations_BeyondTheBudget_AreError6()
    {
        var database = new ServiceRecordDatabase();
        for (var i = 0; i < 8; i++)
        {
            database.Add(new ServiceRecordBuilder().WithClasses(KnownUuid.Gn).With(AttributeId.ServiceName, DataElement.Text(new byte[7000])));
        }

        var server = new SdpServer(database);
        const string Request = "3503191117 0100 35050A0000FFFF 00";
        var refused = 0;
        for (var i = 0; i < SdpServer.MaximumChannels / 2; i++)
        {
            var rig = new ServerRig(server: server);
            rig.Send(Hex.Parse("06 0008 000F " + Request));
            var last = rig.Send(Hex.Parse("06 0009 000F " + Request));
            refused += Hex.Of(last) == "01000900020006" ? 1 : 0;
            if (refused > 0)
            {
                break;
            }
        }

        Assert.That(refused, Is.EqualTo(1));
        Assert.That(server.PendingOctets, Is.LessThanOrEqualTo(SdpServer.MaximumPendingOctets));
    }

    [Test]
    public void List_LongerThanTheServersBound_IsError6()
    {
        var rig = new ServerRig();
        rig.Database.Add(new ServiceRecordBuilder().WithClasses(KnownUuid.Panu).With(AttributeId.ServiceName, DataElement.Text(new byte[70000])));
        rig.AskRefused(SearchAttribute, "3503191115 FFFF 35050A0000FFFF 00", 0x0006);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP counts")]
    public void Search_MaximumCountBeyondTheRecords_IsClamped()
    {
        var rig = new ServerRig();
        Assert.That(rig.Ask(Search, "3503191002 FFFF 00"), Does.StartWith("00030003"));
        Assert.That(rig.Ask(Search, "3503191002 0002 00"), Is.EqualTo("00020002" + "00000000" + "00010000" + "00"));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP counts")]
    public void Lists_LengthsThatWrap16Bits_AreError3()
    {
        var rig = new ServerRig();
        rig.AskRefused(SearchAttribute, "36FFFF191002 FFFF 35050A0000FFFF 00", 0x0003);
        rig.AskRefused(SearchAttribute, "3503191002 FFFF 37FFFFFFFF0A0000FFFF 00", 0x0003);
        rig.AskRefused(SearchAttribute, "3700010003191002 FFFF 35050A0000FFFF 00", 0x0003);
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP nesting")]
    public void Request_ThousandNestedSequences_IsError3AtEveryTruncation()
    {
        var rig = new ServerRig(mtu: 4096);
        var nested = Nesting.Of(1000);
        for (var length = 0; length <= nested.Length; length += length < 40 ? 1 : 37)
        {
            rig.AskRefused(SearchAttribute, Hex.Of(nested.AsSpan(0, length)) + "FFFF 35050A0000FFFF 00", 0x0003);
        }
    }

    [Test]
    public void Accept_BeyondTheMostChannels_IsRefused()
    {
        var server = new SdpServer(new ServiceRecordDatabase());
        for (var i = 0; i < SdpServer.MaximumChannels; i++)
        {
            Assert.That(server.Accept(NewChannel()), Is.Not.Null);
        }

        Assert.That(server.Accept(NewChannel()), Is.Null);
    }

    [Test]
    [Category("Attack")]
    public void Accept_OnePeerAsksForEverything_LeavesTheOthersTheirPlaces()
    {
        var server = new SdpServer(new ServiceRecordDatabase());
        var greedy = NewChannel();
        var taken = new List<IChannelObserver>();
        for (var i = 0; i < SdpServer.MaximumChannels; i++)
        {
            if (server.Accept(greedy) is { } observer)
            {
                taken.Add(observer);
            }
        }

        Assert.That(taken, Has.Count.EqualTo(SdpServer.MaximumChannelsPerLink));
        Assert.That(server.Accept(NewChannel()), Is.Not.Null, "another peer");
        taken[0].Closed(greedy, ChannelCloseReason.RemoteRequest);
        taken[0].Closed(greedy, ChannelCloseReason.RemoteRequest);
        Assert.That(server.Channels, Is.EqualTo(SdpServer.MaximumChannelsPerLink));
        Assert.That(server.Accept(greedy), Is.Not.Null, "its own place came free");
        Assert.That(server.Accept(greedy), Is.Null);
    }

    private static FakeL2capChannel NewChannel() => new(new FakeAclLink(), Psm.Sdp, isInitiator: false);

    [TestCase("01 0001 0002 0003")]
    [TestCase("03 0001 0005 0000000000")]
    [TestCase("05 0001 0005 0002350000")]
    [TestCase("07 0001 0005 0002350000")]
    public void Response_SentToTheServer_IsDroppedSoThatTwoServersCannotLoop(string pdu)
    {
        var rig = new ServerRig();
        Assert.That(rig.Send(Hex.Parse(pdu)), Is.Empty);
        Assert.That(rig.Server.Dropped, Is.EqualTo(1));
    }

    [TestCase("00 0001 0000")]
    [TestCase("08 0001 0000")]
    [TestCase("FF 0001 0000")]
    public void Request_UnknownKind_IsError3(string pdu) =>
        Assert.That(Hex.Of(new ServerRig().Send(Hex.Parse(pdu))), Is.EqualTo("01000100020003"));

    [Test]
    public void Request_WhileTheLinkIsFull_IsAnsweredWhenItHasRoom()
    {
        var rig = new ServerRig();
        rig.Channel.HasRoom = false;
        Assert.That(rig.Send(Hex.Parse("02 0001 0008 3503191101 0001 00")), Is.Empty);
        Assert.That(rig.Send(Hex.Parse("02 0002 0008 3503191101 0001 00")), Is.Empty);
        rig.Channel.HasRoom = true;
        rig.Observer.Writable(rig.Channel);
        Assert.That(rig.Channel.Sent, Has.Count.EqualTo(1));
        Assert.That(Hex.Of(rig.Channel.TakeSent()), Does.StartWith("030001"));
        Assert.That(rig.Server.Dropped, Is.EqualTo(1));
        Assert.That(rig.Channel.Outstanding, Is.Zero);
    }
}
