using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>One link, fed by hand, to the tick.</summary>
public abstract class LinkByHand
{
    private protected static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private protected static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private protected static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];

    private protected ThreeWireLink Link { get; set; } = null!;

    private protected TimeSpan Now { get; private set; }

    [SetUp]
    public void SetUp()
    {
        Link = new ThreeWireLink(new ThreeWireOptions { IntegrityCheck = false });
        Now = TimeSpan.FromSeconds(1);
    }

    private protected void Establish(int window)
    {
        Link.Start(Now);
        Take("C0 00 2F 00 D0 02 7D C0");
        Take($"C0 00 3F 00 DB DC 04 7B 0{window} C0");
        Assert.That(Link.Phase, Is.EqualTo(LinkPhase.Active));
        while (Written().Length > 0)
        {
            // What establishing left.
        }
    }

    private protected byte[] Written()
    {
        var frame = new byte[ThreeWireLink.LongestFrame];
        return frame[..Link.WriteNext(frame, Now)];
    }

    private protected byte[] Take(string line) =>
        [.. Frames(new SlipReader(ThreeWireSize.Longest), Hex(line)).SelectMany(frame => Link.Receive(frame, Now).ToArray())];

    private protected void Pass(TimeSpan span)
    {
        Now += span;
        Link.Tick(Now);
    }
}
