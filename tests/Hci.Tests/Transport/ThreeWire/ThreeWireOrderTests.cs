using HostStack.Hci.Transport.ThreeWire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>Packets that come damaged or out of order, and numbers that go round.</summary>
[TestFixture]
public sealed class ThreeWireOrderTests : LinkByHand
{
    [Test]
    public void Receive_DamagedAgainAndAgain_EndsTheLinkWithASentence()
    {
        Establish(window: 4);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
            Take("C0 00 00 00 FF C0"); // Acknowledgements between them change nothing.
        }

        Assert.That(Link.End, Is.EqualTo(LinkEnd.None));
        Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
        Assert.That((Link.Phase, Link.End, Link.BadFrames), Is.EqualTo((LinkPhase.Ended, LinkEnd.Unreadable, 41)));
        Assert.That(LinkEnds.Explain(Link.End, "h5:x"), Is.EqualTo(
            "What the controller on h5:x sends is damaged again and again; check cable, ground, baud rate and parity, and open it again."));
    }

    [Test]
    public void Receive_DamagedOftenAndAPacketBetweenThem_GoesOn()
    {
        Establish(window: 4);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 80 64 00 1B 0E 04 01 03 0C C0");
        }

        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        for (var i = 0; i < 40; i++)
        {
            Take("C0 81 64 00 1A 0E 04 01 03 0C C0");
        }

        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Link.Phase, Is.EqualTo(LinkPhase.Active));
    }

    [Test]
    public void Receive_OutOfOrder_IsNotDeliveredAndSaysWhatIsExpected()
    {
        Establish(window: 4);
        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Empty);
        Assert.That(Written(), Is.EqualTo(Hex("C0 00 00 00 FF C0")), "still number 0");
        Assert.That(Take("C0 80 64 00 1B 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Take("C0 81 64 00 1A 0E 04 01 03 0C 00 C0"), Is.Not.Empty);
        Assert.That(Written(), Is.EqualTo(Hex("C0 10 00 00 EF C0")));
    }

    /// <summary>Numbers go round after 7, in both directions, with the largest window.</summary>
    [Test]
    public void Numbers_GoRound_InBothDirections()
    {
        Link = new ThreeWireLink(new ThreeWireOptions { IntegrityCheck = false, Window = 7 });
        Establish(window: 7);
        string[] expected =
        [
            "C0 80 31 00 4E 03 0C 00 C0", "C0 81 31 00 4D 03 0C 00 C0", "C0 82 31 00 4C 03 0C 00 C0", "C0 83 31 00 4B 03 0C 00 C0",
            "C0 84 31 00 4A 03 0C 00 C0", "C0 85 31 00 49 03 0C 00 C0", "C0 86 31 00 48 03 0C 00 C0",
        ];
        for (var i = 0; i < 9; i++)
        {
            Link.TrySend(Reset);
        }

        Assert.That(expected.Select(_ => Written()), Is.EqualTo(expected.Select(Hex)));
        Assert.That(Written(), Is.Empty, "seven are under way");
        Take("C0 38 00 00 C7 C0"); // 7 arrived: the next numbers are 7 and 0.
        Assert.That(Written(), Is.EqualTo(Hex("C0 87 31 00 47 03 0C 00 C0")));
        Assert.That(Written(), Is.EqualTo(Hex("C0 80 31 00 4E 03 0C 00 C0")));
        Take("C0 08 00 00 F7 C0");
        Assert.That(Link.IsSettled);
        for (var i = 0; i < 9; i++)
        {
            Assert.That(Take($"C0 8{i % 8} 64 00 {0x1B - (i % 8):X2} 0E 04 01 03 0C 00 C0"), Is.Not.Empty, $"{i}");
            Pass(TimeSpan.FromSeconds(0.1));
            var next = (i + 1) % 8;
            Assert.That(Written(), Is.EqualTo(Hex($"C0 {next << 3:X2} 00 00 {0xFF - (next << 3):X2} C0")), $"{i}");
        }
    }
}
