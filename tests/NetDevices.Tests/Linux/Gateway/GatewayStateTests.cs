using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class GatewayStateTests
{
    private static readonly GatewayState State = new()
    {
        Interface = "hs-nap0",
        Namespace = "4026531840",
        Owner = new ProcessIdentity(17, 4711),
        Table = "hoststack_hs_nap0",
        Settings = [new KernelSetting("/proc/sys/net/ipv4/ip_forward", "0")],
        Server = new ProcessIdentity(18, 4712),
        Leases = "/run/hoststack/hs-nap0.4026531840.leases",
    };

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Path.Combine(Directory.CreateTempSubdirectory("hs").FullName, "run");

    [TearDown]
    public void TearDown() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Test]
    public void State_Written_IsReadByNameAndNamespace()
    {
        var folder = new GatewayStateFolder(_folder);
        folder.Write(State);
        folder.Write(State with { Namespace = "7", Table = null, Server = null, Leases = null, Settings = [] });
        var read = folder.Read("hs-nap0", "4026531840")!;
        Assert.Multiple(() =>
        {
            Assert.That(read.ToJson(), Is.EqualTo(State.ToJson()));
            Assert.That(folder.ReadAll().Select(static state => state.Namespace), Is.EqualTo(new[] { "4026531840", "7" }));
            Assert.That(folder.Read("hs-nap1", "4026531840"), Is.Null);
            Assert.That(Path.GetFileName(folder.LeasesOf("hs-nap0", "7")), Is.EqualTo("hs-nap0.7.leases"));
        });
        folder.Remove(State);
        folder.Remove(State);
        Assert.That(folder.ReadAll(), Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"version\":1}")]
    [TestCase("{\"version\":2,\"interface\":\"a\",\"namespace\":\"1\",\"owner\":{\"id\":1,\"startTime\":1}}")]
    public void State_Damaged_IsNone(string text)
    {
        Assert.That(GatewayState.TryParse(text), Is.Null);
        var folder = new GatewayStateFolder(_folder);
        File.WriteAllText(Path.Combine(_folder, "x.1.json"), text);
        Assert.That(folder.ReadAll(), Is.Empty);
    }

    [Test]
    public void State_OfAnotherBoot_IsNobodys()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("boot_id is Linux's: run this test there.");
        }

        var own = State with { Owner = ProcessIdentity.Own, Boot = BootIdentity.Current };
        Assert.That(BootIdentity.Current, Does.Match("^[0-9a-f-]{36}$"));
        Assert.That((own.IsOwned, own.IsOfAnotherBoot), Is.EqualTo((true, false)));
        var earlier = own with { Boot = "8d0b13ee-29a0-4f4c-a1f7-0f3c8a4a3e11" };
        Assert.That((earlier.IsOwned, earlier.IsOfAnotherBoot), Is.EqualTo((false, true)), "the ids are given again");
        Assert.That((own with { Boot = null }).IsOwned, Is.True, "a note of an earlier version");
        Assert.That(GatewayState.TryParse(earlier.ToJson())!.Boot, Is.EqualTo(earlier.Boot));
    }

    [Test]
    public void State_OfTheLast_InheritsTheEarliestSettings()
    {
        var later = State with { Settings = [new("/a", "1"), new("/b", "2")] };
        Assert.That(
            later.Inherit([new("/b", "0"), new("/c", "3")]).Settings,
            Is.EqualTo(new KernelSetting[] { new("/b", "0"), new("/c", "3"), new("/a", "1") }));
    }

    [Test]
    public void Folder_ThatIsAFile_IsSaidWithTheRemedy()
    {
        File.WriteAllText(_folder, "");
        Assert.That(() => new GatewayStateFolder(_folder), Throws.TypeOf<NetDeviceException>().With.Message.Contain("run as root"));
    }

    // A name may hold brackets and spaces (proc(5)).
    [TestCase("4711 (a) b (c) S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 0 0", true, 4711, 98765UL)]
    [TestCase("4711 (dead) Z 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 0 0", false, 0, 0UL)]
    [TestCase("4711 (short) S 1 4711", false, 0, 0UL)]
    [TestCase("x (y) S 1", false, 0, 0UL)]
    [TestCase("", false, 0, 0UL)]
    public void Process_OfAStatLine(string text, bool isOne, int id, ulong start)
    {
        Assert.That(ProcessIdentity.TryParse(text, out var identity), Is.EqualTo(isOne));
        Assert.That(identity, Is.EqualTo(new ProcessIdentity(id, start)));
    }

    [Test]
    [Platform("Linux")]
    public void Process_OfThis_IsAliveAndAnotherStartIsNot()
    {
        Assert.That(ProcessIdentity.Own.IsAlive, Is.True);
        Assert.That((ProcessIdentity.Own with { StartTime = 1 }).IsAlive, Is.False);
    }

    [TestCase("nft", "nftables")]
    [TestCase("dnsmasq", "dnsmasq-base")]
    public void Program_Missing_IsSaidWithItsPackage(string missing, string package) => Assert.That(
        () => GatewayPrograms.Find(new KernelGatewayOptions(), name => name == missing ? null : $"/usr/sbin/{name}"),
        Throws.TypeOf<NetDeviceException>().With.Message.Contain($"{missing} is not installed").And.Message.Contain(package).And.Message.Contain("--user-mode"));

    [Test]
    public void Programs_WithoutDhcp_NeedNoDnsmasq() =>
        Assert.That(GatewayPrograms.Find(new KernelGatewayOptions { Dhcp = false }, static name => name == "nft" ? "/nft" : null).Dnsmasq, Is.Null);
}
