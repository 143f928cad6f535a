using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Interfaces that somebody else renames, moves, keeps or removes.</summary>
[TestFixture]
public sealed class TapMovesTests
{
    [Test]
    public async Task Move_ToAnotherNamespaceUnderAnotherName_ConfigurationAndFramesFollow()
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (home, abroad, far) = (rig.AddNamespace(), rig.AddNamespace(), rig.AddNamespace());
        var port = rig.Add(Options(home));
        var other = rig.Add(Options(far) with { Addresses = [InterfaceAddress.Parse("10.9.0.2/24")] });
        Shell.Run("ip", "-n", home, "link", "set", port.Name, "netns", abroad, "name", "moved");
        Shell.Run("ip", "-n", abroad, "link", "set", "moved", "up");
        port.AddAddress(IPAddress.Parse("10.9.0.1"), 24);
        Assert.That(TapRig.Addresses(abroad, "moved"), Does.Contain("10.9.0.1/24"));
        Forwarder.Join(port, other);
        port.AddDefaultRoute(IPAddress.Parse("10.9.0.2"), 10);
        Assert.That(Shell.Run("ip", "-n", abroad, "route", "show", "default"), Does.StartWith("default via 10.9.0.2 dev moved"));
        TapRig.Until(() => Shell.TryRun("ip", "netns", "exec", abroad, "ping", "-c", "1", "-W", "1", "10.9.0.2").Code == 0, "an echo");
        port.RemoveDefaultRoute(IPAddress.Parse("10.9.0.2"));
        port.RemoveAddress(IPAddress.Parse("10.9.0.1"), 24);
        Assert.That(TapRig.Addresses(abroad, "moved"), Has.None.StartsWith("10."));
        await port.DisposeAsync();
        Assert.That(TapRig.Link(abroad, "moved"), Is.Null);
    }

    [Test]
    public async Task Remove_BySomebodyElse_IsToldOnceAndEndsThePort()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        var port = rig.Add(Options(network));
        var told = new List<string>();
        port.Lost += loss =>
        {
            lock (told)
            {
                told.Add(loss.Message);
            }
        };
        port.Start(new CountingSink());
        port.SetCarrier(true);
        Shell.Run("ip", "-n", network, "link", "del", port.Name);
        TapRig.Until(
            () =>
            {
                lock (told)
                {
                    return told.Count > 0;
                }
            },
            "the loss");
        const string sentence = "The TAP interface hs-t0 was removed (EBADFD); make the port again.";
        var address = IPAddress.Parse("10.9.0.1");
        Assert.Multiple(() =>
        {
            Assert.That(port.Loss!.Message, Is.EqualTo(sentence));
            Assert.That(Assert.Throws<NetDeviceException>(() => port.AddAddress(address, 24))!.Message, Is.EqualTo(sentence));
            Assert.That(Assert.Throws<NetDeviceException>(() => port.Start(new CountingSink()))!.Message, Is.EqualTo(sentence));
            Assert.That(port.Send(new EthernetFrame(port.Address, port.Address, EtherType.IPv4, [1])), Is.False);
            Assert.That(port.Counters.ReceiveDrops, Is.EqualTo(1));
        });
        port.SetCarrier(false);
        await port.DisposeAsync();
        lock (told)
        {
            Assert.That(told, Is.EqualTo(new[] { sentence }));
        }
    }

    [Test]
    public async Task NamespaceName_RemovedBySomebodyElse_PortGoesOn()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        var port = rig.Add(Options(network));
        Shell.Run("ip", "netns", "del", network);
        port.AddAddress(IPAddress.Parse("10.9.0.1"), 24);
        port.RemoveAddress(IPAddress.Parse("10.9.0.1"), 24);
        Assert.That(port.Send(new EthernetFrame(port.Address, new MacAddress(2), EtherType.IPv4, [1])), Is.True);
        Assert.That(port.Loss, Is.Null);
    }

    [Test]
    public async Task Remove_WhilePaused_IsNoticed()
    {
        await using var rig = new TapRig();
        var (port, source) = DatagramSource.Create(rig);
        using (source)
        {
            port.Start(new CountingSink { Accepts = false });
            source.Send(1);
            TapRig.Until(() => port.Counters.Pauses == 1, "a pause");
            Shell.Run("ip", "-n", rig.NetworkOf(port), "link", "del", port.Name);
            TapRig.Until(() => port.Loss is not null, "the loss");
        }
    }

    [Test]
    public async Task SetDown_BySomebodyElse_DropsAndGoesOnWhenItIsUp()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        var port = rig.Add(Options(network));
        Shell.Run("ip", "-n", network, "link", "set", port.Name, "down");
        var frame = new EthernetFrame(port.Address, new MacAddress(2), EtherType.IPv4, [1]);
        Assert.That(port.Send(frame), Is.False);
        Assert.That(port.Counters.ReceiveDrops, Is.EqualTo(1));
        Shell.Run("ip", "-n", network, "link", "set", port.Name, "up");
        Assert.That(port.Send(new EthernetFrame(port.Address, new MacAddress(2), EtherType.IPv4, [1])), Is.True);
        Assert.That(port.Loss, Is.Null);
    }

    [Test]
    public async Task KeepExisting_APersistentInterface_IsUsedAndStaysAsItWas()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        Shell.Run("ip", "-n", network, "tuntap", "add", "mode", "tap", "name", "kept");
        Shell.Run("ip", "-n", network, "link", "set", "kept", "address", "02:00:00:00:00:77", "alias", "the operator's");
        var refused = Assert.Throws<NetDeviceException>(() => rig.Add(Options(network) with { Name = "kept" }));
        Assert.That(refused.Message, Does.Contain("EBUSY"));
        var port = rig.Add(Options(network) with
        {
            Name = "kept", KeepExisting = true, Addresses = [InterfaceAddress.Parse("10.9.0.1/24")],
        });
        Assert.That(port.Address, Is.EqualTo(new MacAddress(0x0200_0000_0077)));
        Assert.That(TapRig.Addresses(network, "kept"), Does.Contain("10.9.0.1/24"));
        await port.DisposeAsync();
        Assert.That((string?)TapRig.Link(network, "kept")!["ifalias"], Is.EqualTo("the operator's"));
        Assert.That(TapRig.Addresses(network, "kept"), Has.None.EqualTo("10.9.0.1/24"), "what was lent is taken back");
    }

    private static TapOptions Options(string network) => new() { Name = "hs-t0", NetworkNamespace = network };
}
