using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Unix;

[TestFixture]
[Platform("Linux")]
public sealed class PolledDescriptorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Octets = [1, 2, 3, 4, 5];

    [Test]
    public void Read_WhatIsThere_IsGivenAtOnce()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        pair.Far.Write(Octets);
        var buffer = new byte[16];
        Assert.That(near.Read(buffer), Is.EqualTo(Octets.Length));
        Assert.That(buffer.AsSpan(0, Octets.Length).ToArray(), Is.EqualTo(Octets));
    }

    [Test]
    public void TryRead_NothingThere_IsFalse()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        Assert.That(near.TryRead(new byte[1], out _), Is.False);
    }

    [Test]
    public async Task Read_NothingThere_WaitsForIt()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        var buffer = new byte[16];
        var reading = Waiting.OnThread(() => near.Read(buffer));
        pair.Far.Write(Octets);
        Assert.That(await reading.WaitAsync(Limit), Is.EqualTo(Octets.Length));
    }

    // As macOS answers for a device that its poll does not support; Linux does for a number that nothing has.
    [Test]
    public void Wait_DescriptorThatCannotBePolled_IsNoHangUp()
    {
        using var near = new PolledDescriptor(new FileDescriptor(int.MaxValue));
        Assert.That(
            () => near.WaitForStop(Limit),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("waiting failed: poll(2) of this system does not support the device"));
    }

    [Test]
    public void Read_OtherSideEnded_IsZero()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        pair.Far.Dispose();
        Assert.That(near.Read(new byte[16]), Is.Zero);
    }

    [Test]
    public async Task Read_OtherSideEndsWhileItWaits_IsZero()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        var reading = Waiting.OnThread(() => near.Read(new byte[16]));
        pair.Far.Dispose();
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
    }

    [Test]
    public async Task Stop_WhileAReadWaits_EndsIt([Values] bool byPipe)
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near, wake: byPipe ? WakeDescriptor.OfPipe() : WakeDescriptor.OfEvent());
        var reading = Waiting.OnThread(() => near.Read(new byte[16]));
        near.Stop();
        near.Stop();
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
        Assert.That(near.Read(new byte[16]), Is.Zero);
    }

    [Test]
    public async Task Dispose_WhileAReadWaits_EndsItAndClosesTheDescriptor([Values] bool byPipe)
    {
        using var pair = SocketPair.OfStreams();
        var near = new PolledDescriptor(pair.Near, wake: byPipe ? WakeDescriptor.OfPipe() : WakeDescriptor.OfEvent());
        var reading = Waiting.OnThread(() => near.Read(new byte[16]));
        near.Dispose();
        near.Dispose();
        await near.Closed.WaitAsync(Limit);
        Assert.That(await reading.WaitAsync(Limit), Is.Zero);
        Assert.That(pair.Far.Read(new byte[16]), Is.Zero, "the other side sees that it is closed");
    }

    [Test]
    public void Write_MoreThanThereIsRoomFor_WaitsForRoom()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        var sent = new byte[4 * 1024 * 1024];
        new Random(7).NextBytes(sent);
        var writing = Waiting.OnThread(() =>
        {
            near.Write(sent);
            return sent.Length;
        });
        var received = new byte[sent.Length];
        for (var done = 0; done < received.Length;)
        {
            done += pair.Far.Read(received.AsSpan(done));
        }

        Assert.That(received, Is.EqualTo(sent));
        Assert.That(async () => await writing.WaitAsync(Limit), Is.EqualTo(sent.Length));
    }

    [Test]
    public void Write_NobodyReads_FailsAfterTheLimit()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near, writeLimit: TimeSpan.FromMilliseconds(20));
        Assert.That(
            () => near.Write(new byte[4 * 1024 * 1024]),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("writing failed: the device has taken nothing for 0.02 s"));
    }

    /// <summary>A device that takes a little now and then must not hold its writer for ever.</summary>
    [Test]
    public async Task Write_SomebodyReadsNowAndThen_FailsAfterTheLimitOfTheCall()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(
            pair.Near, writeLimit: TimeSpan.FromHours(1), callLimit: TimeSpan.FromMilliseconds(50));
        var writing = Waiting.OnThread(() =>
        {
            while (true)
            {
                near.Write(new byte[16 * 1024 * 1024]);
            }

#pragma warning disable CS0162 // It ends by its failure.
            return 0;
#pragma warning restore CS0162
        });
        var buffer = new byte[64];
        while (!writing.IsCompleted)
        {
            if (!pair.Far.TryRead(buffer, out _))
            {
                await Task.Yield();
            }
        }

        Assert.That(
            async () => await writing.WaitAsync(Limit),
            Throws.InstanceOf<IOException>().With.Message.Matches(
                "^writing failed: the device takes too long, [0-9]+ of 16777216 octets are left$"));
    }

    /// <summary>A program that is started by this one does not hold the descriptors open.</summary>
    [Test]
    public void Wake_EitherKind_IsClosedOnExecution([Values] bool byPipe)
    {
        using var wake = byPipe ? WakeDescriptor.OfPipe() : WakeDescriptor.OfEvent();
        foreach (var end in new[] { wake.Descriptor, wake.Signalled })
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{end.Number}").Single(static line => line.StartsWith("flags:", StringComparison.Ordinal));
            Assert.That(Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & 0x8_0000, Is.Not.Zero, flags);
        }
    }

    [Test]
    public void Stop_WhileAWriteWaits_EndsItLongBeforeTheLimit()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near, writeLimit: TimeSpan.FromHours(1));
        var writing = Waiting.OnThread(() =>
        {
            near.Write(new byte[4 * 1024 * 1024]);
            return 0;
        });
        near.Stop();
        Assert.That(
            async () => await writing.WaitAsync(Limit),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("writing failed: the device was closed"));
    }

    [Test]
    public void Write_OtherSideEnded_SaysThatTheDeviceIsGone()
    {
        using var pair = SocketPair.OfStreams();
        using var near = new PolledDescriptor(pair.Near);
        pair.Far.Dispose();
        Assert.That(
            () => near.Write(Octets),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("writing failed: EPIPE, the device is gone"));
    }

    [Test]
    public void Write_AfterDispose_Fails()
    {
        using var pair = SocketPair.OfStreams();
        var near = new PolledDescriptor(pair.Near);
        near.Dispose();
        Assert.That(() => near.Write(Octets), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Read_OfPackets_GivesOneEach()
    {
        using var pair = SocketPair.OfPackets();
        using var near = new PolledDescriptor(pair.Near);
        pair.Far.Write(Octets);
        pair.Far.Write(Octets.AsSpan(0, 2));
        var buffer = new byte[16];
        Assert.That(near.Read(buffer), Is.EqualTo(5));
        Assert.That(near.Read(buffer), Is.EqualTo(2));
    }

    [Test]
    public void ReadAndWrite_ThousandTimes_AllocateNothing()
    {
        using var pair = SocketPair.OfPackets();
        using var near = new PolledDescriptor(pair.Near);
        var buffer = new byte[1100];
        Exchange(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Exchange(int times)
        {
            for (var i = 0; i < times; i++)
            {
                near.Write(buffer);
                pair.Far.Read(buffer);
                pair.Far.Write(buffer.AsSpan(0, 7));
                near.Read(buffer);
            }
        }
    }

    [TestCase(35, true, "EAGAIN")]
    [TestCase(11, false, "EAGAIN")]
    [TestCase(16, true, "EBUSY")]
    [TestCase(35, false, "errno 35")]
    public void NameOf_NumberOfASystem_IsWhatThatSystemMeans(int number, bool isMacOS, string name) =>
        Assert.That(UnixError.NameOf(UnixError.From(number, isMacOS)), Is.EqualTo(name));
}
