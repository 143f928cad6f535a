using System.ComponentModel;
using System.Runtime.InteropServices;
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

    // Capabilities belong to a thread, and threads that it makes inherit them.
    private static NetDeviceException RunWithoutCapabilities(Action call)
    {
        Exception? thrown = null;
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
                thrown = failure;
            }
        });
        thread.Start();
        thread.Join();
        Assert.That(thrown, Is.TypeOf<NetDeviceException>());
        return (NetDeviceException)thrown!;
    }

#pragma warning disable SYSLIB1054 // Test code; source generation would want unsafe blocks.
    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetCapabilities([In] int[] header, [In] int[] data);
#pragma warning restore SYSLIB1054
}
