using System.Diagnostics.Metrics;
using HostStack.Bnep.Sessions;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class MetricsTests
{
    [Test]
    public void Total_OfLiveAndEndedSessions_IsTheirSum()
    {
        using var metrics = new BnepMetrics();
        var first = new SessionRig(metrics: metrics);
        var second = new SessionRig(metrics: metrics);
        foreach (var rig in new[] { first, second })
        {
            rig.User.AnswerAtOnce = 0;
            rig.Open();
            rig.Receive("01 01 02 1116 1115");
            rig.Receive(Golden.CompressedIPv4);
            rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "4500");
        }

        first.Receive([]);
        first.Close();
        first.Close();
        Assert.Multiple(() =>
        {
            Assert.That(metrics.Total.FramesReceived, Is.EqualTo(2));
            Assert.That(metrics.Total.OctetsReceived, Is.EqualTo(40));
            Assert.That(metrics.Total.FramesSent, Is.EqualTo(2));
            Assert.That(metrics.Total.OctetsSent, Is.EqualTo(4));
            Assert.That(metrics.Total.Malformed, Is.EqualTo(1));
            Assert.That(metrics.Total.ControlReceived, Is.EqualTo(2));
            Assert.That(metrics.Total.ControlSent, Is.EqualTo(2));
        });
    }

    [Test]
    public void Session_WhoseChannelNeverOpens_IsNotKept()
    {
        using var metrics = new BnepMetrics();
        var refused = new SessionRig(isInitiator: true, metrics: metrics);
        refused.Session.Disconnect();
        var closedEarly = new SessionRig(metrics: metrics);
        closedEarly.Close();
        Assert.That(metrics.Live, Is.Zero);

        var opened = new SessionRig(metrics: metrics);
        opened.Open();
        Assert.That(metrics.Live, Is.EqualTo(1));
        opened.Close();
        Assert.That(metrics.Live, Is.Zero);
    }

    [Test]
    public void Meter_Collected_GivesTheSums()
    {
        using var metrics = new BnepMetrics();
        var rig = new SessionRig(metrics: metrics);
        rig.User.AnswerAtOnce = 0;
        rig.Open();
        rig.Receive("01 01 02 1116 1115");
        rig.Receive(Golden.CompressedIPv4);
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (metrics.Owns(instrument.Meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Multiple(() =>
        {
            Assert.That(seen["bnep.frames.received"], Is.EqualTo(1));
            Assert.That(seen["bnep.payload.received"], Is.EqualTo(20));
            Assert.That(seen["bnep.control.received"], Is.EqualTo(1));
            Assert.That(seen["bnep.sessions"], Is.EqualTo(1));
        });
        rig.Close();
        listener.RecordObservableInstruments();
        Assert.That(seen["bnep.sessions"], Is.Zero);
        Assert.That(seen["bnep.frames.received"], Is.EqualTo(1));
    }
}
