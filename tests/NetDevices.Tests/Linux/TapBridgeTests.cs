using System.Diagnostics;
using System.Globalization;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Bridges that ports join, make and remove, and those that a process that was killed left behind.</summary>
[TestFixture]
public sealed class TapBridgeTests : TapNetworkTests
{
    private const string Bridge = "hs-br0";

    private TapOptions Options => new() { Name = "hs-t%d", NetworkNamespace = Network, Bridge = Bridge, Address = Mac };

    [Test]
    public void Create_BridgeThatIsMade_HasTheAddressesAndForwardsAtOnce()
    {
        var port = Rig.Add(Options with { CreateBridge = true, Mtu = 1400, Addresses = [InterfaceAddress.Parse("10.7.0.1/24")] });
        port.AddAddress(IPAddress.Parse("fd00:7::1"), 64);
        var (bridge, tap) = (TapRig.Link(Network, Bridge)!, TapRig.Link(Network, port.Name)!);
        Assert.Multiple(() =>
        {
            Assert.That((string?)tap["master"], Is.EqualTo(Bridge));
            Assert.That(Shell.Run("ip", "-n", Network, "-d", "link", "show", "dev", port.Name), Does.Contain("addrgenmode none"));
            Assert.That(TapRig.Addresses(Network, port.Name), Is.Empty, "a bridge's port has no address");
            Assert.That(TapRig.Addresses(Network, Bridge), Is.SupersetOf(new[] { "10.7.0.1/24", "fd00:7::1/64" }));
            Assert.That((string?)bridge["address"], Is.EqualTo("00:1a:7d:da:71:13"));
            Assert.That((int)bridge["mtu"]!, Is.EqualTo(1400));
            Assert.That((int)bridge["linkinfo"]!["info_data"]!["forward_delay"]!, Is.Zero);
            Assert.That((int)bridge["linkinfo"]!["info_data"]!["stp_state"]!, Is.Zero);
            Assert.That(bridge["flags"]!.AsArray().Select(static flag => (string)flag!), Does.Contain("UP"));
        });
    }

    [Test]
    public async Task Dispose_BridgeThatWasMade_GoesWithTheLastPort()
    {
        var one = Rig.Add(Options with { CreateBridge = true });
        var other = Rig.Add(Options with { CreateBridge = true, Address = null });
        await one.DisposeAsync();
        Assert.That(TapRig.Link(Network, Bridge), Is.Not.Null, "the other port is in it");
        await other.DisposeAsync();
        Assert.That(TapRig.Link(Network, Bridge), Is.Null);
    }

    [Test]
    public async Task Dispose_BridgeOfSomebodyElse_StaysWithoutOurAddresses()
    {
        Shell.Run("ip", "-n", Network, "link", "add", Bridge, "up", "type", "bridge");
        Shell.Run("ip", "-n", Network, "addr", "add", "10.7.0.100/24", "dev", Bridge);
        var port = Rig.Add(Options with { Addresses = [InterfaceAddress.Parse("10.7.0.1/24")] });
        port.AddDefaultRoute(IPAddress.Parse("10.7.0.254"), 50);
        await port.DisposeAsync();
        Assert.That(TapRig.Addresses(Network, Bridge), Does.Contain("10.7.0.100/24").And.Not.Contain("10.7.0.1/24"));
        Assert.That(Shell.Run("ip", "-n", Network, "route", "show", "default"), Is.Empty);
    }

    [Test]
    public void Create_NoSuchBridge_SaysWhatHelpsAndLeavesNothing()
    {
        var refused = Assert.Throws<NetDeviceException>(() => Rig.Add(Options with { Name = "hs-none" }));
        Assert.That(refused.Message, Is.EqualTo(
            $"There is no bridge {Bridge}; make it with ip link add {Bridge} type bridge, or set CreateBridge."));
        Assert.That(TapRig.Link(Network, "hs-none"), Is.Null);
    }

    [Test]
    public void Create_BridgeThatIsAnotherKind_SaysSo()
    {
        var refused = Assert.Throws<NetDeviceException>(() => Rig.Add(Options with { Bridge = "lo", CreateBridge = true }));
        Assert.That(refused.Message, Does.StartWith("The interface lo is not a bridge;"));
    }

    [Test]
    public void Create_FailureAfterTheBridge_RemovesTheBridgeToo()
    {
        Shell.Run("ip", "netns", "exec", Network, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        Assert.Throws<NetDeviceException>(
            () => Rig.Add(Options with { CreateBridge = true, Addresses = [InterfaceAddress.Parse("fd00::1/64")] }));
        TapRig.Until(() => TapRig.Link(Network, Bridge) is null, "the bridge is gone");
    }

    [Test]
    public void Leftovers_OfAProcessThatWasKilled_AreRemovedOnceItIsGone()
    {
        using var owner = Process.Start(new ProcessStartInfo("sleep", "1000"))!;
        try
        {
            AddMarkedBridge("hs-left", owner.Id);
            Assert.That(LinuxLeftovers.Remove(Network), Is.Empty, "its process lives");
            owner.Kill();
            owner.WaitForExit();
            Assert.That(LinuxLeftovers.Remove(Network), Is.EqualTo(new[] { "hs-left" }));
            Assert.That(TapRig.Link(Network, "hs-left"), Is.Null);
            Assert.That(LinuxLeftovers.Remove(Network), Is.Empty);
        }
        finally
        {
            owner.Kill();
        }
    }

    [Test]
    public void Leftovers_BridgesOfOthersOrInUse_Stay()
    {
        Shell.Run("ip", "-n", Network, "link", "add", "foreign", "type", "bridge");
        AddMarkedBridge("in-use", Environment.ProcessId, startTime: 1);
        Shell.Run("ip", "-n", Network, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        Shell.Run("ip", "-n", Network, "link", "set", "v0", "master", "in-use");
        Rig.Add(Options with { CreateBridge = true });
        Assert.That(LinuxLeftovers.Remove(Network), Is.Empty);
        Shell.Run("ip", "-n", Network, "link", "set", "v0", "nomaster");
        Assert.That(LinuxLeftovers.Remove(Network), Is.EqualTo(new[] { "in-use" }), "a process of that number, but another");
    }

    [Test]
    public async Task Create_BridgeLeftBehind_IsOursFromThen()
    {
        AddMarkedBridge(Bridge, Environment.ProcessId, startTime: 1);
        var port = Rig.Add(Options);
        await port.DisposeAsync();
        Assert.That(TapRig.Link(Network, Bridge), Is.Null);
    }

    private void AddMarkedBridge(string name, int process, ulong? startTime = null)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var started = startTime ?? ulong.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
        Shell.Run("ip", "-n", Network, "link", "add", name, "type", "bridge");
        Shell.Run("ip", "-n", Network, "link", "set", name, "alias", $"hoststack:{process}:{started}");
    }
}
