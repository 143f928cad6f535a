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
