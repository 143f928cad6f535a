using HostStack.Hci.Links;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Interop.Tests.Judge;
using HostStack.Pan;
using NUnit.Framework.Internal;

namespace HostStack.Interop.Tests.Btvirt;

/// <summary>Two of our hosts across controllers that somebody else wrote (BlueZ's emulator).</summary>
[TestFixture]
internal sealed class BtvirtTests
{
    private const int Attempts = 3;

    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder()
    {
        TsharkJudge.Require();
        _folder = Directory.CreateTempSubdirectory("hs-btvirt-").FullName;
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
    public Task Open_OnAForeignController_SaysWhatItIs() => PlayAsync(async btvirt =>
    {
        await using var station = await BtvirtStation.OpenAsync(btvirt, 1, _folder);
        Assert.That(station.Host.Address.ToString(), Does.Match("^00:AA:01:0[0-9]:00:42$"), "btvirt's addresses");
        Assert.That(station.Events().OfType<ControllerLost>(), Is.Empty);
    });

    [Test]
    public Task Network_PairedFromScratch_Pings_DisconnectedByEachSide_AndAgainFromStoredKeys([Values] PanRole role) => PlayAsync(async btvirt =>
    {
        var (serverKeys, clientKeys) = (new InMemoryLinkKeyStore(), new InMemoryLinkKeyStore());
        var (serverPeer, clientPeer) = (default(PeerAddress), default(PeerAddress));
        var captures = new List<string>();
        await using (var server = await BtvirtStation.OpenAsync(btvirt, 1, _folder, serverKeys))
        {
            await using var client = await BtvirtStation.OpenAsync(btvirt, 2, _folder, clientKeys);
            captures.AddRange([server.CapturePath, client.CapturePath]);
            (serverPeer, clientPeer) = (server.Peer, client.Peer);
            await using var network = await server.Host.ServeAsync(role, server.Port);
            var found = await client.Host.InquireAsync(new InquiryRequest { Duration = TimeSpan.FromSeconds(2.56) });
            Assert.That(found.Select(static device => device.Address), Does.Contain(server.Peer.Address), "inquiry finds the server");
            await client.BondAsync(server);

            // The client leaves, and comes back on the link that is up.
            var connection = await client.Host.ConnectAsync(server.Peer, role, client.Port);
            await client.AssertReachesAsync(server);
            await server.AssertReachesAsync(client);
            await connection.DisposeAsync();
            await server.SeesAsync<PeerLeft>();
            Assert.That(server.Port.IsCarrierUp, Is.False, "the server's carrier is down");

            // The server ends the link.
            connection = await client.Host.ConnectAsync(server.Peer, role, client.Port);
            await client.AssertReachesAsync(server);
            Assert.That(await server.Host.DisconnectLinkAsync(client.Peer), Is.True);
            await connection.Completion.WaitAsync(BtvirtStation.Patience, TimeProvider.System);
            await server.SeesAsync<PeerLeft>(2);
            Assert.That(connection.State, Is.EqualTo(PanConnectionState.Closed), "the client sees the end");
            Assert.That(client.Port.IsCarrierUp || server.Port.IsCarrierUp, Is.False, "both carriers are down");

            // A new link, by the keys of the first.
            await using var again = await client.Host.ConnectAsync(server.Peer, role, client.Port);
            await client.AssertReachesAsync(server);
            Assert.That(client.Events().OfType<Paired>().Count(), Is.EqualTo(1), "one pairing");
            Assert.That(client.Events().OfType<Refused>().Concat(server.Events().OfType<Refused>()), Is.Empty);
        }

        // New hosts on controllers with the same addresses: the keys outlive the hosts.
        await using (var server = await BtvirtStation.ReopenAsync(btvirt, 1, _folder, serverKeys, serverPeer))
        {
            await using var client = await BtvirtStation.ReopenAsync(btvirt, 2, _folder, clientKeys, clientPeer);
            captures.AddRange([server.CapturePath, client.CapturePath]);
            Assert.That(client.Host.IsBonded(server.Peer) && server.Host.IsBonded(client.Peer), Is.True, "the keys are there");
            await using var network = await server.Host.ServeAsync(role, server.Port);
            await using var connection = await client.Host.ConnectAsync(server.Peer, role, client.Port);
            await client.AssertReachesAsync(server);
            await server.AssertReachesAsync(client);
            Assert.That(client.Events().OfType<Paired>().Concat(server.Events().OfType<Paired>()), Is.Empty, "nobody is asked");
        }

        Assert.That(captures, Has.Count.EqualTo(4));
        foreach (var capture in captures)
        {
            await TsharkJudge.AssertCleanAsync(capture, ExpertFindings.RealTimeCrossing);
            await TsharkJudge.AssertAgreesAsync(capture);
        }
    });

    [Test]
    public Task UnpairedClient_IsRefused_InOneSentenceWithARemedy_AndNothingIsUp() => PlayAsync(async btvirt =>
    {
        await using var server = await BtvirtStation.OpenAsync(btvirt, 1, _folder);
        await using var client = await BtvirtStation.OpenAsync(btvirt, 2, _folder);
        await using var network = await server.Host.ServeAsync(PanRole.Gn, server.Port);

        var result = await client.Host.TryConnectAsync(server.Peer, PanRole.Gn, client.Port);

        Assert.That(result.Connection, Is.Null, "nobody has paired them");
        Assert.That(result.Refusal!.Layer, Is.EqualTo(RefusalLayer.Security));
        Assert.That(result.Refusal.Remedy, Does.StartWith("Pair with the peer"));
        Assert.That(client.Events().OfType<Refused>(), Is.EqualTo(new[] { result.Refusal }), "one refusal, and it is this one");
        Assert.That(client.Port.IsCarrierUp || server.Port.IsCarrierUp, Is.False);
    });

    // A crash of the emulator says nothing of our hosts: the story is played again on a new one. What fails while it lives,
    // fails the test.
    private static async Task PlayAsync(Func<BtvirtServer, Task> story)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var server = await BtvirtServer.StartAsync();
            try
            {
                using var attemptsOwn = new TestExecutionContext.IsolatedContext();
                await story(server);
                return;
            }
            catch (Exception failure) when (attempt < Attempts)
            {
                if (!await server.HasCrashedAsync())
                {
                    throw;
                }

                await TestContext.Out.WriteLineAsync($"btvirt crashed (attempt {attempt} of {Attempts}): {failure.Message}");
            }
        }
    }
}
