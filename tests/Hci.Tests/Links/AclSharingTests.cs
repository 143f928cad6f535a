using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

/// <summary>How several links share the controller's buffers.</summary>
[TestFixture]
internal sealed class AclSharingTests : AclSchedulerFixture
{
    [Test]
    public void Send_SeveralLinks_TakeTurns()
    {
        var scheduler = Scheduler(packets: 2, dataLength: 10);
        var links = Enumerable.Range(1, 3).Select(handle => Link(scheduler, (ushort)handle)).ToArray();
        foreach (var link in links)
        {
            scheduler.Send(link, Pdu(new byte[40]), EgressClass.Data);
        }

        while (scheduler.InFlight > 0)
        {
            scheduler.Completed(new ConnectionHandle(Transport.Sent[^1][1]), 1);
            foreach (var link in links)
            {
                if (link.InFlight > 0)
                {
                    scheduler.Completed(link.Handle, 1);
                }
            }
        }

        var firstEight = Transport.Sent.Take(8).GroupBy(packet => packet[1]).Select(group => group.Count()).ToArray();
        Assert.That(firstEight, Has.Length.EqualTo(3));
        Assert.That(firstEight.Max() - firstEight.Min(), Is.LessThanOrEqualTo(2));
        Assert.That(Transport.Sent, Has.Count.EqualTo(12));
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(3, 2)]
    [TestCase(4, 2)]
    [TestCase(8, 6)]
    public void Send_OneLinkAlone_LeavesTheLastBuffers(int packets, int expected)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var link = Link(scheduler, 1);
        scheduler.Send(link, Pdu(new byte[200]), EgressClass.Data);
        Assert.That((link.InFlight, scheduler.Free), Is.EqualTo((expected, packets - expected)));
        scheduler.Remove(link);
    }

    [TestCase(2, 1)]
    [TestCase(3, 1)]
    [TestCase(4, 2)]
    [TestCase(8, 2)]
    public void Send_LinkThatComesUpBesideSilentPeers_IsHeard(int packets, int silent)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var links = new List<AclEgress>();
        for (ushort handle = 1; handle <= silent; handle++)
        {
            links.Add(Link(scheduler, handle));
            scheduler.Send(links[^1], Pdu(new byte[200]), EgressClass.Data);
        }

        links.Add(Link(scheduler, 9));
        scheduler.Send(links[^1], Pdu(7), EgressClass.Control);
        Assert.That(links.Select(link => link.InFlight), Is.All.GreaterThan(0));
        Assert.That(scheduler.Free + scheduler.InFlight, Is.EqualTo(packets));
        links.ForEach(scheduler.Remove);
    }

    [TestCase(8, 2, 4)]
    [TestCase(8, 7, 4)]
    [TestCase(7, 2, 4)]
    [TestCase(1, 3, 1)]
    public void Send_SilentPeerAmongOthers_LeavesBuffersForThem(int packets, int links, int expected)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var silent = Link(scheduler, 1);
        for (var i = 2; i <= links; i++)
        {
            Link(scheduler, (ushort)i);
        }

        scheduler.Send(silent, Pdu(new byte[200]), EgressClass.Data);
        Assert.That(silent.InFlight, Is.EqualTo(expected));
        scheduler.Remove(silent);
    }

    [Test]
    public void Send_OneSilentPeerOfSeven_TheOthersKeepTheirThroughput()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 100);
        var links = Enumerable.Range(1, 7).Select(handle => Link(scheduler, (ushort)handle)).ToArray();
        var sent = new int[8];
        for (var round = 0; round < 700; round++)
        {
            foreach (var link in links)
            {
                scheduler.Send(link, Pdu(new byte[50]), EgressClass.Data);
            }

            foreach (var link in links[1..])
            {
                sent[link.Handle.Value] += link.InFlight;
                scheduler.Completed(link.Handle, link.InFlight);
            }
        }

        Assert.That(links[0].InFlight, Is.LessThanOrEqualTo(4));
        Assert.That(links[0].Queued, Is.EqualTo(Limits.Data));
        Assert.That(sent[2..].Min(), Is.GreaterThan(700 * 9 / 10));
        scheduler.Remove(links[0]);
        Array.ForEach(links[1..], scheduler.Remove);
    }
}
