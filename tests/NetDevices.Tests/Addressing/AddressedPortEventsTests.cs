using HostStack.NetDevices.Addressing;

namespace HostStack.NetDevices.Tests.Addressing;

/// <summary>Who listens to a port cannot harm it.</summary>
[TestFixture]
public sealed class AddressedPortEventsTests
{
    [Test]
    public async Task Address_IsToldWhenItsRouteIsThere_AndGoneWhenItIsNot()
    {
        var rig = new AddressedRig(new AddressingOptions { UseDhcp = true, UseLinkLocal = false, DefaultRouteMetric = 5 });
        var told = new List<string>();
        rig.Port.AddressChanged += (change, _) => told.Add($"{change} after {rig.System[^1]}");
        rig.Port.SetCarrier(true);
        rig.Run(1);
        await rig.Port.EndAddressingAsync();
        Assert.That(told, Is.EqualTo(new[] { "Added after route 192.168.0.1 5", "Removed after remove 192.168.0.100/24" }));
    }

    [Test]
    public void Subscriber_ThatThrows_TakesNothingFromTheOthersAndEndsNothing()
    {
        var rig = new AddressedRig(new AddressingOptions { UseDhcp = true, UseLinkLocal = false });
        var told = new List<string>();
        rig.Port.AddressChanged += static (_, _) => throw new InvalidOperationException("a subscriber that fails");
        rig.Port.AddressingFailed += static _ => throw new InvalidOperationException("a subscriber that fails");
        rig.Port.AddressChanged += (change, _) => told.Add($"{change}");
        rig.Port.AddressingFailed += _ => told.Add("failed");
        rig.Port.SetCarrier(true);
        rig.Run(1);
        rig.Mask = "C0000000";
        rig.Run(1800);
        Assert.That(told, Is.EqualTo(new[] { "Added", "failed" }));
        Assert.That(rig.Events, Has.Count.EqualTo(2));
    }
}
