using HostStack.Hci.Loop;
using HostStack.L2cap;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Records;
using HostStack.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Host.Tests;

[TestFixture]
internal sealed class ServiceDirectoryTests
{
    [Test]
    public void Listen_SurvivesEpochs()
    {
        var directory = new ServiceDirectory();
        using var first = Layer();
        using var second = Layer();

        directory.Listen(Service(0x1001));
        directory.Bind(first);
        directory.Unbind();
        directory.Bind(second);

        Assert.That(() => first.Listen(Service(0x1001)), Throws.InvalidOperationException);
        Assert.That(() => second.Listen(Service(0x1001)), Throws.InvalidOperationException);
    }

    [Test]
    public void Listen_Disposed_FreesThePsm_HereAndInLaterEpochs()
    {
        var directory = new ServiceDirectory();
        using var first = Layer();
        using var second = Layer();
        directory.Bind(first);
        var listening = directory.Listen(Service(0x1001));

        listening.Dispose();
        directory.Unbind();
        directory.Bind(second);

        Assert.That(() => first.Listen(Service(0x1001)), Throws.Nothing);
        Assert.That(() => second.Listen(Service(0x1001)), Throws.Nothing);
        Assert.That(directory.Psms, Is.Empty);
    }

    [Test]
    public void Listen_Twice_IsRefusedWithTheRemedy()
    {
        var directory = new ServiceDirectory();
        directory.Listen(Service(0x1001));

        Assert.That(
            () => directory.Listen(Service(0x1001)), Throws.InvalidOperationException.With.Message.Contains("stop the other"));
    }

    [Test]
    public void Advertise_TellsTheClass_OncePerKind_UntilTheLastIsWithdrawn()
    {
        var directory = new ServiceDirectory();
        var changes = 0;
        directory.ClassesChanged = () => changes++;

        var one = directory.Advertise(NetworkServiceRecord.Gn(), 0x1117);
        var other = directory.Advertise(NetworkServiceRecord.Gn(), 0x1117);
        var both = directory.ServiceClasses;
        one.Dispose();
        one.Dispose();
        var last = directory.ServiceClasses;
        other.Dispose();

        Assert.That((both.Count, last.Count, directory.ServiceClasses.Count), Is.EqualTo((1, 1, 0)));
        Assert.That(changes, Is.EqualTo(4));
        Assert.That(directory.Records.Records, Has.Count.EqualTo(1), "the server's own record stays");
    }

    private static L2capLayer Layer() => new(new TimerQueue(new ManualTime()), new L2capOptions(), NullLogger.Instance);

    private static ServiceRegistration Service(ushort psm) => new() { Psm = new Psm(psm), Accept = _ => null };
}
