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
    private L2capLayer _layer = null!;
    private ServiceDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        _layer = new L2capLayer(new TimerQueue(new ManualTime()), new L2capOptions(), NullLogger.Instance);
        _directory = new ServiceDirectory(_layer);
    }

    [TearDown]
    public void TearDown() => _layer.Dispose();

    [Test]
    public void Listen_TakesThePsm_UntilDisposed()
    {
        var listening = _directory.Listen(Service(0x1001));
        var during = _directory.Psms;

        Assert.That(() => _layer.Listen(Service(0x1001)), Throws.InvalidOperationException);
        listening.Dispose();
        listening.Dispose();

        Assert.That(during, Is.EqualTo((Psm[])[new Psm(0x1001)]));
        Assert.That(_directory.Psms, Is.Empty);
        Assert.That(() => _layer.Listen(Service(0x1001)), Throws.Nothing);
    }

    [Test]
    public void Listen_Twice_IsRefusedWithTheRemedy()
    {
        _directory.Listen(Service(0x1001));

        Assert.That(
            () => _directory.Listen(Service(0x1001)), Throws.InvalidOperationException.With.Message.Contains("stop the other"));
        Assert.That(_directory.Psms, Has.Count.EqualTo(1));
    }

    [Test]
    public void Advertise_TellsTheClassOnce_UntilTheLastIsWithdrawn()
    {
        var changes = 0;
        _directory.ClassesChanged = () => changes++;

        var one = _directory.Advertise(NetworkServiceRecord.Gn(), 0x1117);
        var other = _directory.Advertise(NetworkServiceRecord.Gn(), 0x1117);
        var both = _directory.ServiceClasses;
        one.Dispose();
        one.Dispose();
        var last = _directory.ServiceClasses;
        other.Dispose();

        Assert.That((both.Count, last.Count, _directory.ServiceClasses.Count), Is.EqualTo((1, 1, 0)));
        Assert.That(changes, Is.EqualTo(4));
        Assert.That(_directory.Records.Records, Has.Count.EqualTo(1), "the server's own record stays");
    }

    private static ServiceRegistration Service(ushort psm) => new() { Psm = new Psm(psm), Accept = _ => null };
}
