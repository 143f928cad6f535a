using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>The settings on a folder that looks like the kernel's.</summary>
[TestFixture]
public sealed class ForwardingSettingsTests
{
    private string _root = "";
    private ForwardingSettings _settings = null!;

    [SetUp]
    public void SetUp()
    {
        _root = Directory.CreateTempSubdirectory("hs").FullName;
        _settings = new ForwardingSettings(_root);
        foreach (var name in new[] { "all", "default", "lo", "eth0", "wlan0", "hs-nap0" })
        {
            Put($"ipv4/conf/{name}/forwarding", "0");
            Put($"ipv6/conf/{name}/forwarding", "0");
            Put($"ipv6/conf/{name}/accept_ra", "1");
        }

        Put("ipv4/ip_forward", "0");
        Put("ipv4/conf/all/accept_redirects", "1");
        Put("ipv4/conf/wlan0/forwarding", "1");
        Put("ipv6/conf/wlan0/accept_ra", "0");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Changing_WhereNothingForwards_IsEverythingThatTheSwitchChanges() => Assert.That(
        _settings.Changing(ipv6: true, "hs-nap0").Select(setting => (Path.GetRelativePath(_root, setting.Path), setting.Value)),
        Is.EqualTo(new[]
        {
            ("ipv4/ip_forward", "0"), ("ipv4/conf/wlan0/forwarding", "1"), ("ipv4/conf/all/accept_redirects", "1"),
            ("ipv6/conf/all/forwarding", "0"), ("ipv6/conf/eth0/accept_ra", "1"),
        }));

    [Test]
    public void Changing_WhereItForwards_IsNothing()
    {
        Put("ipv4/ip_forward", "1");
        Put("ipv6/conf/all/forwarding", "1");
        Assert.That(_settings.Changing(ipv6: true, "hs-nap0"), Is.Empty);
    }

    [Test]
    public void TurnOn_OfBoth_KeepsListeningForRouters()
    {
        _settings.TurnOn(ipv6: true, "hs-nap0");
        Assert.Multiple(() =>
        {
            Assert.That(Get("ipv4/ip_forward"), Is.EqualTo("1"));
            Assert.That(Get("ipv6/conf/all/forwarding"), Is.EqualTo("1"));
            Assert.That(Get("ipv6/conf/eth0/accept_ra"), Is.EqualTo("2"), "it listened, and goes on");
            Assert.That(Get("ipv6/conf/wlan0/accept_ra"), Is.EqualTo("0"), "it did not listen");
            Assert.That(Get("ipv6/conf/hs-nap0/accept_ra"), Is.EqualTo("1"), "the peers' side is not listened to");
        });
    }

    [Test]
    public void TurnOn_OfIPv4_LeavesIPv6()
    {
        _settings.TurnOn(ipv6: false, "hs-nap0");
        Assert.That(Get("ipv6/conf/all/forwarding"), Is.EqualTo("0"));
        Assert.That(_settings.Changing(ipv6: false, "hs-nap0"), Is.Empty);
    }

    [Test]
    public void Restore_PutsEverythingBack_AlsoWhereAnInterfaceIsGone()
    {
        var saved = _settings.Changing(ipv6: true, "hs-nap0");
        _settings.TurnOn(ipv6: true, "hs-nap0");
        Put("ipv4/conf/wlan0/forwarding", "0");
        Directory.Delete(Path.Combine(_root, "ipv6/conf/eth0"), recursive: true);
        Assert.That(ForwardingSettings.Restore(saved, Assert.Fail), Is.Empty);
        Assert.Multiple(() =>
        {
            Assert.That(Get("ipv4/ip_forward"), Is.EqualTo("0"));
            Assert.That(Get("ipv4/conf/wlan0/forwarding"), Is.EqualTo("1"));
            Assert.That(Get("ipv6/conf/all/forwarding"), Is.EqualTo("0"));
            Assert.That(Directory.Exists(Path.Combine(_root, "ipv6/conf/eth0")), Is.False);
        });
    }

    [Test]
    public void Restore_OfOneThatCannotBeSet_GoesOnAndGivesIt()
    {
        // What cannot be written, also by root.
        var refused = new KernelSetting("/proc/self/mounts", "0");
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Linux: /proc is Linux's; run this test there.");
        }

        Put("ipv4/ip_forward", "1");
        var told = new List<string>();
        var left = ForwardingSettings.Restore([refused, new KernelSetting(Path.Combine(_root, "ipv4/ip_forward"), "0")], told.Add);
        Assert.That(left, Is.EqualTo(new[] { refused }));
        Assert.That(told.Single(), Does.Contain("/proc/self/mounts").And.Contain("run as root"));
        Assert.That(Get("ipv4/ip_forward"), Is.EqualTo("0"));
    }

    [Test]
    public void IPv6_WithoutItsSettings_IsNotThere()
    {
        Assert.That(_settings.HasIPv6, Is.True);
        Directory.Delete(Path.Combine(_root, "ipv6"), recursive: true);
        Assert.That(_settings.HasIPv6, Is.False);
    }

    private void Put(string path, string value)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, value + "\n");
    }

    private string Get(string path) => File.ReadAllText(Path.Combine(_root, path)).Trim();
}
