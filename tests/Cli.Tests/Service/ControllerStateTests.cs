using HostStack.Cli.Service;
using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Tests.Service;

[TestFixture]
public sealed class ControllerStateTests
{
    private static readonly PeerAddress Peer = new(new BdAddr(1));

    private static IEnumerable<TestCaseData> Stories()
    {
        yield return new TestCaseData(0, Array.Empty<HostEvent>()).Returns("Hub: opening the controller");
        yield return new TestCaseData(0, new HostEvent[] { Opened() }).Returns("Hub: up");
        yield return new TestCaseData(0, new HostEvent[] { Opened(), Up(PanRole.Gn), Up(PanRole.Nap), Joined(PanRole.Gn) })
            .Returns("Hub: up, NAP 0 devices, GN 1 device");
        yield return new TestCaseData(0, new HostEvent[] { Opened(), Up(PanRole.Gn), Joined(PanRole.Gn), Joined(PanRole.Gn) })
            .Returns("Hub: up, GN 2 devices");
        yield return new TestCaseData(0, new HostEvent[] { Opened(), Up(PanRole.Gn), Left(PanRole.Gn) }).Returns("Hub: up, GN 0 devices");
        yield return new TestCaseData(2, new HostEvent[] { Opened(), new PanConnected(Peer, PanRole.Nap), new PanConnected(Peer, PanRole.Nap) })
            .Returns("Hub: up, joined 1 of 2");
        yield return new TestCaseData(1, new HostEvent[] { Opened(), new PanConnected(Peer, PanRole.Nap), new PanDisconnected(Peer, PanRole.Nap, "lost") })
            .Returns("Hub: up, joined 0 of 1");
        yield return new TestCaseData(0, new HostEvent[] { Opened(), new ControllerLost("uri", "Unplugged.", null) })
            .Returns("Hub: no controller: Unplugged");
        yield return new TestCaseData(0, new HostEvent[] { new ControllerLost("uri", "Unplugged.", null), Opened() }).Returns("Hub: up");
    }

    [TestCaseSource(nameof(Stories))]
    public string State_AfterEvents_InWords(int wanted, HostEvent[] events) =>
        events.Aggregate(new ControllerState("Hub") { Wanted = wanted }, static (state, happened) => state.After(happened)).ToString();

    private static ControllerOpened Opened() => new("uri", default, 1);

    private static NetworkUp Up(PanRole role) => new(role, "port");

    private static PeerJoined Joined(PanRole role) => new(role, Peer, PanRole.Panu, default(MacAddress));

    private static PeerLeft Left(PanRole role) => new(role, Peer, "gone");
}
