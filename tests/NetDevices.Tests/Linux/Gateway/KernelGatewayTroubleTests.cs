using System.ComponentModel;
using System.Diagnostics;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.NetDevices.Linux.Tap;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>A gateway whose surroundings do not do what they should.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class KernelGatewayTroubleTests
{
    private static readonly MacAddress Device = new(0x001B_DC00_0001);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private NamespaceRig _rig = null!;
    private VethPort _port = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _rig = await NamespaceRig.CreateAsync("nft", "dnsmasq", "setpriv");
        _port = new VethPort(_rig.Gateway, NamespaceRig.Port, Device);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (_rig is not null)
        {
            await _port.DisposeAsync();
            await _rig.DisposeAsync();
        }
    }

    [Test]
    public async Task Gateway_WhoseLockSomebodyKeeps_IsUndoneAllTheSame()
    {
        var said = new List<string>();
        var gateway = await StartAsync(Options with { LockPatience = TimeSpan.FromMilliseconds(50) });
        gateway.Disturbed += said.Add;
        using (GatewayLock.Take(_rig.Folder))
        {
            await gateway.DisposeAsync();
        }

        Assert.That(said, Has.Count.EqualTo(1).And.Some.Contains("without the lock"));
        await AssertNothingStaysAsync();
    }

    [Test]
    public async Task Gateway_WhoseServerCannotBeEnded_IsUndoneAllTheSame()
    {
        var thrown = new TaskCompletionSource();
        var told = new List<string>();
        var gateway = await StartAsync(Options);
        gateway.Disturbed += said =>
        {
            told.Add(said);
            if (thrown.TrySetResult())
            {
                throw new InvalidOperationException("a listener that throws ends what keeps the server");
            }
        };
        GatewayCalls.AskToEnd(new GatewayStateFolder(_rig.Folder).ReadAll().Single().Server!.Value.Id);
        await thrown.Task.WaitAsync(Limit, TimeProvider.System);
        await gateway.DisposeAsync();
        Assert.That(told, Has.Some.Contains("could not be ended"));
        await AssertNothingStaysAsync();
    }

    [Test]
    public async Task Gateway_ThatCannotNote_IsRefusedAsAnyOther()
    {
        // A folder stands where the note is to be.
        var number = await NamespaceThread.RunAsync(_rig.Gateway, static () =>
            string.Concat(new FileInfo("/proc/thread-self/ns/net").LinkTarget!.Where(char.IsAsciiDigit)));
        Directory.CreateDirectory(Path.Combine(_rig.Folder, $"{NamespaceRig.Port}.{number}.json.new"));
        Assert.That(
            async () => await StartAsync(Options),
            Throws.TypeOf<NetDeviceException>().With.Message.Contain("cannot be made").And.Message.Contain("run as root"));
        await AssertNothingStaysAsync();
    }

    [Test]
    public void Leases_ThatNobodyCanGive_LeaveTheServerItsUser()
    {
        var told = new List<string>();
        Assert.That(KernelGateway.CanGive("/leases", static (_, _) => throw new Win32Exception(22), told.Add), Is.False);
        Assert.That(told.Single(), Does.Contain("dnsmasq runs as this user"));
        Assert.That(KernelGateway.CanGive("/leases", static (_, _) => { }, told.Add), Is.True);
        var programs = new GatewayPrograms("/nft", "/dnsmasq", "/setpriv");
        Assert.That(
            programs.ServerPrefix(isRoot: true, givesUpRoot: false),
            Is.EqualTo(new[] { "/setpriv", "--pdeathsig=TERM", "/dnsmasq", "--user=root", "--group=root" }));
        Assert.That(programs.ServerPrefix(isRoot: true, givesUpRoot: true), Has.Some.EqualTo("--reuid=65534").And.None.EqualTo("--user=root"));
        Assert.That(programs.ServerPrefix(isRoot: false, givesUpRoot: false)[^1], Is.EqualTo("/dnsmasq"));
    }

    [Test]
    public async Task Owner_ThatIsGone_IsDead()
    {
        using var child = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        var identity = ProcessIdentity.Of(child.Id)!.Value;
        Assert.That(OwnerMark.TryParse($"hoststack:{identity.Id}:{identity.StartTime}", out var mark), Is.True);
        Assert.That(mark.IsAlive, Is.True);
        child.Kill();
        await child.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        Assert.That(mark.IsAlive, Is.False);
        Assert.That(OwnerMark.OfThisProcess.IsAlive, Is.True);
    }

    [TestCase(null, true, true, TestName = "Owner_HiddenByProc_IsAlive")]
    [TestCase(null, false, false, TestName = "Owner_WithoutAnId_IsDead")]
    [TestCase("17 (a) S 1 1 1 0 -1 1 1 0 0 0 0 0 0 0 20 0 1 0 98765 0 0", false, true, TestName = "Owner_InProc_IsAlive")]
    [TestCase("17 (a) S 1 1 1 0 -1 1 1 0 0 0 0 0 0 0 20 0 1 0 98766 0 0", true, false, TestName = "Owner_WhoseIdIsAnothers_IsDead")]
    [TestCase("17 (a) Z 1 1 1 0 -1 1 1 0 0 0 0 0 0 0 20 0 1 0 98765 0 0", true, false, TestName = "Owner_ThatWaitsForItsParent_IsDead")]
    public void Owner_Judged(string? stat, bool exists, bool runs) =>
        Assert.That(new ProcessIdentity(17, 98765).Runs(stat, _ => exists), Is.EqualTo(runs));

    [Test]
    public async Task Gateways_ThatNoteElsewhere_LeaveEachOtherForwarding()
    {
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "add", "hs-nap1", "type", "veth", "peer", "name", "c1");
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "set", "hs-nap1", "up");
        var told = new List<string>();
        var first = await StartAsync(Options);
        first.Disturbed += told.Add;
        await using (await KernelGateway.StartAsync(
            new VethPort(_rig.Gateway, "hs-nap1", new MacAddress(0x001B_DC00_0002)),
            Options with { RuntimeFolder = Path.Combine(_rig.Folder, "other") }, TimeProvider.System, NullLogger.Instance))
        {
            await first.DisposeAsync();
            Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("1"));
            Assert.That(told.Single(), Does.Contain("hoststack_hs_nap1").And.Contain("sysctl"));
            Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll(), Is.Empty);
        }

        Assert.That((await NamespaceRig.RunAsync(_rig.Gateway, "nft", "list", "tables")).Trim(), Is.Empty);
    }

    [Test]
    public async Task Gateways_ThatWereBothKilled_AreBothUndone()
    {
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "add", "hs-nap1", "type", "veth", "peer", "name", "c1");
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "set", "hs-nap1", "up");
        await using var first = await StartAsync(Options);
        await using var second = await KernelGateway.StartAsync(
            new VethPort(_rig.Gateway, "hs-nap1", new MacAddress(0x001B_DC00_0002)), Options, TimeProvider.System, NullLogger.Instance);
        Kill();
        var leftovers = await KernelGateway.RemoveLeftoversAsync(_rig.Gateway, _rig.Folder);
        Assert.That(leftovers.Select(static leftover => leftover.Interface), Is.EqualTo(new[] { "hs-nap0", "hs-nap1" }));
        Assert.That(leftovers.SelectMany(static leftover => leftover.Failures), Is.Empty);
        await AssertNothingStaysAsync();
    }

    [Test]
    public async Task Note_OfWhatCannotBeUndone_StaysUntilItCan()
    {
        // A setting that cannot be written, also by root.
        await using var killed = await StartAsync(Options);
        Kill(new KernelSetting("/proc/self/mounts", "0"));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var leftover = (await KernelGateway.RemoveLeftoversAsync(_rig.Gateway, _rig.Folder)).Single();
            Assert.That(leftover.Failures.Single(), Does.Contain("/proc/self/mounts"));
            Assert.That(leftover.Removed, attempt == 0 ? Has.Some.Contains("kernel settings") : Is.Empty);
            var left = new GatewayStateFolder(_rig.Folder).ReadAll().Single();
            Assert.That(left.Settings.Select(static setting => setting.Path), Is.EqualTo(new[] { "/proc/self/mounts" }));
            Assert.That((left.Table, left.Server), Is.EqualTo(((string?)null, (ProcessIdentity?)null)));
            Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("0"), "the others are put back");
        }

        // The next gateway takes it over.
        await using var next = await StartAsync(Options);
        Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll().Single().Settings[0].Path, Is.EqualTo("/proc/self/mounts"));
        Assert.That(next.Leftovers.Single().Failures, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Note_OfAnotherBoot_PutsNothingBack([Values("hs-nap0", "hs-nap7")] string name, [Values] bool isRewritten)
    {
        // Its numbers are given again in this boot: to a process that lives, to this namespace, and the setting is somebody's.
        var number = await NamespaceThread.RunAsync(_rig.Gateway, static () =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            return string.Concat(new FileInfo("/proc/thread-self/ns/net").LinkTarget!.Where(char.IsAsciiDigit));
        });
        var folder = new GatewayStateFolder(_rig.Folder);
        var leases = folder.LeasesOf(name, number);
        GatewayStateFolder.MakeLeases(leases);
        folder.Write(new GatewayState
        {
            Interface = name,
            Namespace = number,
            Owner = isRewritten ? default : ProcessIdentity.Own,
            Boot = "8d0b13ee-29a0-4f4c-a1f7-0f3c8a4a3e11",
            Table = isRewritten ? null : "hoststack_hs_nap7",
            Settings = [new KernelSetting("/proc/sys/net/ipv4/ip_forward", "0")],
            Leases = leases,
        });
        Assert.That(await KernelGateway.RemoveLeftoversAsync(_rig.Gateway, _rig.Folder), Is.Empty, "nothing of it was there");
        Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("1"));
        Assert.That((folder.ReadAll().Count, File.Exists(leases)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Note_OfAGateway_TellsTheBoot_AlsoRewritten()
    {
        await using var killed = await StartAsync(Options);
        Kill(new KernelSetting("/proc/self/mounts", "0"));
        await KernelGateway.RemoveLeftoversAsync(_rig.Gateway, _rig.Folder);
        Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll().Single().Boot, Is.EqualTo(BootIdentity.Current));
    }

    [TestCase("Error: No such file or directory\nlist table inet hoststack_hs_nap0", true)]
    [TestCase("Operation not permitted (you must be root)", false)]
    [TestCase("netlink: Error: cache initialization failed: Operation not permitted", false)]
    public void Table_IsAbsent_OnlyWhereNftSaysSo(string refusal, bool absent) => Assert.That(GatewayTables.IsAbsent(refusal), Is.EqualTo(absent));

    [Test]
    public void Tables_OfGateways_AreToldFromOthers() => Assert.That(
        GatewayTables.Names("table inet filter\ntable inet hoststack_hs_nap0\ntable inet hoststack_hs_nap1\n"),
        Is.EqualTo(new[] { "hoststack_hs_nap0", "hoststack_hs_nap1" }));

    // To everybody this process is one that is gone: its id belongs to somebody else now.
    private void Kill(params KernelSetting[] more)
    {
        var folder = new GatewayStateFolder(_rig.Folder);
        foreach (var state in folder.ReadAll())
        {
            folder.Write(state with { Owner = state.Owner with { StartTime = 1 }, Settings = [.. more, .. state.Settings] });
        }
    }

    private KernelGatewayOptions Options => new() { NetworkNamespace = _rig.Gateway, RuntimeFolder = _rig.Folder };

    private Task<KernelGateway> StartAsync(KernelGatewayOptions options) =>
        KernelGateway.StartAsync(_port, options, TimeProvider.System, NullLogger.Instance);

    private async Task AssertNothingStaysAsync()
    {
        Assert.That((await NamespaceRig.RunAsync(_rig.Gateway, "nft", "list", "tables")).Trim(), Is.Empty);
        Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("0"));
        Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll(), Is.Empty);
    }
}
