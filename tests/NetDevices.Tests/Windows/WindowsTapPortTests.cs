using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Windows;
using HostStack.NetDevices.Windows.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Tests.Windows;

/// <summary>What the port asks of driver and system, and that it takes everything back.</summary>
[TestFixture]
internal sealed class WindowsTapPortTests
{
    private static readonly WindowsTapAdapter Adapter = new("{11111111-2222-3333-4444-555555555555}", "Ethernet 3", "tap0901");
    private static readonly InterfaceAddress Own = InterfaceAddress.Parse("10.0.0.7/24");
    private static readonly IPAddress Gateway = IPAddress.Parse("10.0.0.1");

    [Test]
    public async Task Port_FromOpenToDispose_AsksAndTakesBackInOrder()
    {
        var (device, table) = (new FakeTapDevice(), new FakeTable());
        var port = Open(device, table, new WindowsTapOptions { Mtu = 1400, Addresses = [Own] });
        Assert.That(port.Name, Is.EqualTo("Ethernet 3"));
        Assert.That(port.Address, Is.EqualTo(device.Mac));
        port.SetCarrier(true);
        port.SetCarrier(true);
        port.AddDefaultRoute(Gateway, 5);
        port.AddDefaultRoute(Gateway, 5);
        port.AddAddress(IPAddress.Parse("fd00::7"), 64);
        port.RemoveAddress(IPAddress.Parse("fd00::7"), 64);
        table.Log.Add("dispose");
        await port.DisposeAsync();
        await port.DisposeAsync();
        Assert.That(
            table.Log,
            Is.EqualTo(new[]
            {
                "mtu 1400", "+10.0.0.7/24", "+default 10.0.0.1 5", "+default 10.0.0.1 5", "+fd00::7/64", "-fd00::7/64",
                "dispose", "-default 10.0.0.1", "-10.0.0.7/24",
            }));
        Assert.That(
            device.Requests,
            Is.EqualTo(new[]
            {
                "GetMac 000000000000", "GetMtu 00000000", "SetMediaStatus 00000000", "SetMediaStatus 01000000",
                "SetMediaStatus 00000000",
            }));
        Assert.That(device.Disposed, Is.True);
        Assert.That(() => port.AddAddress(Gateway, 24), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => port.Start(new Sink()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Lost_SubscriberThatThrows_TakesNothingFromTheOthers()
    {
        var device = new FakeTapDevice();
        await using var port = Open(device, new FakeTable(), new WindowsTapOptions());
        var told = new TaskCompletionSource<NetDeviceException>(TaskCreationOptions.RunContinuationsAsynchronously);
        port.Lost += static _ => throw new InvalidOperationException("a subscriber that fails");
        port.Lost += told.SetResult;
        device.Remove();
        Assert.That(await told.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System), Is.SameAs(port.Loss));
    }

    [Test]
    public void Open_AddressThatIsRefused_LeavesNothing()
    {
        var table = new FakeTable { Refuses = "+fd00::7/64" };
        Assert.That(
            () => Open(new FakeTapDevice(), table, new WindowsTapOptions { Addresses = [Own, InterfaceAddress.Parse("fd00::7/64")] }),
            Throws.InstanceOf<NetDeviceException>());
        Assert.That(table.Log, Is.EqualTo(new[] { "mtu 1500", "+10.0.0.7/24", "+fd00::7/64", "-10.0.0.7/24" }));
    }

    [Test]
    public void Open_AdapterThatDoesNotFit_SaysWhatToSet()
    {
        var other = new WindowsTapOptions { Address = new MacAddress(0x001A_7DDA_7113) };
        Assert.That(
            () => Open(new FakeTapDevice(), new FakeTable(), other),
            Throws.InstanceOf<NetDeviceException>().With.Message.Contains("00:FF:11:22:33:44, not 00:1A:7D:DA:71:13; set \"MAC Address\""));
        Assert.That(
            () => Open(new FakeTapDevice { Mtu = 1400 }, new FakeTable(), new WindowsTapOptions()),
            Throws.InstanceOf<NetDeviceException>().With.Message.Contains("1400, not 1500; set \"MTU\""));
    }

    [TestCase(WindowsError.AccessDenied, true, "(ERROR_ACCESS_DENIED); run as administrator.")]
    [TestCase(WindowsError.GeneralFailure, false, "(ERROR_GEN_FAILURE); disable and enable it.")]
    [TestCase((WindowsError)1234, false, "(error 1234); disable and enable it.")]
    public void Open_DriverThatRefuses_NamesTheError(object error, bool isPermission, string ending)
    {
        var device = new FakeTapDevice { Refuses = control => control == TapControl.SetMediaStatus ? (WindowsError)error : WindowsError.None };
        Assert.That(
            () => Open(device, new FakeTable(), new WindowsTapOptions()),
            Throws.InstanceOf<NetDeviceException>().With.Message.EndsWith(ending)
                .And.Property(nameof(NetDeviceException.IsPermission)).EqualTo(isPermission));
    }

    [Test]
    public async Task Send_FrameOfTheNetwork_ReachesTheDriverWhole()
    {
        var device = new FakeTapDevice();
        await using var port = Open(device, new FakeTable(), new WindowsTapOptions { Mtu = 100 });
        Assert.That(port.Send(Frame(EtherType.IPv4, new byte[100])), Is.True);
        Assert.That(port.Send(Frame(EtherType.IPv4, new byte[101])), Is.False, "too long");
        Assert.That(port.Send(Frame(EtherType.Vlan, new byte[104])), Is.True, "a tag comes on top");
        Assert.That(port.Send(Frame(EtherType.Vlan, new byte[105])), Is.False);
        device.HasRoom = false;
        Assert.That(port.Send(Frame(EtherType.IPv4, [1])), Is.False, "no room");
        Assert.That(device.Written[0], Has.Length.EqualTo(228).And.StartsWith("FFFFFFFFFFFF001A7DDA71130800"));
        Assert.That(port.Counters, Is.EqualTo(new WindowsTapCounters(2, 0, 3, 0, 0)));
        await port.DisposeAsync();
        device.HasRoom = true;
        Assert.That(port.Send(Frame(EtherType.IPv4, [1])), Is.False, "closed");
    }

    [Test]
    public void Open_WhereThereIsNoWindows_SaysSo()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("another system than Windows: run this test there.");
        }

        Assert.That(() => WindowsTapPort.Open(), Throws.InstanceOf<PlatformNotSupportedException>());
        Assert.That(() => WindowsTapPort.ListAdapters(), Throws.InstanceOf<PlatformNotSupportedException>());
    }

    private static WindowsTapPort Open(FakeTapDevice device, FakeTable table, WindowsTapOptions options) =>
        new(Adapter, device, table, options, NullLogger.Instance);

    private static EthernetFrame Frame(EtherType type, byte[] payload) =>
        new(MacAddress.Broadcast, new MacAddress(0x001A_7DDA_7113), type, payload);

    private sealed class Sink : IEthernetPortSink
    {
        public bool FrameReceived(in EthernetFrame frame) => true;
    }

    private sealed class FakeTable : IInterfaceTable
    {
        public List<string> Log { get; } = [];

        public string? Refuses { get; init; }

        public void AddAddress(IPAddress address, int prefixLength) => Do($"+{address}/{prefixLength}");

        public void RemoveAddress(IPAddress address, int prefixLength) => Do($"-{address}/{prefixLength}");

        public void AddDefaultRoute(IPAddress gateway, int metric) => Do($"+default {gateway} {metric}");

        public void RemoveDefaultRoute(IPAddress gateway) => Do($"-default {gateway}");

        public void SetMtu(int mtu) => Do($"mtu {mtu}");

        private void Do(string what)
        {
            Log.Add(what);
            if (what == Refuses)
            {
                throw WindowsErrors.Exception("It cannot be", WindowsError.AccessDenied);
            }
        }
    }
}
