using HostStack.L2cap.Channels;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;
using HostStack.Sdp.Tests.Server;

namespace HostStack.Sdp.Tests.Client;

[TestFixture]
public sealed class SdpClientTests
{
    private static readonly AttributeRange[] Unsorted =
    [
        new(AttributeId.ServiceName),
        new(new(0x0004), new(0x0009)),
        new(AttributeId.ServiceClassIdList),
        new(AttributeId.ServiceName),
        new(AttributeId.BrowseGroupList),
    ];

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/CL/SA/BV-01-C")]
    public void Attributes_Request_IsWellFormedWithAscendingIdsOnce()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.AttributesAsync(new(0x10000), Unsorted));

        // 672 less header, count and the longest continuation state: 0x0288 octets of list fit one response.
        Assert.That(rig.TakeRequest(), Is.EqualTo("04" + "0001" + "0014" + "00010000" + "0288" + "350B" + "090001" + "0A00040009" + "090100" + "00"));
        rig.Receive("05 0001 000D 000A 3508 090001 3503191117 00");
        Assert.That(ClientRig.Result(query).Value![AttributeId.ServiceClassIdList], Is.EqualTo(DataElement.Sequence(DataElement.Uuid(KnownUuid.Gn))));
    }

    [Test]
    [Category("SIG")]
    [Property("Id", "SDP/CL/SSA/BV-01-C")]
    public void SearchAttributes_Request_IsWellFormedWithAscendingIdsOnce()
    {
        var rig = new ClientRig();
        _ = rig.Start(client => client.SearchAttributesAsync([KnownUuid.Bnep, KnownUuid.Bnep], Unsorted));
        Assert.That(rig.TakeRequest(), Is.EqualTo("06" + "0001" + "0015" + "350319000F" + "0288" + "350B" + "090001" + "0A00040009" + "090100" + "00"));
    }

    [Test]
    public void SearchAttributes_BlueZInTwoPieces_GivesTheNapRecord()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.SearchAttributesAsync([KnownUuid.L2cap]));

        // The captured responses, with this client's transaction identifiers; the rest of the list is of another
        // run of the same server, whose continuation state differed only in its time.
        rig.Answer(0x07, Golden.BrowseResponse1[10..]);
        Assert.That(rig.Channel.Sent[0].AsSpan(^9..).ToArray(), Is.EqualTo(Hex.Parse("08391D006B90020000")));
        rig.Answer(0x07, Golden.BrowseResponse2[10..]);

        var records = ClientRig.Result(query).Value!;
        var summary = ServiceSummary.Read(records[^1]);
        Assert.Multiple(() =>
        {
            Assert.That(records, Has.Count.EqualTo(6));
            Assert.That(summary.Classes, Is.EqualTo(new[] { KnownUuid.Nap }));
            Assert.That(summary.NetAccessType, Is.EqualTo(NetAccessType.Other));
        });
    }

    [Test]
    public void Search_HandlesInTwoPieces_ArePutTogetherWithoutDuplicates()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.SearchAsync([KnownUuid.PublicBrowseRoot]));
        Assert.That(Hex.Of(rig.Channel.Sent[0]), Is.EqualTo("02" + "0001" + "0008" + "3503191002" + "FFFF" + "00"));
        rig.Answer(0x03, "0003 0002 00010000 00010001 01 AA");
        Assert.That(Hex.Of(rig.Channel.Sent[0]), Is.EqualTo("02" + "0002" + "0009" + "3503191002" + "FFFF" + "01AA"));
        rig.Answer(0x03, "0003 0002 00010001 00010002 00");
        Assert.That(ClientRig.Result(query).Value!.Select(h => h.Value), Is.EqualTo(new[] { 0x10000u, 0x10001u, 0x10002u }));
    }

    [Test]
    public void Query_BeforeTheChannelIsOpen_IsSentWhenItIs()
    {
        var rig = new ClientRig(open: false);
        _ = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        Assert.That(rig.Channel.Sent, Is.Empty);
        rig.Observer.Opened(rig.Channel);
        rig.Pump();
        Assert.That(rig.Channel.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void Query_OnAChannelThatNeverOpens_IsChannelClosed()
    {
        var rig = new ClientRig(open: false);
        var query = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        rig.Observer.Closed(rig.Channel, ChannelCloseReason.LinkLost);
        rig.Pump();
        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.ChannelClosed));
    }

    [Test]
    public void Query_ChannelClosesMeanwhile_IsChannelClosedAndSoAreTheNext()
    {
        var rig = new ClientRig();
        var first = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        var second = rig.Start(client => client.SearchAsync([KnownUuid.Gn]));
        rig.Observer.Closed(rig.Channel, ChannelCloseReason.RemoteRequest);
        rig.Pump();
        Assert.That(ClientRig.Result(first).Outcome, Is.EqualTo(SdpOutcome.ChannelClosed));
        Assert.That(ClientRig.Result(second).Outcome, Is.EqualTo(SdpOutcome.ChannelClosed));
        Assert.That(rig.Channel.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void Query_NoResponse_TimesOutToTheTickAndALateResponseIsIgnored()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        rig.Time.Advance(SdpClient.DefaultTimeout - TimeSpan.FromTicks(1));
        rig.Pump();
        Assert.That(query.IsCompleted, Is.False);
        rig.Time.Advance(TimeSpan.FromTicks(1));
        rig.Pump();
        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.Timeout));

        rig.Channel.TakeSent();
        var next = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        rig.Receive("03 0001 0009 0001 0001 00010000 00");
        Assert.That(next.IsCompleted, Is.False);
        Assert.That(rig.Client.UnexpectedResponses, Is.EqualTo(1));
        rig.Receive("03 0002 0009 0001 0001 00010007 00");
        Assert.That(ClientRig.Result(next).Value, Is.EqualTo(new[] { new ServiceRecordHandle(0x10007) }));
    }

    [Test]
    public void Query_ServerError_IsAResult()
    {
        var rig = new ClientRig();
        var query = rig.Start(client => client.AttributesAsync(new(0x12345)));
        rig.Answer(0x01, "0002");
        var result = ClientRig.Result(query);
        Assert.That(result.Outcome, Is.EqualTo(SdpOutcome.ServerError));
        Assert.That(result.Error, Is.EqualTo(SdpErrorCode.InvalidServiceRecordHandle));
        Assert.That(result.ToString(), Does.Contain("InvalidServiceRecordHandle"));
    }

    [Test]
    public void Query_WhileAnotherRuns_WaitsForItsTurn()
    {
        var rig = new ClientRig();
        var first = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        var second = rig.Start(client => client.SearchAsync([KnownUuid.Gn]));
        Assert.That(rig.Channel.Sent, Has.Count.EqualTo(1));
        rig.Answer(0x03, "0000 0000 00");
        Assert.That(ClientRig.Result(first).Value, Is.Empty);
        rig.Answer(0x03, "0001 0001 00010000 00");
        Assert.That(ClientRig.Result(second).Value, Has.Count.EqualTo(1));
    }

    [Test]
    public void Query_LinkFull_IsSentWhenItHasRoom()
    {
        var rig = new ClientRig();
        rig.Channel.HasControlRoom = false;
        var query = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        Assert.That(rig.Channel.Sent, Is.Empty);
        rig.Channel.HasControlRoom = true;
        rig.Observer.Writable(rig.Channel);
        rig.Answer(0x03, "0000 0000 00");
        Assert.That(ClientRig.Result(query).IsSuccess, Is.True);
        rig.Observer.Writable(rig.Channel);
        Assert.That(rig.Channel.Sent, Is.Empty);
    }

    [Test]
    public void Query_OnAChannelThatHasEnded_IsChannelClosed()
    {
        var rig = new ClientRig();
        rig.Channel.Disconnect();
        var query = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.ChannelClosed));
        Assert.That(rig.Channel.Outstanding, Is.Zero);
    }

    [Test]
    public void Query_MoreThanMayWait_IsTheCallersMistake()
    {
        var rig = new ClientRig();
        for (var i = 0; i < SdpClient.MaximumQueries; i++)
        {
            _ = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        }

        var beyond = rig.Start(client => client.SearchAsync([KnownUuid.Nap]));
        Assert.That(async () => await beyond, Throws.InvalidOperationException);
    }

    [Test]
    public void Query_WithoutUuidOrWithABadRange_IsTheCallersMistake()
    {
        var rig = new ClientRig();
        Assert.Multiple(() =>
        {
            Assert.That(async () => await rig.Start(client => client.SearchAsync([])), Throws.ArgumentException);
            Assert.That(
                async () => await rig.Start(client => client.AttributesAsync(new(1), [new(new(2), new(1))])), Throws.ArgumentException);
            Assert.That(async () => await rig.Start(client => client.AttributesAsync(new(1), [])), Throws.ArgumentException);
        });
    }

    [Test]
    public void Query_AgainstThisServer_GivesTheSameRecords([Values(48, 100, 672, 4096)] int mtu)
    {
        var rig = new ClientRig(mtu);
        var server = new ServerRig(mtu);
        var query = rig.Start(client => client.SearchAttributesAsync([KnownUuid.PublicBrowseRoot]));
        while (!query.IsCompleted)
        {
            rig.Receive(Hex.Of(server.Send(rig.Channel.TakeSent())));
        }

        var records = ClientRig.Result(query).Value!;
        Assert.That(
            records.Select(r => Hex.Of(DataElement.Sequence(r.Attributes.Select(a => a.Value)).ToArray())),
            Is.EqualTo(server.Database.Records.Select(r => Hex.Of(DataElement.Sequence(r.Attributes.Select(a => a.Value)).ToArray()))));
        Assert.That(rig.Channel.Outstanding, Is.Zero);
    }
}
