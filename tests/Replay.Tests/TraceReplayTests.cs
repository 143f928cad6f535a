using HostStack.Bnep.Control;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Replay.Engine;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Tests;

/// <summary>Whole traces against a whole host: what BlueZ refused is accepted, what it accepted does not diverge.</summary>
[TestFixture]
public sealed class TraceReplayTests
{
    private const string Refused = "traces/refused-gn.hcidump.txt";
    private const string Accepted = "captures/nap-accepted.server.btsnoop";

    private static readonly string[] Script =
    [
        "> L2CAP configuration request, MTU 1691",
        "> BNEP setup request, destination 0x1117, source 0x1115",
        "< BNEP setup response",
        "> ARP: who has 192.168.50.1?",
        "< ARP reply",
        "> ICMP echo request to 192.168.50.1",
        "< ICMP echo reply",
    ];

    private static ReplayResult Run(string name, ReplayOptions options)
    {
        var result = TraceReplay.Run(TraceReplay.Read(Vectors.Path(name), options.Seed), options);
        foreach (var line in ReplayNarrative.Tell(result, verbose: true))
        {
            TestContext.Out.WriteLine(line);
        }

        return result;
    }

    [Test]
    public void Run_TheRefusedTrace_AcceptsWhereBlueZRefused()
    {
        var report = Run(Refused, new ReplayOptions()).Report;
        Assert.That(report.FirstDivergence?.Record, Is.EqualTo(83));
        Assert.That(report.FirstDivergence?.Sentence, Does.Contain("security block").And.Contain("this host answers").And.Contain("successful"));
        Assert.That(report.Accepted, Is.EqualTo(report.Accepted! with { Record = 82, RefusedAt = 84, Handle = 12, Psm = 15, PeerChannel = 0x0040 }));
        Assert.That(report.Divergences, Has.Count.EqualTo(1), "everything before it agrees");
    }

    [Test]
    public void Run_TheRefusedTrace_GoesOnToAPing()
    {
        var result = Run(Refused, new ReplayOptions());
        var lines = result.Script.Select(static line => (line.FromPeer ? "> " : "< ") + line.Sentence).ToArray();
        Assert.That(lines.Where(static line => !line.Contains("L2CAP configuration re", StringComparison.Ordinal) || line[0] == '>'), Is.EqualTo(Script));
        Assert.That(result.PingAnswered, Is.True);
        Assert.That(result.Events.OfType<PeerJoined>().Single().Role, Is.EqualTo(PanRole.Gn));
        Assert.That(result.Events.OfType<Paired>().Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP192));
    }

    [Test]
    public void Run_TheRefusedTrace_SaysWhatItSupplied()
    {
        var report = Run(Refused, new ReplayOptions()).Report;
        Assert.That(report.Supplied, Has.Some.Contains("5C:F3:70:66:XX:XX"));
        Assert.That(report.Supplied, Has.Some.Contains("identifiers"));
        Assert.That(report.Synthesised, Has.Some.Contains("0x05|0x0008 on a link"), "the key size, which the trace does not hold");
        Assert.That(report.Synthesised, Has.Some.Contains("0x03|0x0003: answered by the virtual controller"), "the bring-up");
    }

    [TestCase("captures/gn-refused.server.btsnoop", PanRole.Gn, 170)]
    [TestCase("captures/panu-refused.server.btsnoop", PanRole.Panu, 157)]
    public void Run_ACaptureThatEndsInASecurityBlock_AcceptsAndPings(string name, PanRole role, int refusedAt)
    {
        var result = Run(name, new ReplayOptions { Role = role });
        Assert.That(result.Report.Accepted?.RefusedAt, Is.EqualTo(refusedAt));
        Assert.That(result.Report.Divergences, Has.Count.EqualTo(1));
        Assert.That(result.PingAnswered, Is.True);
        Assert.That(result.Events.OfType<Paired>().Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
    }

    [Test]
    public void Run_ACaptureThatWasAccepted_DoesNotDiverge()
    {
        var result = Run(Accepted, new ReplayOptions { Role = PanRole.Nap });
        Assert.That(result.Report.FirstDivergence, Is.Null);
        Assert.That(result.Report.Accepted, Is.Null);
        Assert.That(result.PingAnswered, Is.Null, "nothing was refused, so nobody had to go on");
        Assert.That(result.Events.OfType<PeerJoined>().Single().Role, Is.EqualTo(PanRole.Nap));
        Assert.That(result.Events.OfType<PeerLeft>(), Has.Exactly(1).Items);
    }

    [Test]
    public void Run_AHostThatServesAnotherRole_DivergesAtTheSetup()
    {
        var result = Run(Accepted, new ReplayOptions { Role = PanRole.Panu });
        Assert.That(result.Report.FirstDivergence?.Kind, Is.EqualTo(DifferenceKind.Answer));
        Assert.That(result.Report.FirstDivergence?.Sentence, Does.Contain("BNEP setup response"));
        Assert.That(result.Events.OfType<SetupRefused>().First().Code, Is.EqualTo(SetupResponseCode.NotAllowed));
    }

    [Test]
    public void Run_TheSameSeed_GivesTheSameStory()
    {
        var first = Run(Refused, new ReplayOptions { Seed = 7 });
        var second = Run(Refused, new ReplayOptions { Seed = 7 });
        var other = Run(Refused, new ReplayOptions { Seed = 8 });
        Assert.That(ReplayNarrative.Tell(second, verbose: true), Is.EqualTo(ReplayNarrative.Tell(first, verbose: true)));
        Assert.That(second.Events, Is.EqualTo(first.Events));
        Assert.That(other.Report.Supplied, Is.Not.EqualTo(first.Report.Supplied), "masked octets come from the seed");
        Assert.That(other.PingAnswered, Is.True);
    }

    [Test]
    public void Read_AFileThatIsNoTrace_SaysSo()
    {
        Assert.That(
            () => TraceReplay.Read(Vectors.Path("README.md"), seed: 1),
            Throws.TypeOf<TraceFormatException>().With.Message.Contains("README.md").And.Message.Contains("hcidump"));
    }
}
