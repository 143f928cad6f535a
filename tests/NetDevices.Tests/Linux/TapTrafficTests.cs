using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Frames of the machine's own IP stack through ports.</summary>
[TestFixture]
public sealed class TapTrafficTests
{
    [TestCase("10.9.0.1/24", "10.9.0.2/24")]
    [TestCase("fd00:9::1/64", "fd00:9::2/64")]
    public async Task Ping_BetweenTwoNamespacesThroughTwoPorts_IsAnswered(string near, string far)
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();

        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        var one = rig.Add(Options(here, near));
        var other = rig.Add(Options(there, far));
        Forwarder.Join(one, other);
        TapRig.Until(
            () => Shell.TryRun("ip", "netns", "exec", here, "ping", "-c", "1", "-W", "1", InterfaceAddress.Parse(far).Address.ToString()).Code == 0,
            "an echo");
        var drops = (one.Counters.TransmitDrops, other.Counters.ReceiveDrops);
        TapRig.Ping(here, InterfaceAddress.Parse(far).Address.ToString(), 20, "-i", "0.01", "-s", "1400");
        Assert.That(one.Counters.Transmitted, Is.GreaterThanOrEqualTo(20));
        Assert.That(other.Counters.Received, Is.GreaterThanOrEqualTo(20));
        Assert.That((one.Counters.TransmitDrops, other.Counters.ReceiveDrops), Is.EqualTo(drops));
    }

    private static TapOptions Options(string network, string address) => new()
    {
        Name = "hs-t0",
        NetworkNamespace = network,
        Addresses = [InterfaceAddress.Parse(address)],
        DetectDuplicates = false,
    };
}
