namespace HostStack.Sdp.Tests.Server;

[TestFixture]
public sealed class ServerFuzzTests
{
    private static readonly string[] Seeds =
    [
        Golden.BrowseRequest,
        Golden.BrowseRequest2,
        Golden.PnpRequest,
        "0200010008350319110100" + "0100",
        "040001000C00010000FFFF350309000100",
    ];

    [Test]
    public void Received_MutatedRequests_NeverThrowAndLeaveTheServerAnswering([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var rig = new ServerRig(mtu: 48 + (seed * 70));
        for (var run = 0; run < 3000; run++)
        {
            var pdu = Mutate(random, Golden.Octets(Seeds[random.Next(Seeds.Length)]));
            byte[] answer = [];
            Assert.That(() => answer = rig.Send(pdu), Throws.Nothing, $"seed {seed}, run {run}: {Hex.Of(pdu)}");
            Assert.That(answer, Has.Length.LessThanOrEqualTo(rig.Channel.OutgoingMtu), $"seed {seed}, run {run}: {Hex.Of(pdu)}");
            if (answer.Length > 0)
            {
                Assert.That((answer[3] << 8) | answer[4], Is.EqualTo(answer.Length - 5), $"seed {seed}, run {run}");
            }
        }

        Assert.That(rig.Channel.Outstanding, Is.Zero);
        Assert.That(rig.Ask(0x02, "3503191101 0001 00"), Is.EqualTo("000100010001000000"));
    }

    private static byte[] Mutate(Random random, byte[] pdu)
    {
        var octets = new List<byte>(pdu);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var index = random.Next(octets.Count);
            switch (random.Next(5))
            {
                case 0:
                    octets[index] = (byte)random.Next(256);
                    break;
                case 1:
                    octets[index] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    octets.Insert(index, (byte)random.Next(256));
                    break;
                case 3 when octets.Count > 1:
                    octets.RemoveAt(index);
                    break;
                default:
                    octets.RemoveRange(index, octets.Count - index);
                    octets.Add((byte)random.Next(256));
                    break;
            }
        }

        if (random.Next(2) == 0 && octets.Count >= 5)
        {
            // An honest length lets the mutation through to the parameters.
            octets[3] = (byte)((octets.Count - 5) >> 8);
            octets[4] = (byte)(octets.Count - 5);
        }

        return [.. octets];
    }
}
