using System.Diagnostics.Metrics;
using HostStack.Hci.Links;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Host.Tests;

/// <summary>What a host tells of itself.</summary>
[TestFixture]
internal sealed class HostStatusTests
{
    [Test]
    public void Status_OfAnIdleHost_HasAllBuffersAndItsCounts()
    {
        using var simulation = new Simulation(seed: 1);
        using var radio = VirtualRadio.In(simulation);
        simulation.Run(async () =>
        {
            var loop = simulation.CreateLoop("host");
            await using var host = await BluetoothHost.OpenAsync(
                radio.Add().Source, new BluetoothHostOptions { Loop = loop, CallbackScheduler = simulation.Callbacks });

            var status = await host.GetStatusAsync();

            Assert.That(status.FreeBuffers, Is.EqualTo(status.Controller!.Buffers.Packets).And.Positive);
            Assert.That(status.Counters.CommandsSent, Is.Positive);
            Assert.That(status.Problem, Is.Null);
        });
    }

    [Test]
    public void Counts_OfAnOpenHost_AreOnItsMeters()
    {
        using var simulation = new Simulation(seed: 1);
        using var radio = VirtualRadio.In(simulation);
        simulation.Run(async () =>
        {
            var loop = simulation.CreateLoop("host");
            var seen = new HashSet<string>();
            var host = await BluetoothHost.OpenAsync(
                radio.Add().Source, new BluetoothHostOptions { Loop = loop, CallbackScheduler = simulation.Callbacks });
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Tags?.Any(tag => tag.Value is string uri && uri == host.Uri) == true)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => seen.Add(instrument.Meter.Name));
            listener.Start();
            listener.RecordObservableInstruments();
            Assert.That(seen, Is.EquivalentTo(new[] { "HostStack.Hci", "HostStack.Sdp" }));

            await host.DisposeAsync();
            seen.Clear();
            listener.RecordObservableInstruments();
            Assert.That(seen, Is.Empty);
        });
    }

    [Test]
    public void Problem_IsThereWhileTheControllerIsNot()
    {
        using var simulation = new Simulation(seed: 1);
        using var radio = VirtualRadio.In(simulation);
        simulation.Run(async () =>
        {
            var controller = radio.Add();
            var loop = simulation.CreateLoop("host");
            await using var host = await BluetoothHost.OpenAsync(
                controller.Source, new BluetoothHostOptions { Loop = loop, CallbackScheduler = simulation.Callbacks });

            controller.PowerOff();
            await simulation.DelayAsync(TimeSpan.FromSeconds(2));
            var lost = await host.GetStatusAsync();
            controller.PowerOn();
            await simulation.DelayAsync(TimeSpan.FromSeconds(60));
            var again = await host.GetStatusAsync();

            Assert.That((lost.State == HciHostState.Open, lost.FreeBuffers), Is.EqualTo((false, 0)));
            Assert.That(lost.Problem, Is.Not.Empty.And.EndWith("."));
            Assert.That((again.State, again.Problem, again.Epoch), Is.EqualTo((HciHostState.Open, (string?)null, 2)));
        });
    }
}
