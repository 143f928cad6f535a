using System.Text.Json;
using HostStack.Bnep.Control;
using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Rig;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Tests.Terminal;

[TestFixture]
public sealed class EventReporterTests
{
    private static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));

    private static IEnumerable<TestCaseData> Events()
    {
        yield return Case("controller-opened", new ControllerOpened("virtual:a", Peer.Address, 1), "is up");
        yield return Case("controller-warning", new ControllerWarned("virtual:a", "It has no address."), "no address");
        yield return Case("controller-lost", new ControllerLost("virtual:a", "It hung.", TimeSpan.FromSeconds(2)), "again in 2 s");
        yield return Case("link-up", new LinkUp(Peer, LinkRole.Central), "as central");
        yield return Case("link-down", new LinkDown(Peer, HciStatus.ConnectionTimeout), "ended");
        yield return Case("link-secured", new LinkSecured(Peer, new LinkSecurity(EncryptionMode.AesCcm, 16, LinkKeyType.AuthenticatedP256)), "AES-CCM, key of 16 octets");
        yield return Case("paired", new Paired(Peer, LinkKeyType.AuthenticatedP256, true), "authenticated key (P-256), bonded");
        yield return Case("pairing-failed", new PairingFailed(Peer, "UserRefused", "Pair again."), "Pair again.");
        yield return Case("bond-removed", new BondRemoved(Peer), "removed");
        yield return Case("pairing-window", new PairingWindowChanged(true), "open");
        yield return Case("network-up", new NetworkUp(PanRole.Gn, "gn"), "GN is served");
        yield return Case("network-down", new NetworkDown(PanRole.Gn, "gn"), "not served");
        yield return Case("peer-joined", new PeerJoined(PanRole.Gn, Peer, PanRole.Panu, new MacAddress(1)), "joined the GN");
        yield return Case("peer-left", new PeerLeft(PanRole.Gn, Peer, "it left"), "it left");
        yield return Case("pan-connected", new PanConnected(Peer, PanRole.Nap), "connected to the NAP");
        yield return Case("pan-disconnected", new PanDisconnected(Peer, PanRole.Nap, "lost"), "lost");
        yield return Case("reconnecting", new Reconnecting(Peer, PanRole.Nap, 3, TimeSpan.FromSeconds(4)), "in 4 s (attempt 3)");
        yield return Case("filter-changed", new FilterChanged(Peer, true, FilterResponseCode.Success), "multicast");
        yield return Case("source-spoofed", new SourceSpoofed(Peer, new MacAddress(2), "Do this."), "Do this.");
        yield return Case("events-lost", new EventsLost(9), "9 events");
        yield return Case("refused", new Refused(RefusalLayer.Pan, "authorization: bonded", Peer, "GN", null, "Pair first."), "Pair first.");
        yield return Case("refused", new Refused(RefusalLayer.L2cap, "security block", Peer, null, null, "Pair.") { ByPeer = true }, "the peer refused");
    }

    [TestCaseSource(nameof(Events))]
    public void Event_OfEachKind_IsASentenceAndAnObject(string kind, HostEvent happened, string words)
    {
        var people = new TestTerminal();
        using var human = new HumanReport(new CommandEnvironment { Terminal = people });
        human.Tell(happened);
        Assert.That(people.Lines.All.Single(), Does.Contain(words));

        var programs = new TestTerminal();
        using var json = new JsonReport(new CommandEnvironment { Terminal = programs });
        json.Tell(happened, "gn");
        var item = JsonDocument.Parse(programs.Lines.All.Single()).RootElement;
        Assert.That(item.GetProperty("kind").GetString(), Is.EqualTo(kind));
        Assert.That(item.GetProperty("host").GetString(), Is.EqualTo("gn"));
    }

    [Test]
    public void Event_TheLast_IsNotTold()
    {
        var terminal = new TestTerminal();
        using var report = new HumanReport(new CommandEnvironment { Terminal = terminal });
        report.Tell(new HostClosed());
        Assert.That(terminal.Lines.ToString(), Is.Empty);
    }

    private static TestCaseData Case(string kind, HostEvent happened, string words) =>
        new TestCaseData(kind, happened, words).SetArgDisplayNames(happened.GetType().Name, words);
}
