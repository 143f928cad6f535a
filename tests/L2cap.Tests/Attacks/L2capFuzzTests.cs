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
        var random = new Random(seed);
        using var pair = new TwoLayers(options: new L2capOptions { ChannelsPerLink = 6, RequestRetransmissions = seed % 3 });
        var outcomes = new List<Task<ChannelOutcome>>();
        var asked = new List<RecordingObserver>();
        for (var step = 0; step < Steps; step++)
        {
            var side = random.Next(2);
            switch (random.Next(12))
            {
                case 0:
                    asked.Add(new RecordingObserver());
                    outcomes.Add(pair.Connect(side, asked[^1], new ChannelOptions { OutgoingMtuFloor = (ushort)random.Next(48, 900) }));
                    break;
                case 1:
                    Close(pair, random, asked.Concat(pair.Accepted[0]).Concat(pair.Accepted[1]).ToList());
                    break;
                case 2:
                    pair.Advance(TimeSpan.FromSeconds(random.Next(1, 15)));
                    break;
                case 3:
                    pair.Links[side].Shortfall = random.Next(3) == 0 ? SecurityShortfall.NotEncrypted : SecurityShortfall.None;
                    pair.Links[side].PeerHostSupportsSsp = random.Next(3) switch { 0 => true, 1 => false, _ => null };
                    pair.Do(() => pair.Layers[side].SecurityChanged(pair.Links[side]));
                    break;
                case 4:
                    pair.Links[side].HasRoom = random.Next(2) == 0;
                    pair.Do(() => pair.Layers[side].EgressReady(pair.Links[side]));
                    break;
                case 5:
                    var forged = Forge(random);
                    pair.Do(() => pair.Layers[side].PduReceived(pair.Links[side], forged));
                    break;
                case 6:
                    pair.CarryOne(side, pdu => Change(random, pdu));
                    break;
                case 7:
                    SendData(pair, random, asked.Concat(pair.Accepted[0]).Concat(pair.Accepted[1]).ToList());
                    break;
                default:
                    pair.CarryOne(side);
                    break;
            }
        }

        pair.LinkDown();
        pair.Do(() => { });
        Assert.Multiple(() =>
        {
            Assert.That(outcomes.All(outcome => outcome.IsCompletedSuccessfully), Is.True, "a request never ended");
            Assert.That(asked.All(observer => observer.OpenedCount == observer.ClosedCount), Is.True, "an asked channel");
            Assert.That(pair.Accepted.SelectMany(x => x).All(observer => observer.ClosedCount == 1), Is.True, "a taken channel");
            Assert.That(pair.Accepted.SelectMany(x => x).All(observer => observer.OpenedCount <= 1), Is.True, "opened twice");
        });
    }

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

    private static void Close(TwoLayers pair, Random random, List<RecordingObserver> observers)
    {
        if (observers.Count > 0 && observers[random.Next(observers.Count)].Channel is { } channel)
        {
            pair.Do(channel.Disconnect);
        }
    }

    private static void SendData(TwoLayers pair, Random random, List<RecordingObserver> observers)
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
