using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Wire;

public sealed class PacketBufferTests
{
    [Test]
    public void Buffer_HeadersPrepended_StandBeforeThePayload()
    {
        var pool = new PacketPool(headroom: 5, payload: 8);
        var buffer = pool.Rent();
        new byte[] { 7, 8 }.CopyTo(buffer.Append(2));
        new byte[] { 5, 6 }.CopyTo(buffer.Prepend(2));
        Assert.That(buffer.Span.ToArray(), Is.EqualTo(new byte[] { 5, 6, 7, 8 }));
        Assert.That((buffer.Headroom, buffer.Tailroom), Is.EqualTo((3, 6)));
        buffer.TrimStart(1);
        buffer.Truncate(2);
        Assert.That(buffer.Span.ToArray(), Is.EqualTo(new byte[] { 6, 7 }));
        buffer.Release();
        Assert.That(pool.Rented, Is.Zero);
    }

    [Test]
    public void Buffer_BeyondItsRoom_IsTheCallersMistake()
    {
        var buffer = new PacketPool(headroom: 2, payload: 3).Rent();
        Assert.That(() => buffer.Prepend(3).Length, Throws.InvalidOperationException);
        Assert.That(() => buffer.Append(4).Length, Throws.InvalidOperationException);
        Assert.That(() => buffer.TrimStart(1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => buffer.Truncate(1), Throws.TypeOf<ArgumentOutOfRangeException>());
        buffer.Release();
        Assert.That(buffer.Release, Throws.InvalidOperationException);
    }

    [Test]
    public void Pool_SteadyState_AllocatesNothing()
    {
        var pool = new PacketPool(headroom: 8, payload: 64);
        pool.Rent().Release();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            pool.Rent().Release();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Pool_RentedAgain_GivesAnEmptyBufferWithItsHeadroom()
    {
        var pool = new PacketPool(headroom: 8, payload: 64, stock: 1);
        var first = pool.Rent();
        var second = pool.Rent();
        first.Append(10);
        first.TrimStart(3);
        first.Release();
        second.Release();
        var again = pool.Rent();
        Assert.That(again, Is.SameAs(first));
        Assert.That((again.Length, again.Headroom, again.Tailroom), Is.EqualTo((0, 8, 64)));
        again.Release();
    }
}
