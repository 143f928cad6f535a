using System.Diagnostics.Metrics;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class DataPathTests
{
    private readonly PacketPool _pool = new(headroom: 5, payload: 2048);
    private HostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public void Receive_WholePdu_ReachesTheUser()
    {
        _rig.Link();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x06, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB);
        Assert.That(_rig.User.Pdus.Single(), Is.EqualTo((byte[])[0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB]));
    }

    [Test]
    public void Send_OnALink_GoesOutAndIsFlushedWhenTheLoopIsIdle()
    {
        var link = _rig.Link();
        var flushes = _rig.Transport.Flushes;
        var taken = false;
        _rig.Do(() =>
        {
            taken = link.Send(Pdu(20), EgressClass.Data);
            Assert.That(_rig.Transport.Flushes, Is.EqualTo(flushes), "packets of one batch go out in one write");
        });
        Assert.That(taken, Is.True);
        Assert.That(_rig.Transport.Sent[^1][..5], Is.EqualTo((byte[])[0x02, 0x0B, 0x00, 0x14, 0x00]));
        Assert.That(_rig.Transport.Flushes, Is.GreaterThan(flushes));
    }

    [Test]
    public void Send_OnALinkThatIsDown_IsDroppedAndCounted()
    {
        var link = _rig.Link();
        _rig.Disconnected();
        Assert.That(link.Send(Pdu(20), EgressClass.Control), Is.False);
        Assert.That((link.HasRoom, _rig.Host.Counters.PdusDroppedLinkDown, _pool.Rented), Is.EqualTo((false, 1L, 0)));
    }

    [Test]
    public void Send_BeyondTheQueue_IsRefusedAndRoomIsToldLater()
    {
        var link = _rig.Link();
        _rig.Do(() =>
        {
            while (link.Send(Pdu(100), EgressClass.Data))
            {
                // Until the queue is full.
            }
        });
        Assert.That((link.HasRoom, _pool.Rented), Is.EqualTo((false, 32)));
        for (var i = 0; i < 4; i++)
        {
            _rig.Event(0x13, 0x01, 0x0B, 0x00, 0x08, 0x00);
        }

        Assert.That((link.HasRoom, _rig.User.Ready), Is.EqualTo((true, 1)));
        _rig.Disconnected();
        Assert.That(_pool.Rented, Is.Zero);
    }

    [Test]
    public void Receive_OnTheLoop_AllocatesNothing()
    {
        _rig.Link();
        _rig.User.KeepPdus = false;
        byte[] first = [0x02, 0x0B, 0x20, 0x05, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA];
        byte[] second = [0x02, 0x0B, 0x10, 0x01, 0x00, 0xBB];
        byte[] whole = [0x02, 0x0B, 0x20, 0x06, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB];
        byte[] completed = [0x04, 0x13, 0x05, 0x01, 0x0B, 0x00, 0x01, 0x00];
        Measure(() =>
        {
            _rig.Host.Receive(first);
            _rig.Host.Receive(second);
            _rig.Host.Receive(whole);
            _rig.Host.Receive(completed);
        });
    }

    [Test]
    public void Receive_FromTheTransport_AllocatesNothing()
    {
        _rig.Link();
        _rig.User.KeepPdus = false;
        byte[] whole = [0x02, 0x0B, 0x20, 0x06, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB];
        Measure(() =>
        {
            _rig.Transport.Deliver(whole);
            _rig.Loop.Pump();
        });
        Assert.That(_rig.User.PduCount, Is.GreaterThan(1_000));
    }

    [Test]
    public void Send_AndItsCompletion_AllocateNothing()
    {
        var link = _rig.Link();
        _rig.Transport.KeepSent = false;
        byte[] completed = [0x04, 0x13, 0x05, 0x01, 0x0B, 0x00, 0x02, 0x00];
        Measure(() =>
        {
            link.Send(Pdu(1_500), EgressClass.Data);
            _rig.Host.Receive(completed);
        });
        _rig.Transport.KeepSent = true;
    }

    [Test]
    public void Meter_WithAListener_ShowsTheCounters()
    {
        _rig.Link();
        _rig.Deliver(0x02, 0x0B, 0x20, 0x04, 0x00, 0x00, 0x00, 0x40, 0x00);
        using var meter = new HciMeter(_rig.Host.Counters, "fake:");
        using var listener = new MeterListener();
        var seen = new Dictionary<string, long>();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == HciMeter.Name)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Length == 0 && Equals(instrument.Meter.Tags?.Single().Value, "fake:"))
            {
                seen[instrument.Name] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That((seen["hci.acl.received"], seen["hci.link.up"]), Is.EqualTo((1L, 1L)));
    }

    private static void Measure(Action step)
    {
        for (var i = 0; i < 10; i++)
        {
            step();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            step();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private PacketBuffer Pdu(int length)
    {
        var pdu = _pool.Rent();
        pdu.Append(length);
        return pdu;
    }
}
