using System.Buffers.Binary;
using System.Net;
using HostStack.NetDevices.UserMode;
using HostStack.NetDevices.UserMode.Native;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>The structure that libslirp reads, against what a C compiler makes of libslirp 4.7's header.</summary>
[TestFixture]
internal sealed class SlirpLayoutTests
{
    private const int Unix = 4;
    private const int Windows = 2;
    private const long DomainName = 0x1122_3344_5566_7788;

    // offsetof() by gcc 12 on x86-64 Linux; the last column is Windows, where an IPv6 address is aligned to 2.
    [TestCase("restricted", 4, 4, "01000000")]
    [TestCase("in_enabled", 8, 8, "01")]
    [TestCase("vnetwork", 12, 12, "0A000200")]
    [TestCase("vnetmask", 16, 16, "FFFFFF00")]
    [TestCase("vhost", 20, 20, "0A000202")]
    [TestCase("in6_enabled", 24, 24, "01")]
    [TestCase("vprefix_addr6", 28, 26, "FD536C69727000000000000000000000")]
    [TestCase("vprefix_len", 44, 42, "40")]
    [TestCase("vhost6", 48, 44, "FD536C69727000000000000000000002")]
    [TestCase("vhostname", 64, 64, "0000000000000000")]
    [TestCase("tftp_path", 80, 80, "0000000000000000")]
    [TestCase("bootfile", 88, 88, "0000000000000000")]
    [TestCase("vdhcp_start", 96, 96, "0A00020F")]
    [TestCase("vnameserver", 100, 100, "09090909")]
    [TestCase("vnameserver6", 104, 104, "FD536C69727000000000000000000003")]
    [TestCase("vdnssearch", 120, 120, "0000000000000000")]
    [TestCase("vdomainname", 128, 128, "8877665544332211")]
    [TestCase("if_mtu", 136, 136, "DC05000000000000")]
    [TestCase("if_mru", 144, 144, "DC05000000000000")]
    [TestCase("disable_host_loopback", 152, 152, "01")]
    [TestCase("enable_emu", 153, 153, "00")]
    [TestCase("outbound_addr", 160, 160, "0000000000000000")]
    [TestCase("outbound_addr6", 168, 168, "0000000000000000")]
    [TestCase("disable_dns", 176, 176, "01")]
    [TestCase("disable_dhcp", 177, 177, "00")]
    public void Configuration_Field_IsWhereTheCompilerPutsIt(string field, int unix, int windows, string octets)
    {
        var expected = Convert.FromHexString(octets);
        Assert.That(Write(Unix, out _).AsSpan(unix, expected.Length).ToArray(), Is.EqualTo(expected), field);
        Assert.That(Write(Windows, out _).AsSpan(windows, expected.Length).ToArray(), Is.EqualTo(expected), field);
    }

    [Test]
    public void Configuration_Whole_HasTheSizeOfTheHeader()
    {
        var octets = Write(Unix, out var size);
        Assert.That(size, Is.EqualTo(184));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(octets), Is.EqualTo(4));
        Assert.That(octets.AsSpan(size).ToArray(), Is.All.Zero);
    }

    [Test]
    public void Configuration_AllowedLoopback_IsTheOnlyWayToIt()
    {
        var octets = new byte[SlirpConfiguration.MaximumSize];
        var plan = UserModePlan.From(new UserModeOptions { AllowHostLoopback = true });
        SlirpConfiguration.Write(octets, plan, 4, 0, Unix, 8);
        Assert.That(octets[152], Is.Zero);
        Assert.That(octets[176], Is.Zero, "names are relayed");
    }

    [TestCase("4.7.0", 4, 7, 4u)]
    [TestCase("4.7.0-dirty", 4, 7, 4u)]
    [TestCase("4.9.1", 4, 9, 4u)]
    [TestCase("4.12.0", 4, 12, 4u)]
    [TestCase("4.6.1", 4, 6, 3u)]
    [TestCase("4.6.0", 4, 6, 3u)]
    [TestCase("4.5.0", 4, 5, 0u)]
    [TestCase("4.4.0", 4, 4, 0u)]
    [TestCase("4.1.0", 4, 1, 0u)]
    [TestCase("3.9.0", 3, 9, 0u)]
    [TestCase("5.0.0", 5, 0, 0u)]
    public void Version_Known_SaysWhichConfigurationTheLibraryTakes(string text, int major, int minor, uint configuration)
    {
        Assert.That(SlirpVersion.TryParse(text, out var version), Is.True);
        Assert.That(version, Is.EqualTo(new SlirpVersion(major, minor)));
        Assert.That(version.Configuration, Is.EqualTo(configuration));
        Assert.That(SlirpVersion.Serves("libslirp.so.0", text, out _, out var problem), Is.EqualTo(configuration != 0));
        Assert.That(problem, configuration != 0 ? Is.Null : Does.Contain($"version {text}").And.Contain("install libslirp 4.6 or a later 4.x"));
    }

    [TestCase(
        "4.4.0",
        "libslirp.so.0 is of version 4.4.0, in which a device can read this program's memory; "
        + "install libslirp 4.6 or a later 4.x (Debian 12, Ubuntu 22.04 and later have it).")]
    [TestCase("5.0.0", "libslirp.so.0 is of version 5.0.0; install libslirp 4.6 or a later 4.x.")]
    [TestCase(null, "libslirp.so.0 is of version unknown; install libslirp 4.6 or a later 4.x.")]
    public void Version_ThatDoesNotServe_IsToldWithTheRemedy(string? text, string says)
    {
        Assert.That(SlirpVersion.Serves("libslirp.so.0", text, out _, out var problem), Is.False);
        Assert.That(problem, Is.EqualTo(says));
    }

    [TestCase("")]
    [TestCase("4")]
    [TestCase("v4.7")]
    [TestCase("4.x")]
    [TestCase("-4.7.0")]
    public void Version_Unknown_IsRefused(string text) => Assert.That(SlirpVersion.TryParse(text, out _), Is.False);

    [TestCase("libslirp0", 98, "EADDRINUSE", false)]
    [TestCase("libslirp0", 13, "EACCES", true)]
    [TestCase("libslirp0", 99, "EADDRNOTAVAIL", false)]
    [TestCase("Winsock", 10048, "EADDRINUSE", false)]
    [TestCase("another", 24, "error 24", false)]
    public void Refusal_OfTheSystem_NamesErrorAndRemedy(string source, int error, string name, bool isPermission)
    {
        Assert.That(source, Is.Not.Empty);
        var forward = new PortForward(PortForwardProtocol.Tcp, IPAddress.Loopback, 80, null, 8080);
        var refusal = ForwardRefusal.From(forward, error);
        Assert.That(refusal.Message, Does.StartWith("The port forward tcp:127.0.0.1:80:8080 cannot listen").And.Contain(name));
        Assert.That(refusal.IsPermission, Is.EqualTo(isPermission));
    }

    private static byte[] Write(int alignment6, out int size)
    {
        var octets = new byte[SlirpConfiguration.MaximumSize];
        var plan = UserModePlan.From(new UserModeOptions { Restricted = true, DnsServer = IPAddress.Parse("9.9.9.9") });
        size = SlirpConfiguration.Write(octets, plan, 4, unchecked((nint)DomainName), alignment6, 8);
        return octets;
    }
}
