namespace HostStack.Pan.Tests.Rig;

/// <summary>Tests of one host on a network of its own: afterwards nothing has failed, and every buffer is released.</summary>
internal abstract class OneHostTests
{
    protected RigNet Net { get; private set; } = null!;

    protected RigHost Host { get; private set; } = null!;

    [SetUp]
    public void MakeHost()
    {
        Net = new RigNet();
        Host = Net.Add(0x00AA_0101_0042);
    }

    [TearDown]
    public void ReleaseHost()
    {
        Assert.That(Net.Loop.Faults, Is.Zero);
        Assert.That(Host.Channels.Sum(channel => channel.Outstanding), Is.Zero, "every buffer was released");
        Net.Dispose();
    }
}
