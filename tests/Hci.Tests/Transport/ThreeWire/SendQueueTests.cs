using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

[TestFixture]
public sealed class SendQueueTests
{
    /// <summary>Against a plain queue: the same packets, the same order, and no more octets than there is room for.</summary>
    [Test]
    public void TryAdd_RandomLoad_IsAQueueWithinItsBound([Values(1, 2, 3, 4)] int seed)
    {
        const int room = 256;
        var random = new Random(seed);
        var queue = new SendQueue(room, packets: 8);
        var model = new Queue<byte[]>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var packet = new byte[random.Next(1, 100)];
                random.NextBytes(packet);
                if (queue.TryAdd(ThreeWirePacketType.AclData, packet))
                {
                    model.Enqueue(packet);
                }
                else
                {
                    Assert.That(model.Count == 8 || model.Sum(static kept => kept.Length) + packet.Length > room / 2, $"seed {seed}, step {step}");
                }
            }
            else if (model.Count > 0)
            {
                var count = random.Next(1, model.Count + 1);
                queue.Remove(count);
                for (var i = 0; i < count; i++)
                {
                    model.Dequeue();
                }
            }

            Assert.That(queue.Count, Is.EqualTo(model.Count));
            Assert.That(model.Sum(static kept => kept.Length), Is.LessThanOrEqualTo(room));
            var index = 0;
            foreach (var kept in model)
            {
                Assert.That(queue.Peek(index++, out _).SequenceEqual(kept), $"seed {seed}, step {step}");
            }
        }
    }

    [Test]
    public void TryAdd_LongerThanAll_IsRefused() =>
        Assert.That(new SendQueue(16, 4).TryAdd(ThreeWirePacketType.AclData, new byte[17]), Is.False);
}
