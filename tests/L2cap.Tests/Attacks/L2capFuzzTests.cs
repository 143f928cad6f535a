using HostStack.Hci.Links;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Attacks;

/// <summary>Two layers back to back whose PDUs are changed, repeated, lost and forged. Whatever comes, no handler throws,
/// no buffer stays out, every request ends, and every channel that a user was given is closed exactly once.</summary>
[TestFixture]
[Category("Attack")]
internal sealed class L2capFuzzTests
{
    private const int Steps = 400;

    [Test]
    [Property("Id", "unhandled exception")]
    public void TwoLayers_HostileLink_NeverThrowsAndLeaksNothing([Range(1, 60)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        Run(seed);
    }

    /// <summary>A fuzz that opens nothing proves nothing.</summary>
    [Test]
    public void TwoLayers_HostileLink_StillReachesOpenChannelsAndData()
    {
        long opened = 0, data = 0, ignored = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var (channels, sdus, commands) = Run(seed);
            opened += channels;
            data += sdus;
            ignored += commands;
        }

        Assert.That(opened, Is.GreaterThan(100));
        Assert.That(data, Is.GreaterThan(100));
        Assert.That(ignored, Is.GreaterThan(100));
    }

    private static (long Opened, long Sdus, long CommandsIgnored) Run(int seed)
    {
        var random = new Random(seed);
        using var pair = new TwoLayers(options: new L2capOptions { ChannelsPerLink = 6, RequestRetransmissions = seed % 3 });
        var outcomes = new List<Task<ChannelOutcome>>();
        var asked = new List<RecordingObserver>();
        for (var step = 0; step < Steps; step++)
        {
            DoOneThing(pair, random, outcomes, asked);
        }

        pair.LinkDown();
        pair.Do(() => { });
        Assert.Multiple(() =>
        {
            Assert.That(outcomes.All(outcome => outcome.IsCompletedSuccessfully), Is.True, $"seed {seed}: a request never ended");
            Assert.That(asked.All(observer => observer.OpenedCount == observer.ClosedCount), Is.True, $"seed {seed}: an asked channel");
            Assert.That(pair.Accepted.SelectMany(x => x).All(observer => observer.ClosedCount == 1), Is.True, $"seed {seed}: a taken channel");
            Assert.That(pair.Accepted.SelectMany(x => x).All(observer => observer.OpenedCount <= 1), Is.True, $"seed {seed}: opened twice");
        });
        var counters = pair.Layers.Select(layer => layer.Counters).ToList();
        return (counters.Sum(c => c.ChannelsOpened), counters.Sum(c => c.SdusReceived), counters.Sum(c => c.CommandsIgnored));
    }

    private static void DoOneThing(TwoLayers pair, Random random, List<Task<ChannelOutcome>> outcomes, List<RecordingObserver> asked)
    {
        var side = random.Next(2);
        switch (random.Next(40))
        {
            case 0 or 1 or 2:
                asked.Add(new RecordingObserver());
                var floor = random.Next(4) == 0 ? random.Next(48, 900) : 48;
                outcomes.Add(pair.Connect(side, asked[^1], new ChannelOptions { OutgoingMtuFloor = (ushort)floor }));
                break;
            case 3:
                Close(random, pair, Observers(pair, asked));
                break;
            case 4:
                pair.Advance(TimeSpan.FromSeconds(random.Next(1, 12)));
                break;
            case 5:
                pair.Links[side].Shortfall = random.Next(3) == 0 ? SecurityShortfall.NotEncrypted : SecurityShortfall.None;
                pair.Links[side].PeerHostSupportsSsp = random.Next(3) switch { 0 => true, 1 => false, _ => null };
                pair.Do(() => pair.Layers[side].SecurityChanged(pair.Links[side]));
                pair.Links[side].Shortfall = SecurityShortfall.None;
                break;
            case 6:
                pair.Links[side].HasRoom = random.Next(4) != 0;
                pair.Do(() => pair.Layers[side].EgressReady(pair.Links[side]));
                break;
            case 7 or 8 or 9 or 10:
                var forged = Forge(random);
                pair.Do(() => pair.Layers[side].PduReceived(pair.Links[side], forged));
                break;
            case 11:
                pair.CarryOne(side, pdu => Change(random, pdu));
                break;
            case 12:
                // Everything that waits comes twice: stale and repeated commands.
                foreach (var pdu in pair.Links[1 - side].Outbox.ToArray())
                {
                    pair.Do(() => pair.Layers[side].PduReceived(pair.Links[side], pdu));
                }

                break;
            case < 20:
                SendData(random, pair, Observers(pair, asked));
                break;
            default:
                pair.CarryOne(side);
                pair.CarryOne(1 - side);
                break;
        }
    }

    private static List<RecordingObserver> Observers(TwoLayers pair, List<RecordingObserver> asked) =>
        [.. asked.Concat(pair.Accepted[0]).Concat(pair.Accepted[1]).Where(observer => observer.ClosedCount == 0)];

    [Test]
    [Property("Id", "unhandled exception")]
    public void OneLayer_RandomOctets_NeverThrows([Range(1, 20)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var rig = new L2capRig();
        rig.OpenIncoming();
        rig.Link.KeepSent = false;
        for (var i = 0; i < 500; i++)
        {
            var pdu = new byte[random.Next(0, 80)];
            random.NextBytes(pdu);
            rig.ReceiveRaw(pdu);
            rig.ReceiveRaw(Forge(random));
        }

        rig.Link.KeepSent = true;
        rig.Signal("08aa 0000");
        rig.ExpectCommand("09aa 0000");
    }

    // A signalling PDU that looks like one: known codes, likely endpoints and identifiers, options that may be cut off.
    private static byte[] Forge(Random random)
    {
        var commands = new List<byte>();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var data = new byte[random.Next(0, 5) switch { 0 => 0, 1 => 4, 2 => 8, 3 => 6, _ => random.Next(0, 60) }];
            random.NextBytes(data);
            for (var i = 0; i + 1 < Math.Min(data.Length, 6); i += 2)
            {
                if (random.Next(3) != 0)
                {
                    data[i] = (byte)random.Next(0x3F, 0x47);
                    data[i + 1] = 0;
                }
            }

            if (random.Next(4) == 0 && data.Length >= 2)
            {
                (data[0], data[1]) = (0x01, 0x10);
            }

            var length = random.Next(8) == 0 ? random.Next(0, 70) : data.Length;
            commands.AddRange([(byte)random.Next(0, 0x1C), (byte)random.Next(0, 12), (byte)length, 0, .. data]);
        }

        var channel = random.Next(5) == 0 ? (ushort)random.Next(0, 0x48) : (ushort)1;
        return L2capRig.Pdu(channel, commands.ToArray());
    }

    private static byte[] Change(Random random, byte[] pdu)
    {
        switch (random.Next(4))
        {
            case 0:
                return pdu[..random.Next(pdu.Length)];
            case 1:
                return [.. pdu, (byte)random.Next(256)];
            default:
                pdu[random.Next(pdu.Length)] = (byte)random.Next(256);
                return pdu;
        }
    }

    private static void Close(Random random, TwoLayers pair, List<RecordingObserver> observers)
    {
        if (observers.Count > 0 && observers[random.Next(observers.Count)].Channel is { } channel)
        {
            pair.Do(channel.Disconnect);
        }
    }

    private static void SendData(Random random, TwoLayers pair, List<RecordingObserver> observers)
    {
        if (observers.Count > 0 && observers[random.Next(observers.Count)].Channel is { } channel)
        {
            pair.Do(() =>
            {
                var sdu = channel.Rent();
                random.NextBytes(sdu.Append(random.Next(0, 1000)));
                channel.Send(sdu, EgressClass.Data);
            });
        }
    }
}
