using System.Diagnostics.Metrics;
using HostStack.Sdp.Server;

namespace HostStack.Sdp.Tests.Server;

[TestFixture]
public sealed class SdpMeterTests
{
    [Test]
    public void Counts_AreOnTheMeter_UntilItIsDisposed()
    {
        var rig = new ServerRig();
        using var meter = new SdpMeter(rig.Server, "test:meter");
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "HostStack.Sdp" && instrument.Meter.Tags!.Any(static tag => tag.Value is "test:meter"))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();

        // A search of L2CAP's services; one with a handle that is none; a response, which nobody asked for; channels beyond one
        // peer's.
        rig.Send(Convert.FromHexString("020001" + "0008" + "3503190100" + "0010" + "00"));
        rig.Send(Convert.FromHexString("040002" + "000E" + "00FFFFFF" + "FFFF" + "35050A0000FFFF" + "00"));
        rig.Send([7]);
        for (var i = 0; i < SdpServer.MaximumChannelsPerLink; i++)
        {
            rig.Server.Accept(rig.Channel);
        }

        listener.RecordObservableInstruments();
        Assert.That(seen, Is.EquivalentTo(new Dictionary<string, long>
        {
            ["sdp.requests"] = 2,
            ["sdp.requests.refused"] = 1,
            ["sdp.sdus.dropped"] = 1,
            ["sdp.channels.refused"] = 1,
            ["sdp.channels"] = SdpServer.MaximumChannelsPerLink,
            ["sdp.responses.pending"] = 0,
        }));
        meter.Dispose();
        seen.Clear();
        listener.RecordObservableInstruments();
        Assert.That(seen, Is.Empty);
    }
}
