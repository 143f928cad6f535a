using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>Two links against each other over lines that lose, change, add and double octets: every packet arrives once, and
/// in order.</summary>
[TestFixture]
public sealed class ThreeWireNoiseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private int _delivered;

    [Test]
    public void Packets_BothWays_OverANoisyLine_ArriveOnceAndInOrder(
        [Values(1, 4, 7)] int window, [Values(false, true)] bool flowControl, [Range(1, 8)] int seed)
    {
        var options = new ThreeWireOptions
        {
            BaudRate = 921_600, Window = window, FlowControl = flowControl, ResendTries = 100, EstablishmentTries = 1000,
        };
        var links = new TwoLinks(options, options, seed, new LineNoise(0.0005, 0.0005, 0.0005, 0.0005)) { IsNoisy = false };
        links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
        links.IsNoisy = true;
        var random = new Random(seed);
        var (forth, back) = (Packets(0x02, random), Packets(0x04, random));
        Exchange(links, forth, back, $"seed {seed}");
        Assert.That(links.Faults, Is.GreaterThan(50), "the line was noisy");
        Assert.That(links.Host.Link.Resent + links.Controller.Link.Resent, Is.Positive);
    }

    /// <summary>CONFIG has no check of its own: an octet that is changed in it can make the sides agree on different things,
    /// which only parity would find. Lost and doubled octets it survives.</summary>
    [Test]
    public void Establishment_OverAVeryNoisyLine_IsReached([Range(1, 20)] int seed)
    {
        var options = new ThreeWireOptions { EstablishmentTries = 1000 };
        var links = new TwoLinks(options, options, seed, new LineNoise(Drop: 0.05, Insert: 0.02, Duplicate: 0.02));
        links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
        Assert.That(links.Host.Link.Agreed, Is.EqualTo(options.Configuration), $"seed {seed}");
        Assert.That(links.Controller.Link.Agreed, Is.EqualTo(options.Configuration), $"seed {seed}");
    }

    [Test]
    public void Packets_QuietLine_NothingIsSentTwice([Values(115_200, 921_600, 3_000_000)] int baudRate, [Values(1, 4, 7)] int window)
    {
        var options = new ThreeWireOptions { BaudRate = baudRate, Window = window };
        var links = TwoLinks.Established(options);
        var random = new Random(5);
        Exchange(links, Packets(0x02, random), Packets(0x04, random), "quiet");
        Assert.That(links.Host.Link.Resent + links.Controller.Link.Resent, Is.Zero);
        Assert.That(links.Host.Link.Agreed, Is.EqualTo(new LinkConfiguration(window, FlowControl: false, IntegrityCheck: true, 0)));
    }

    [Test]
    public void Window_IsNeverExceeded()
    {
        var links = TwoLinks.Established(new ThreeWireOptions { Window = 3 });
        links.Controller.Link.TrySend([0x04, 0x10, 0x01, 0x00]);
        for (var i = 0; i < 30; i++)
        {
            links.Host.Link.TrySend([0x02, 0x2A, 0x00, 0x01, 0x00, (byte)i]);
        }

        // Nobody answers: the line takes no more than the window.
        var frames = 0;
        while (links.Host.Write(links.Now) is not null)
        {
            frames++;
        }

        Assert.That(frames, Is.EqualTo(3));
    }

    [Test]
    public void Sides_ThatWantDifferent_AgreeOnTheLess()
    {
        var links = new TwoLinks(
            new ThreeWireOptions { Window = 7, FlowControl = true }, new ThreeWireOptions { Window = 2, IntegrityCheck = false });
        links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
        var agreed = new LinkConfiguration(2, FlowControl: false, IntegrityCheck: false, 0);
        Assert.That(links.Host.Link.Agreed, Is.EqualTo(agreed));
        Assert.That(links.Controller.Link.Agreed, Is.EqualTo(agreed));
    }

    [Test]
    public void Controller_BeginsAnew_EndsTheHostsLinkWithinAPeriod()
    {
        var options = new ThreeWireOptions();
        var links = TwoLinks.Established(options);
        links.Controller.Restart(options, links.Now);
        links.RunFor(TimeSpan.FromMilliseconds(250));
        Assert.That(links.Host.Link.End, Is.EqualTo(LinkEnd.Restarted));
    }

    [Test]
    public void Line_Cut_IsGivenUpAfterItsTries()
    {
        var options = new ThreeWireOptions();
        var links = new TwoLinks(options, options, seed: 1, new LineNoise(Drop: 1)) { IsNoisy = false };
        links.RunUntil(() => links.Host.Link.Phase == LinkPhase.Active && links.Controller.Link.Phase == LinkPhase.Active);
        links.IsNoisy = true;
        links.Host.Link.TrySend([0x01, 0x03, 0x0C, 0x00]);
        links.RunFor(11 * (LinkTiming.For(options.BaudRate).Resend + Second));
        Assert.That(links.Host.Link.End, Is.EqualTo(LinkEnd.NotAcknowledged));
    }

    [Test]
    public void DataPath_AllocatesNothing()
    {
        var host = new ThreeWireLink(new ThreeWireOptions());
        var controller = new ThreeWireLink(new ThreeWireOptions());
        var (toHost, toController) = (new SlipReader(ThreeWireSize.Longest), new SlipReader(ThreeWireSize.Longest));
        var line = new byte[ThreeWireLink.LongestFrame];
        var packet = new byte[1 + 4 + 1021];
        packet[0] = 0x02;
        host.Start(default);
        controller.Start(default);
        Turn(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn(10_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(host.Phase, Is.EqualTo(LinkPhase.Active));
        Assert.That(_delivered, Is.GreaterThan(10_000));

        void Turn(int times)
        {
            for (var i = 0; i < times; i++)
            {
                host.TrySend(packet);
                Carry(host, controller, toController);
                Carry(controller, host, toHost);
            }
        }

        void Carry(ThreeWireLink from, ThreeWireLink to, SlipReader reader)
        {
            for (var length = from.WriteNext(line, default); length > 0; length = from.WriteNext(line, default))
            {
                ReadOnlySpan<byte> octets = line.AsSpan(0, length);
                while (reader.TryRead(ref octets, out var frame))
                {
                    _delivered += to.Receive(frame, default).IsEmpty ? 0 : 1;
                }
            }
        }
    }

    private static List<byte[]> Packets(byte type, Random random)
    {
        var packets = new List<byte[]>();
        for (var i = 0; i < 150; i++)
        {
            var packet = new byte[random.Next(5, 600)];
            random.NextBytes(packet);
            (packet[0], packet[1], packet[2]) = (type, (byte)i, 0xC0);
            packets.Add(packet);
        }

        return packets;
    }

    private static void Exchange(TwoLinks links, List<byte[]> forth, List<byte[]> back, string run)
    {
        var (sent, received) = (0, 0);
        links.RunUntil(() =>
        {
            while (sent < forth.Count && links.Host.Link.TrySend(forth[sent]))
            {
                sent++;
            }

            while (received < back.Count && links.Controller.Link.TrySend(back[received]))
            {
                received++;
            }

            return links.Controller.Delivered.Count >= forth.Count && links.Host.Delivered.Count >= back.Count
                && links.Host.Link.IsSettled && links.Controller.Link.IsSettled;
        });
        Assert.That(links.Controller.Delivered, Is.EqualTo(forth), run);
        Assert.That(links.Host.Delivered, Is.EqualTo(back), run);
    }
}
