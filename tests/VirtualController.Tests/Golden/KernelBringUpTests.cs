using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Tests.Golden;

/// <summary>What Linux 6.1.176 sends to a controller when it opens it, in its order and octet for octet (recorded by btmon
/// in a guest), and what the specification makes of each: the octets of the Command Complete after its status (Core, Vol 4,
/// Part E, 7.3, 7.4, 7.8). The kernel gives up a controller that refuses one of them.</summary>
public class KernelBringUpTests
{
    private const string Credit = "01";

    private static readonly (string Command, string Results)[] Opening =
    [
        ("030c00", ""),                                             // Reset
        ("031000", "bf06847e981d5983"),                             // Read Local Supported Features
        ("011000", "0b01000bffff0100"),                             // Read Local Version Information
        ("091000", "42000101aa00"),                                 // Read BD_ADDR
        ("560c0101", ""),                                           // Write Simple Pairing Mode
        ("450c0102", ""),                                           // Write Inquiry Mode
        ("580c00", "00"),                                           // Read Inquiry Response Transmit Power Level
        ("04100101", "01020100000000000000"),                       // Read Local Extended Features: SSP host
        ("051000", "fd030008000000"),                               // Read Buffer Size
        ("230c00", "000000"),                                       // Read Class of Device
        ("250c00", "6000"),                                         // Read Voice Setting
        ("380c00", "02"),                                           // Read Number Of Supported IAC
        ("390c00", "01338b9e"),                                     // Read Current IAC LAP
        ("160c02007d", ""),                                         // Write Connection Accept Timeout
        ("010c08fffffbff07c0bf1d", ""),                             // Set Event Mask
        ("0d0c0700000000000001", "00000000"),                       // Read Stored Link Key
        ("0f08020500", ""),                                         // Write Default Link Policy Settings
        ("1b0c00", "00081200"),                                     // Read Page Scan Activity
        ("460c00", "00"),                                           // Read Page Scan Type
        ("04100102", "02020001000000000000"),                       // Read Local Extended Features, page 2
        ("120c0700000000000001", "0000"),                           // Delete Stored Link Key
        ("7a0c0101", ""),                                           // Write Secure Connections Host Support
        ("130cf8426c75655a20352e3636" + Zeros(248 - 10), ""),       // Write Local Name: BlueZ 5.66
        ("520cf1000b09426c75655a20352e3636020a00091002006b1d4602420505030e110c11" + Zeros(241 - 32), ""),   // extended inquiry response
    ];

    private static readonly (string Command, string Results)[] LowEnergy =
    [
        ("032000", "0000000000000000"),                             // LE Read Local Supported Features
        ("022000", "000000"),                                       // LE Read Buffer Size: shared with BR/EDR
        ("1c2000", "0000000000000000"),                             // LE Read Supported States
        ("010c08fffffbff07c0bf3d", ""),                             // Set Event Mask, with LE Meta
        ("0120080300000000000000", ""),                             // LE Set Event Mask
        ("072000", "00"),                                           // LE Read Advertising Channel Tx Power
        ("0f2000", "08"),                                           // LE Read Filter Accept List Size
        ("102000", ""),                                             // LE Clear Filter Accept List
        ("6d0c020100", ""),                                         // Write LE Host Support
        ("04100101", "01020200000000000000"),                       // LE host, in the extended features
    ];

    private static readonly (string Command, string Results)[] DiscoveryAndScans =
    [
        ("1a0c0102", ""),                                           // Write Scan Enable: page scan
        ("3a0c0401338b9e", ""),                                     // Write Current IAC LAP
        ("1a0c0103", ""),                                           // Write Scan Enable: both
        ("052006de4980da2f26", ""),                                 // LE Set Random Address
        ("0b200701120012000100", ""),                               // LE Set Scan Parameters
        ("0c20020101", ""),                                         // LE Set Scan Enable
        ("0c20020000", ""),                                         // and off
    ];

    private static string Zeros(int octets) => new('0', 2 * octets);

    private static void AssertAnswered(TwoHosts hosts, IEnumerable<(string Command, string Results)> sequence)
    {
        foreach (var (command, results) in sequence)
        {
            hosts.A.Send("01" + command);
            hosts.Simulation.Settle();
            var length = 4 + (results.Length / 2);
            Assert.That(hosts.A.Take(), Is.EqualTo(new[] { $"040e{length:x2}{Credit}{command[..4]}00{results}" }), $"answer to {command}");
        }

        Assert.That(hosts.ControllerA.Counters.UnknownCommands + hosts.ControllerA.Counters.Malformed, Is.Zero);
    }

    [Test]
    public void Opening_EveryCommandOfTheKernel_IsAnsweredAsTheSpecificationSays()
    {
        var hosts = new TwoHosts(up: false);
        AssertAnswered(hosts, Opening);
        AssertAnswered(hosts, Opening[..1]);
        AssertAnswered(hosts, Opening[1..]);
    }

    [Test]
    public void Opening_OfADualModeController_IsAnsweredAsTheSpecificationSays()
    {
        var hosts = new TwoHosts(up: false, a: new ControllerOptions { DualMode = true });
        AssertAnswered(hosts, [("030c00", ""), ("031000", "bf06847ed81d5b83")]);      // LE, and both at once
        AssertAnswered(hosts, Opening.Where(static step => step.Command is not "031000"));
        AssertAnswered(hosts, LowEnergy[..^1]);
        AssertAnswered(hosts, [("04100101", "01020b00000000000000")]);
        AssertAnswered(hosts, DiscoveryAndScans);
    }

    [Test]
    public void Opening_WithoutLowEnergy_KnowsNoneOfItsCommands()
    {
        var hosts = new TwoHosts(up: false);
        hosts.A.Send("01 03 20 00");
        hosts.Simulation.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0401010320" }));
    }

    /// <summary>Three guests of one radio, whose octets come in pieces of any size: all come up.</summary>
    [Test]
    public void Opening_ByThreeHosts_InPiecesOfAnySize_IsAnswered([Values(1, 2, 3, 5, 8, 13)] int piece)
    {
        var simulation = new Simulation();
        using var radio = VirtualRadio.In(simulation);
        for (var i = 0; i < 3; i++)
        {
            var controller = radio.Add(new() { Name = $"guest-{i}" });
            var host = RawHost.Open(controller);
            var reader = new VirtualController.Transport.H4FrameReader(packet => host.SendRaw(packet.Span), () => Assert.Fail("framing lost"));
            foreach (var (command, _) in Opening)
            {
                var octets = Convert.FromHexString("01" + command);
                for (var at = 0; at < octets.Length; at += piece)
                {
                    reader.Feed(octets.AsSpan(at, Math.Min(piece, octets.Length - at)));
                }

                simulation.Settle();
            }

            var answers = host.Take();
            Assert.That(answers, Has.Length.EqualTo(Opening.Length));
            Assert.That(answers, Has.All.Match("^040e..01....00"));
        }
    }
}
