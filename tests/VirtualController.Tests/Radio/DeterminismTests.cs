using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class DeterminismTests
{
    [Test]
    public void Run_SameSeed_SameTraceOctetForOctet_OtherSeed_OtherKeys()
    {
        var first = Run(0x5EED);
        Assert.That(Run(0x5EED), Is.EqualTo(first));
        Assert.That(Run(0x5EEE), Is.Not.EqualTo(first));
    }

    [Test]
    public void Addresses_ComeFromTheSeed_AndDiffer()
    {
        using var one = new VirtualRadio(new RadioOptions { Seed = 1 });
        using var two = new VirtualRadio(new RadioOptions { Seed = 2 });
        var addresses = new[] { one.Add(), one.Add(), two.Add() }.Select(static controller => controller.Address).ToArray();
        Assert.That(addresses, Is.Unique);
        Assert.That(addresses.All(static address => !address.IsMulticast && !address.IsZero));
    }

    private static string Run(ulong seed)
    {
        var hosts = new TwoHosts(seed);
        hosts.EnableSimplePairing();
        hosts.Command(hosts.A, "01 45 0c 01 01");
        hosts.Command(hosts.A, "01 01 04 05 33 8b 9e 04 00");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(6));
        hosts.A.Take();
        hosts.Connect();
        hosts.Pair();
        for (var i = 0; i < 20; i++)
        {
            hosts.A.Send("02 2a 00 02 00 00 00");
            hosts.B.Send("02 2a 00 02 00 00 01");
            hosts.Settle(1);
        }

        return string.Join('\n', hosts.A.Trace) + "\n--\n" + string.Join('\n', hosts.B.Trace);
    }
}
