using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>CONFIG has no check: an octet of it that the line changes is believed, and the sides may agree on different things.
/// Then every packet arrives all the same, or the host's link ends with a sentence and is opened again; it never stands.</summary>
[TestFixture]
public sealed class ThreeWireDisagreementTests
{
    private const int Seeds = 2000;
    private const int Count = 20;

    /// <summary>The controller never gives up by itself, and neither do real ones.</summary>
    [Test]
    public void Establishment_WithChangedBits_PacketsArriveOrTheHostsLinkEnds(
        [Values(false, true)] bool hostWantsFlowControl, [Values(false, true)] bool controllerHasFlowControl)
    {
        var (disagreed, ended) = (0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var options = new ThreeWireOptions { FlowControl = hostWantsFlowControl, EstablishmentTries = 1000 };
            var links = new TwoLinks(
                options, options with { FlowControl = controllerHasFlowControl, ResendTries = 1_000_000 }, seed, new LineNoise(Flip: 0.03));
            links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
            links.IsNoisy = false;
            var packets = new List<(byte[] Forth, byte[] Back)>();
            for (byte i = 0; i < Count; i++)
            {
                // Octets that mean something on the line, with and without flow control.
                packets.Add(([0x02, i, 0x11, 0x13, 0xC0, 0xDB], [0x04, i, 0x13, 0x11, 0xDB, 0xC0]));
                links.Host.Link.TrySend(packets[i].Forth);
                links.Controller.Link.TrySend(packets[i].Back);
            }

            // Fails where that is not reached in ten minutes.
            links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Ended
                || (links.Host.Delivered.Count == Count && links.Controller.Delivered.Count == Count));
            disagreed += links.Host.Link.Agreed == links.Controller.Link.Agreed ? 0 : 1;
            if (links.Host.Link.Phase == LinkPhase.Ended)
            {
                ended++;
                Assert.That(links.Host.Link.End, Is.EqualTo(LinkEnd.NotAcknowledged).Or.EqualTo(LinkEnd.Unreadable), $"seed {seed}");
                Assert.That(links.Host.Link.Agreed, Is.Not.EqualTo(links.Controller.Link.Agreed), $"seed {seed}: only who disagrees gives up");
            }
            else
            {
                Assert.That(links.Controller.Delivered, Is.EqualTo(packets.Select(static pair => pair.Forth)), $"seed {seed}");
                Assert.That(links.Host.Delivered, Is.EqualTo(packets.Select(static pair => pair.Back)), $"seed {seed}");
            }
        }

        TestContext.Out.WriteLine($"seeds 1 to {Seeds}: {disagreed} disagreed, {ended} ended");
        Assert.That(disagreed, Is.Positive, "the bits were those of CONFIG");
        Assert.That(ended, hostWantsFlowControl || controllerHasFlowControl ? Is.Positive : Is.Zero);
    }
}
