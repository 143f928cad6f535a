using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>What a user without privilege hears: the system's own refusals, on a thread that gave its capabilities up.</summary>
[TestFixture]
public sealed class TapPermissionTests
{
    private const int VersionThree = 0x2008_0522;

    [Test]
    public void Create_WithoutCapNetAdmin_SaysWhatHelps()
    {
        TapRig.Require();
        var refused = RunWithoutCapabilities(static () => LinuxTapPort.Create(new TapOptions { Name = "hs-never" }));
        Assert.That(refused.Message, Is.EqualTo(
            "The TAP interface hs-never cannot be made (EPERM); run as root or give the program CAP_NET_ADMIN."));
        Assert.That(refused.IsPermission, Is.True);
    }

    [Test]
    public async Task Create_InANamespaceWithoutCapSysAdmin_SaysWhatHelps()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        var refused = RunWithoutCapabilities(() => LinuxTapPort.Create(new TapOptions { NetworkNamespace = network }));
        Assert.That(refused.Message, Is.EqualTo(
            $"The network namespace {network} cannot be entered (EPERM); run as root or give the program CAP_SYS_ADMIN."));
        Assert.That(refused.IsPermission, Is.True);
    }

    [Test]
    public async Task Leftovers_WithoutCapNetAdmin_SayWhatHelps()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        Shell.Run("ip", "-n", network, "link", "add", "left", "type", "bridge");
        Shell.Run("ip", "-n", network, "link", "set", "left", "alias", $"hoststack:{Environment.ProcessId}:1");
        using var place = LinuxNetworkNamespace.Open(network);
        var refused = place.Run(() => RunWithoutCapabilities(static () => LinuxLeftovers.Remove()));
        Assert.That(refused.Message, Is.EqualTo(
            "The interface left cannot be removed (EPERM); run as root or give the program CAP_NET_ADMIN."));
    }

    [Test]
    public async Task KeepExisting_WhatTheOperatorPrepared_NeedsNoPrivilege()
    {
        await using var rig = new TapRig();
        var network = rig.AddNamespace();
        Shell.Run("ip", "-n", network, "tuntap", "add", "mode", "tap", "user", "root", "name", "kept");
        Shell.Run("ip", "-n", network, "link", "set", "kept", "mtu", "1400", "txqueuelen", "100");
        var options = new TapOptions { Name = "kept", KeepExisting = true, Mtu = 1400 };
        using var place = LinuxNetworkNamespace.Open(network);
        var refused = place.Run(() => RunWithoutCapabilities(() => LinuxTapPort.Create(options)));
        Assert.That(refused.Message, Is.EqualTo(
            "The interface kept cannot be configured (EPERM); run as root or give the program CAP_NET_ADMIN."), "it is down");
        Shell.Run("ip", "-n", network, "link", "set", "kept", "up");
        LinuxTapPort? port = null;
        place.Run(() => WithoutCapabilities(() => port = LinuxTapPort.Create(options)));
        Assert.That((port!.Name, port.Mtu), Is.EqualTo(("kept", 1400)));
        port.SetCarrier(true);
        Assert.That(port.Send(new EthernetFrame(port.Address, new MacAddress(2), EtherType.IPv4, [1])), Is.True);
        await port.DisposeAsync();
    }

    private static NetDeviceException RunWithoutCapabilities(Action call) =>
        Assert.Throws<NetDeviceException>(() => WithoutCapabilities(call))!;

    // Capabilities belong to a thread, and threads that it makes inherit them.
    private static void WithoutCapabilities(Action call)
    {
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                var header = new[] { VersionThree, 0 };
                if (SetCapabilities(header, new int[6]) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                call();
            }
            catch (Exception failure)
            {
                thrown = ExceptionDispatchInfo.Capture(failure);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

#pragma warning disable SYSLIB1054 // Test code; source generation would want unsafe blocks.
    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetCapabilities([In] int[] header, [In] int[] data);
#pragma warning restore SYSLIB1054
}
