using System.Globalization;
using System.Text.Json;
using HostStack.Ethernet;
using HostStack.Interop.Tests.Guests;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>Real programs on both ends: HTTP and iperf3 between the guest's kernel and this machine's, through a TAP
/// interface in a namespace of the test.</summary>
[TestFixture]
internal sealed class BlueZTrafficTests : BlueZTest
{
    private const string Page = "what the test asks for";

    protected override bool IsJudged => false;

    [SetUp]
    public void Require()
    {
        Requires.LinuxRoot();
        Requires.Programs(("ip", "iproute2"), ("iperf3", "iperf3"), ("busybox", "busybox-static"));
        if (!File.Exists("/dev/net/tun"))
        {
            NotRun.Ignore("/dev/net/tun is not there: modprobe tun.");
        }
    }

    [Test]
    public async Task BlueZAtOurGn_HttpAndIperf_BothWays()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await using var machine = await HostNamespace.CreateAsync(new MacAddress(ours.Host.Address.Value).AsUnicast());
        await using var network = await ours.Host.ServeAsync(PanRole.Gn, machine.Port);
        await ours.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(2));
        await bluez.PairAsync(ours);
        await bluez.JoinAsync(ours, PanRole.Gn);
        await AssertTrafficAsync(bluez, machine, "bnep0");
    }

    [Test]
    public async Task OursAtBlueZsNap_HttpAndIperf_BothWays()
    {
        var bluez = await BlueZAsync();
        var ours = await OursAsync();
        await using var machine = await HostNamespace.CreateAsync(new MacAddress(ours.Host.Address.Value).AsUnicast());
        await bluez.StartAgentAsync();
        await bluez.ServeAsync(PanRole.Nap);
        await ours.PairAsync(bluez);
        await using var connection = await ours.Host.ConnectAsync(bluez.Address, PanRole.Nap, machine.Port, OurHost.ToAGuest);
        await AssertTrafficAsync(bluez, machine, "br0");
    }

    private async Task AssertTrafficAsync(BlueZPeer bluez, HostNamespace machine, string device)
    {
        await bluez.Guest.DoAsync($"ip addr add fd09::2/64 dev {device} nodad; echo '{Page}' >/www/page");
        await bluez.Guest.UntilAsync("ping -c 1 -W 2 10.9.0.1 && ping -6 -c 1 -W 2 fd09::1", "both families reach the machine");

        var site = Directory.CreateDirectory(Path.Combine(Folder, "site")).FullName;
        await File.WriteAllTextAsync(Path.Combine(site, "page"), Page);
        machine.Start("busybox", "httpd", "-f", "-p", "80", "-h", site);
        machine.Start("iperf3", "-s");
        await bluez.Guest.DoAsync("bg httpd -f -p 80 -h /www; bg iperf3 -s");

        foreach (var (ours, theirs) in new[] { ("10.9.0.1", "10.9.0.2"), ("[fd09::1]", "[fd09::2]") })
        {
            Assert.That(await bluez.Guest.UntilAsync($"http_get {ours.Trim('[', ']')} /page", "the guest has the page"), Is.EqualTo(Page));
            await bluez.Guest.UntilAsync("netstat -ltn | grep -q ':80 '", "the guest's server listens");
            Assert.That((await machine.GetAsync(new Uri($"http://{theirs}/page"))).TrimEnd(), Is.EqualTo(Page));
        }

        await bluez.Guest.UntilAsync("netstat -ltn | grep -q ':5201 '", "the guest's iperf3 listens");
        await Eventually.IsTrueAsync(
            async () => (await machine.RunAsync("ss", "-ltn")).Contains(":5201 ", StringComparison.Ordinal), "this machine's iperf3 listens");
        var fromGuest = await bluez.Guest.DoAsync("iperf3 -J -c 10.9.0.1 -t 4");
        await TellAsync("guest to us", fromGuest);
        var toGuest = await machine.RunAsync("iperf3", "-J", "-c", "10.9.0.2", "-t", "4");
        await TellAsync("us to guest", toGuest);
    }

    // Whatever the rate under emulation is: some megabits cross, or frames are lost that must not be.
    private static async Task TellAsync(string way, string report)
    {
        using var json = JsonDocument.Parse(report);
        var received = json.RootElement.GetProperty("end").GetProperty("sum_received");
        var (octets, rate) = (received.GetProperty("bytes").GetInt64(), received.GetProperty("bits_per_second").GetDouble() / 1e6);
        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"iperf3 {way}: {rate:F1} Mbit/s"));
        Assert.That(octets, Is.GreaterThan(100_000), $"{way}: TCP gets through");
    }
}
