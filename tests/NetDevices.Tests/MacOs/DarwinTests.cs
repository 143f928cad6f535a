using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.MacOs;
using HostStack.NetDevices.MacOs.Native;

namespace HostStack.NetDevices.Tests.MacOs;

/// <summary>What can be said of macOS without one: structures, octets, commands. Nothing here has run there.</summary>
[TestFixture]
public sealed class DarwinTests
{
    private readonly List<string> _run = [];

    [SetUp]
    public void SetUp() => _run.Clear();

    [Test]
    public void Structures_AreThoseOfTheHeaders()
    {
        // sys/kern_control.h, sys/socket.h, sys/uio.h and poll.h for LP64.
        Assert.Multiple(() =>
        {
            Assert.That(Unsafe.SizeOf<ControlInfo>(), Is.EqualTo(100));
            Assert.That(Unsafe.SizeOf<ControlAddress>(), Is.EqualTo(32));
            Assert.That(Unsafe.SizeOf<PollDescriptor>(), Is.EqualTo(8));
            Assert.That(Unsafe.SizeOf<IoVector>(), Is.EqualTo(16));
            Assert.That(Unsafe.SizeOf<MessageHeader>(), Is.EqualTo(48));
            Assert.That((int)Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.VectorCount)), Is.EqualTo(24));
            Assert.That((int)Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Control)), Is.EqualTo(32));
        });

        // _IOWR: in and out, the size of the structure, group 'N', number 3.
        Assert.That(DarwinSystem.CTLIOCGINFO, Is.EqualTo(0xC000_0000u | (100u << 16) | ((uint)'N' << 8) | 3));
    }

    [TestCase(null, "20200200" + "07000000" + "00000000")]
    [TestCase(5, "20200200" + "07000000" + "06000000")]
    public void ControlAddress_Octets(int? unit, string expected)
    {
        var address = UtunDevice.Address(7, unit);
        var octets = MemoryMarshal.AsBytes(new ReadOnlySpan<ControlAddress>(in address));
        Assert.That(Convert.ToHexString(octets), Is.EqualTo(expected.PadRight(64, '0')));
    }

    [TestCase("45", "00000002")]
    [TestCase("60", "0000001E")]
    public void Header_NamesTheFamily(string packet, string expected)
    {
        var header = new byte[UtunDevice.HeaderSize];
        UtunDevice.WriteHeader(header, Convert.FromHexString(packet));
        Assert.That(Convert.ToHexString(header), Is.EqualTo(expected));
    }

    [TestCase("10.0.0.2", 24, new[] { "/sbin/ifconfig utun5 inet 10.0.0.2/32 10.0.0.2 alias", "/sbin/route -n add -inet 10.0.0.0/24 -interface utun5" })]
    [TestCase("10.0.0.2", 32, new[] { "/sbin/ifconfig utun5 inet 10.0.0.2/32 10.0.0.2 alias" })]
    [TestCase("fd00::2", 64, new[] { "/sbin/ifconfig utun5 inet6 fd00::2 prefixlen 64 alias", "/sbin/route -n add -inet6 fd00::/64 -interface utun5" })]
    [TestCase("fe80::2", 64, new[] { "/sbin/ifconfig utun5 inet6 fe80::2%utun5 prefixlen 64 alias" })]
    public void AddAddress_Commands(string address, int prefix, string[] expected)
    {
        Configuration().AddAddress(IPAddress.Parse(address), prefix);
        Assert.That(_run, Is.EqualTo(expected));
    }

    [TestCase("10.0.0.2", 24, new[] { "/sbin/route -n delete -inet 10.0.0.0/24 -interface utun5", "/sbin/ifconfig utun5 inet 10.0.0.2 -alias" })]
    [TestCase("fd00::2", 64, new[] { "/sbin/route -n delete -inet6 fd00::/64 -interface utun5", "/sbin/ifconfig utun5 inet6 fd00::2 -alias" })]
    public void RemoveAddress_Commands(string address, int prefix, string[] expected)
    {
        Configuration().RemoveAddress(IPAddress.Parse(address), prefix);
        Assert.That(_run, Is.EqualTo(expected));
    }

    [TestCase("10.0.0.1", "-inet 0.0.0.0/1", "-inet 128.0.0.0/1")]
    [TestCase("fd00::1", "-inet6 ::/1", "-inet6 8000::/1")]
    public void DefaultRoute_Commands(string gateway, string first, string second)
    {
        var configuration = Configuration();
        configuration.AddDefaultRoute(IPAddress.Parse(gateway), 5);
        configuration.RemoveDefaultRoute(IPAddress.Parse(gateway));
        Assert.That(_run, Is.EqualTo(new[]
        {
            $"/sbin/route -n add {first} -interface utun5", $"/sbin/route -n add {second} -interface utun5",
            $"/sbin/route -n delete {first} -interface utun5", $"/sbin/route -n delete {second} -interface utun5",
        }));
    }

    [Test]
    public void SetUp_Commands()
    {
        Configuration().SetUp(1400);
        Assert.That(_run, Is.EqualTo(new[] { "/sbin/ifconfig utun5 mtu 1400 up" }));
    }

    [TestCase("route: writing to routing socket: File exists")]
    [TestCase("route: writing to routing socket: not in table")]
    [TestCase("ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address")]
    public void Complaint_ThatItIsSoAlready_IsNone(string complaint) =>
        Assert.That(() => Configuration(complaint).AddAddress(IPAddress.Parse("10.0.0.2"), 24), Throws.Nothing);

    [TestCase("ifconfig: ioctl (SIOCAIFADDR): permission denied", true)]
    [TestCase("route: must be root to alter routing table", true)]
    [TestCase("ifconfig: interface utun5 does not exist", false)]
    public void Complaint_OfAProgram_IsTold(string complaint, bool isPermission) =>
        Assert.That(
            () => Configuration(complaint).AddAddress(IPAddress.Parse("10.0.0.2"), 24),
            Throws.TypeOf<NetDeviceException>()
                .With.Property(nameof(NetDeviceException.IsPermission)).EqualTo(isPermission)
                .And.Message.EqualTo(
                    $"10.0.0.2/24 cannot be put on utun5 ({complaint}); run as root, and try by hand: "
                    + "/sbin/ifconfig utun5 inet 10.0.0.2/32 10.0.0.2 alias."));

    [Test]
    public void Port_OnAnotherSystem_SaysSo()
    {
        if (OperatingSystem.IsMacOS())
        {
            Assert.Ignore("another system than macOS: this is about the others.");
        }

        Assert.That(
            () => UtunPort.Create(new UtunOptions { Address = new MacAddress(2) }),
            Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("another kind of port"));
    }

    [Test]
    public void Port_WithOptionsThatCannotBe_IsRefused()
    {
        Assert.That(() => UtunPort.Create(new UtunOptions { Address = MacAddress.Broadcast }), Throws.ArgumentException);
        Assert.That(
            () => UtunPort.Create(new UtunOptions { Address = new MacAddress(2), Mtu = 1279 }),
            Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => UtunPort.Create(new UtunOptions { Address = new MacAddress(2), Unit = -1 }),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Port_OnMacOs_IsAnInterface()
    {
        if (!OperatingSystem.IsMacOS() || Environment.UserName != "root")
        {
            Assert.Ignore("root on macOS: utun interfaces are there; run this test as root on a Mac.");
        }

        await using var port = UtunPort.Create(new UtunOptions { Address = new MacAddress(0x02AA_0100_0042) });
        Assert.That(port.Name, Does.StartWith("utun"));
        port.AddAddress(IPAddress.Parse("10.231.7.2"), 24);
        Assert.That(
            System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().Select(static one => one.Name),
            Does.Contain(port.Name));
    }

    private DarwinConfiguration Configuration(string? complaint = null) => new("utun5", command =>
    {
        _run.Add(command.ToString());
        return complaint;
    });
}
