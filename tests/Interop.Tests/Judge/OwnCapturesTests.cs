using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Pan;
using HostStack.Pan.Authorization;
using HostStack.Sdp.Elements;

namespace HostStack.Interop.Tests.Judge;

/// <summary>What our hosts send is what tshark understands, and what they read is what tshark reads.</summary>
[TestFixture]
internal sealed class OwnCapturesTests
{
    private static readonly string[] ConnectionFields =
    [
        "bthci_cmd.opcode", "bthci_evt.code", "bthci_acl.length", "bthci_evt.num_compl_packets",
        "btl2cap.psm", "btl2cap.result", "btl2cap.conf_result", "btl2cap.option_mtu",
        "btbnep.control_type", "btbnep.setup_connection_response_message", BnepDecoder.Destination, BnepDecoder.Source,
    ];

    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder()
    {
        TsharkJudge.Require();
        _folder = Directory.CreateTempSubdirectory("hs-judge-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Network_OfEachRole_FromInquiryToDisconnect_IsCleanAndAgreed([Values] PanRole role) => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(role, server.Port);
            await client.Host.InquireAsync();
            await client.BondAsync(server);
            var browsed = await client.Host.BrowseAsync(server.Peer);
            Assert.That(browsed.Value!.Count(record => record.Contains(new SdpUuid((ushort)role))), Is.EqualTo(1));
            var connection = await client.JoinAsync(server, role);
            await client.AssertReachesAsync(server);
            await server.AssertReachesAsync(client);
            await connection.DisposeAsync();

            // Again, ended by the server with the whole link.
            await using var again = await client.JoinAsync(server, role);
            await client.AssertReachesAsync(server);
            await server.Host.DisconnectLinkAsync(client.Peer);
            await world.DelayAsync(1);
        },
        [
            .. ConnectionFields, "btbnep.dst", "btbnep.type", "btsdp.service.attribute", "btsdp.data_element.type",
            "btsdp.service_name", "btsdp.protocol.psm", "btsdp.protocol.bnep_type", "btsdp.pan.security_description",
        ]);

    [Test]
    public async Task Gn_OfThreeClients_WithForwardedFrames_IsCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var server = await world.HostAsync(1);
            await using var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);
            JudgedHost[] clients = [await world.HostAsync(2), await world.HostAsync(3), await world.HostAsync(4)];
            foreach (var client in clients)
            {
                await client.BondAsync(server);
                await client.JoinAsync(server, PanRole.Gn);
            }

            await clients[0].AssertReachesAsync(clients[1]);
            await clients[1].AssertReachesAsync(clients[2]);
            await clients[2].AssertReachesAsync(server);
        },
        [.. ConnectionFields, "btbnep.src", "btbnep.dst", "btbnep.type"]);

    [Test]
    public async Task Filters_SetAndRefused_AreCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(
                PanRole.Gn, server.Port, new PanServiceOptions { Bnep = new BnepSessionOptions { MulticastRangeLimit = 1 } });
            await client.BondAsync(server);
            await using var connection = await client.JoinAsync(server, PanRole.Gn);
            Assert.That(await connection.SetNetworkTypeFilterAsync(
                new NetworkTypeRange(new EtherType(0x0800), new EtherType(0x0806)), new NetworkTypeRange(new EtherType(0x86DD), new EtherType(0x86DD))));
            Assert.That(await connection.SetMulticastFilterAsync(
                new MulticastRange(new MacAddress(0x333300000000), new MacAddress(0x3333FFFFFFFF)),
                new MulticastRange(MacAddress.Broadcast, MacAddress.Broadcast)));
            await world.DelayAsync(1);
            await client.AssertReachesAsync(server);
        },
        [
            .. ConnectionFields, "btbnep.list_length", "btbnep.network_type_start", "btbnep.network_type_end",
            "btbnep.multicast_address_start", "btbnep.multicast_address_end",
            "btbnep.filter_net_type_response_message", "btbnep.filter_multi_addr_response_message",
        ]);

    [Test]
    public async Task Setup_WithLongUuidsAndFullHeaders_IsCleanAndAgreed([Values] BnepUuidSize size) => await JudgeAsync(
        async world =>
        {
            var bnep = new BnepSessionOptions { SetupUuidSize = size, Compression = HeaderCompression.GeneralOnly };
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(PanRole.Nap, server.Port, new PanServiceOptions { Bnep = bnep });
            await client.BondAsync(server);
            await using var connection = await client.Host.ConnectAsync(
                server.Peer, PanRole.Nap, client.Port, new PanClientOptions { Bnep = bnep });
            await client.AssertReachesAsync(server);
        },
        [.. ConnectionFields.Except([BnepDecoder.Destination, BnepDecoder.Source]), "btbnep.uuid_size", "btbnep.dst", "btbnep.src"]);

    [Test]
    public async Task RefusedSetup_RoleThatIsNotServed_IsCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);
            await client.BondAsync(server);
            var result = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);
            Assert.That(result.Connection, Is.Null);
        },
        [.. ConnectionFields]);

    [Test]
    public async Task RefusedSetup_ByAuthorization_IsCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(
                PanRole.Nap, server.Port, new PanServiceOptions { Authorization = AuthorizationRule.Listed([]) });
            await client.BondAsync(server);
            var result = await client.Host.TryConnectAsync(server.Peer, PanRole.Nap, client.Port);
            Assert.That(result.Connection, Is.Null);
        },
        [.. ConnectionFields]);

    [Test]
    public async Task RefusedChannel_NobodyServes_IsCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await client.BondAsync(server);
            var result = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);
            Assert.That(result.Connection, Is.Null);
        },
        ["btl2cap.psm", "btl2cap.result", "btl2cap.scid"]);

    [Test]
    public async Task RefusedPairing_WindowClosed_IsCleanAndAgreed() => await JudgeAsync(
        async world =>
        {
            var (server, client) = (await world.HostAsync(1), await world.HostAsync(2));
            await using var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);
            Assert.That((await client.Host.PairAsync(server.Peer)).Succeeded, Is.False);
            Assert.That((await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port)).Connection, Is.Null);
        },
        ["bthci_evt.code", "bthci_cmd.bd_addr", "bthci_evt.status", "bthci_evt.reason"]);

    private async Task JudgeAsync(Func<JudgedWorld, Task> story, string[] fields)
    {
        var captures = JudgedWorld.Play(_folder, story);
        var compared = new Dictionary<string, int>();
        foreach (var capture in captures)
        {
            await TsharkJudge.AssertCleanAsync(capture);
            foreach (var (field, count) in await TsharkJudge.AssertAgreesAsync(capture))
            {
                compared[field] = compared.GetValueOrDefault(field) + count;
            }
        }

        await TestContext.Out.WriteLineAsync($"{captures.Count} captures, {compared.Values.Sum()} values in {compared.Count} fields");
        Assert.That(fields.Except(compared.Keys), Is.Empty, "the story shows every field that it is for");
    }
}
