using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Tests.Rig;

/// <summary>Two raw hosts on one radio: A at 00:AA:01:01:00:42 is the one that asks, B at 00:AA:01:00:00:42 answers; the
/// addresses and the handle are those of the captures.</summary>
internal sealed class TwoHosts
{
    public const string AddressOfA = "42000101aa00";
    public const string AddressOfB = "42000001aa00";
    public const string Handle = "2a00";

    public TwoHosts(ulong seed = 7, RadioOptions? radio = null, ControllerOptions? a = null, ControllerOptions? b = null, bool up = true)
    {
        Simulation = new Simulation(seed);
        Radio = VirtualRadio.In(Simulation, radio);
        ControllerA = Radio.Add((a ?? new()) with { Name = "a", Address = BdAddr.Parse("00:AA:01:01:00:42"), FirstHandle = 0x2A });
        ControllerB = Radio.Add((b ?? new()) with { Name = "b", Address = BdAddr.Parse("00:AA:01:00:00:42"), FirstHandle = 0x2A });
        A = RawHost.Open(ControllerA);
        B = RawHost.Open(ControllerB);
        if (up)
        {
            foreach (var host in new[] { A, B })
            {
                Command(host, "01 01 0c 08 ff ff ff ff ff ff ff 3f");      // every event
                Command(host, "01 0f 08 02 05 00");                        // role switch and sniff allowed
                Command(host, "01 1a 0c 01 03");                           // connectable, discoverable
            }
        }
    }

    public Simulation Simulation { get; }

    public VirtualRadio Radio { get; }

    public SimulatedController ControllerA { get; }

    public SimulatedController ControllerB { get; }

    public RawHost A { get; }

    public RawHost B { get; }

    /// <summary>Sends a command that succeeds, and forgets its completion.</summary>
    public void Command(RawHost host, string hex)
    {
        host.Send(hex);
        Simulation.Settle();
        var opCode = hex.Replace(" ", string.Empty, StringComparison.Ordinal)[2..6];
        var answer = host.Received.Find(packet => packet.StartsWith("040e", StringComparison.Ordinal) && packet[8..12] == opCode)
            ?? host.Received.Find(packet => packet.StartsWith("040f", StringComparison.Ordinal) && packet[10..14] == opCode);
        Assert.That(answer, Is.Not.Null, $"command {hex} was not answered");
        Assert.That(answer!.StartsWith("040f", StringComparison.Ordinal) ? answer[6..8] : answer[12..14], Is.EqualTo("00"), answer);
        host.Received.Remove(answer);
    }

    public void Settle(double milliseconds = 50) => Simulation.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public void EnableSimplePairing(bool secureConnections = true)
    {
        foreach (var host in new[] { A, B })
        {
            Command(host, "01 56 0c 01 01");
            if (secureConnections)
            {
                Command(host, "01 7a 0c 01 01");
            }
        }
    }

    /// <summary>A connects to B; both lists are empty afterwards.</summary>
    public void Connect()
    {
        Command(A, "01 05 04 0d" + AddressOfB + "18cc 02 00 0000 01");
        Settle();
        B.Take("04 04 0a" + AddressOfA);
        Command(B, "01 09 04 07" + AddressOfA + "01");
        Settle();
        A.Take("04 03 0b 00" + Handle + AddressOfB);
        B.Take("04 03 0b 00" + Handle + AddressOfA);
        A.Take();
        B.Take();
    }

    /// <summary>Just Works pairing and encryption by A; both lists are empty afterwards.</summary>
    public void Pair()
    {
        Command(A, "01 11 04 02" + Handle);
        Settle();
        Command(A, "01 0c 04 06" + AddressOfB);
        Settle();
        Command(A, "01 2b 04 09" + AddressOfB + "03 00 02");
        Settle();
        Command(B, "01 2b 04 09" + AddressOfA + "03 00 02");
        Settle();
        Command(A, "01 2c 04 06" + AddressOfB);
        Command(B, "01 2c 04 06" + AddressOfA);
        Settle();
        A.Take("04 06 03 00" + Handle);
        Command(A, "01 13 04 03" + Handle + "01");
        Settle();
        A.Take("04 08 04 00" + Handle);
        B.Take("04 08 04 00" + Handle);
        A.Take();
        B.Take();
    }
}
