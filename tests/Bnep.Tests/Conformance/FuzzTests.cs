using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Tests.Conformance;

/// <summary>Random packets, calls and times: nothing throws, no buffer is lost, and an honest peer is served after it.</summary>
[TestFixture]
internal sealed class FuzzTests
{
    private const int Rounds = 150;
    private const int StepsPerRound = 60;

    private static readonly byte[] Sizes = [0, 2, 4, 16, 3, 0xFF];

    [Test]
    public void Session_AnyInput_NeverThrowsAndLosesNothing([Values(1, 42, 20261120, 987654321)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var stage = (AttackTests.Stage)random.Next(Enum.GetValues<AttackTests.Stage>().Length);
            var rig = AttackTests.At(stage);
            rig.User.AnswerAtOnce = random.Next(3) == 0 ? (SetupResponseCode)random.Next(6) : null;
            rig.User.OnFrame = random.Next(50) == 0 ? static session => session.Disconnect() : null;
            for (var step = 0; step < StepsPerRound; step++)
            {
                var packet = Packet(random);
                try
                {
                    Act(random, rig, packet);
                }
                catch (Exception exception)
                {
                    Assert.Fail(
                        $"seed {seed}, round {round}, step {step}, {stage}: {Convert.ToHexString(packet)}: {exception}");
                }

                Assert.That(rig.Channel.Outstanding, Is.Zero, $"seed {seed}, round {round}, step {step}");
            }

            rig.Close();
            Assert.That(rig.Session.Phase, Is.EqualTo(BnepPhase.Closed));
            Assert.That(rig.User.Events[^1], Is.EqualTo("closed"), $"seed {seed}, round {round}");
            rig.TakeSent();
            rig.Advance(1000);
            Assert.That(rig.TakeSent(), Is.Empty, $"seed {seed}, round {round}: a timer outlived the channel");
        }
    }

    [Test]
    public void Session_AfterAnyPackets_ServesAnHonestPeer([Values(7, 20030214)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var rig = SessionRig.OpenResponder();
            for (var step = 0; step < StepsPerRound; step++)
            {
                rig.Receive(Packet(random));
            }

            rig.User.AnswerAtOnce = SetupResponseCode.Success;
            rig.Advance(25);
            rig.User.Frames.Clear();
            rig.TakeSent();
            rig.Receive("01 01 02 1116 1115");
            rig.Receive("01 03 0000");
            rig.Receive("01 05 0000");
            rig.Receive(Golden.CompressedIPv4);
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000", "01 04 0000", "01 06 0000"])), $"seed {seed}");
            Assert.That(rig.User.Frames, Has.Count.EqualTo(1));
            Assert.That(rig.Send(Golden.AllNodes, Golden.DeviceA, 0x86DD), Is.EqualTo(BnepSendResult.Sent));
        }
    }

    private static void Act(Random random, SessionRig rig, byte[] packet)
    {
        switch (random.Next(24))
        {
            case 0:
                rig.Session.Answer((SetupResponseCode)random.Next(5));
                break;
            case 1:
                rig.Session.RequestSetup(BnepUuid.FromShort((uint)random.Next(0x1115, 0x1119)), BnepUuid.Panu);
                break;
            case 2:
                rig.Session.SetNetworkTypeFilter([new(new EtherType(0), new EtherType((ushort)random.Next(0x10000)))]);
                break;
            case 3:
                rig.Session.SetMulticastFilter([new(Golden.AllNodes, MacAddress.Broadcast)]);
                break;
            case 4:
                rig.Advance(random.Next(0, 12));
                break;
            case 5:
                rig.Session.Send(new EthernetFrame(Golden.DeviceB, Golden.Other, EtherType.Vlan, packet));
                break;
            case 6 when random.Next(20) == 0:
                rig.Close(ChannelCloseReason.LinkLost);
                break;
            case 7 when random.Next(20) == 0:
                rig.Session.Disconnect();
                break;
            case 8:
                rig.Channel.HasRoom = !rig.Channel.HasRoom;
                break;
            default:
                rig.Receive(packet);
                break;
        }
    }

    // Half noise, half packets that are nearly right.
    private static byte[] Packet(Random random)
    {
        var noise = new byte[random.Next(0, 64)];
        random.NextBytes(noise);
        if (noise.Length == 0 || random.Next(2) == 0)
        {
            return noise;
        }

        var extended = random.Next(3) == 0;
        List<byte> packet = [];
        if (random.Next(3) == 0)
        {
            packet.Add((byte)(random.Next(0, 5) | (extended ? 0x80 : 0)));
            packet.AddRange(noise.Take(packet[0] switch { 0 or 0x80 => 14, 2 or 0x82 => 2, _ => 8 }));
        }
        else
        {
            packet.Add((byte)(1 | (extended ? 0x80 : 0)));
            packet.AddRange(Message(random));
        }

        while (extended)
        {
            extended = random.Next(2) == 0;
            byte[] body = random.Next(2) == 0 ? Message(random) : noise[..(noise.Length / 2)];
            packet.Add((byte)(random.Next(0, 2) | (extended ? 0x80 : 0)));
            packet.Add((byte)(body.Length + (random.Next(10) == 0 ? random.Next(-2, 3) : 0)));
            packet.AddRange(body);
        }

        return [.. packet];
    }

    private static byte[] Message(Random random)
    {
        var type = (byte)random.Next(0, 9);
        switch (type)
        {
            case 1:
                var size = Sizes[random.Next(Sizes.Length)];
                var setup = new byte[2 + (2 * size)];
                random.NextBytes(setup);
                (setup[0], setup[1]) = (type, size);
                return setup;
            case 3 or 5:
                var entry = type == 3 ? 4 : 12;
                var list = new byte[entry * random.Next(0, 5)];
                random.NextBytes(list);
                return [type, 0, (byte)(list.Length + (random.Next(8) == 0 ? 1 : 0)), .. list];
            default:
                return [type, 0, (byte)random.Next(0, 6)];
        }
    }
}
