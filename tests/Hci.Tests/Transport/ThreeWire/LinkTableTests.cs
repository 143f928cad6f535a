using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Transport.ThreeWire.LinkActions;
using static HostStack.Hci.Transport.ThreeWire.LinkMessage;
using static HostStack.Hci.Transport.ThreeWire.LinkPhase;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>Every phase with every message (Core, Vol 4, Part D, 8 and 9).</summary>
[TestFixture]
public sealed class LinkTableTests
{
    private static readonly Dictionary<(LinkPhase, LinkMessage), (LinkPhase, LinkActions)> Transitions = new()
    {
        [(Uninitialized, Sync)] = (Uninitialized, SendSyncResponse),
        [(Uninitialized, SyncResponse)] = (Initialized, SendConfig),
        [(Initialized, Sync)] = (Initialized, SendSyncResponse),
        [(Initialized, Config)] = (Initialized, SendConfigResponse),
        [(Initialized, ConfigResponse)] = (Active, Activate),
        [(Active, Config)] = (Active, SendConfigResponse),
        [(Active, Sync)] = (Ended, ReportRestart),
        [(Active, Wakeup)] = (Active, SendWoken | PeerWakes),
        [(Active, Woken)] = (Active, PeerWakes),
        [(Active, Sleep)] = (Active, PeerSleeps),
    };

    [Test]
    public void Step_EveryPhaseAndMessage_IsAsListedOrIgnored()
    {
        foreach (var phase in Enum.GetValues<LinkPhase>())
        {
            foreach (var message in Enum.GetValues<LinkMessage>())
            {
                var expected = Transitions.GetValueOrDefault((phase, message), (phase, Ignore));
                Assert.That(LinkTable.Step(phase, message), Is.EqualTo(expected), $"{phase} with {message}");
            }
        }
    }

    [TestCase(Uninitialized, SendSync)]
    [TestCase(Initialized, SendConfig)]
    [TestCase(Active, Ignore)]
    [TestCase(Ended, Ignore)]
    public void Repeated_Phase_IsWhatItsEndNeeds(object phase, object actions) =>
        Assert.That(LinkTable.Repeated((LinkPhase)phase), Is.EqualTo(actions));
}
