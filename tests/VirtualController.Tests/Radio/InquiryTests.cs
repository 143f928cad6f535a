using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class InquiryTests
{
    private const string Inquire = "01 01 04 05 33 8b 9e 04 00";      // GIAC, 5.12 s, no limit

    [Test]
    public void Standard_FindsDiscoverableDevices_AndCompletesToTheTick()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 24 0c 03 00 03 02");
        hosts.Command(hosts.A, Inquire);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(5.12) - TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04020f01" + TwoHosts.AddressOfB + "01" + "0000" + "000302" + "4200" }));
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04010100" }));
    }

    [Test]
    public void RssiAndExtended_ByInquiryMode()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.A, "01 45 0c 01 01");
        hosts.Command(hosts.A, Inquire);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(6));
        Assert.That(hosts.A.Take("04220f01" + TwoHosts.AddressOfB + "0100"), Has.Length.EqualTo(36));

        hosts.A.Take();
        hosts.Command(hosts.B, "01 52 0c f1 00 03 09 42 62" + new string('0', 2 * 236));
        hosts.Command(hosts.A, "01 45 0c 01 02");
        hosts.Command(hosts.A, Inquire);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(6));
        var result = hosts.A.Take("042fff01" + TwoHosts.AddressOfB + "0100");
        Assert.That(result, Has.Length.EqualTo(2 * 258));
        Assert.That(result.Substring(36, 10), Is.EqualTo("0309426200"));
    }

    [Test]
    public void NotDiscoverable_LimitedCode_AndReach_DecideWhoAnswers()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 1a 0c 01 02");
        Assert.That(Found(hosts, Inquire), Is.Zero);
        hosts.Command(hosts.B, "01 1a 0c 01 03");
        Assert.That(Found(hosts, "01 01 04 05 00 8b 9e 04 00"), Is.Zero, "B does not listen to the limited code");
        hosts.Command(hosts.B, "01 3a 0c 07 02 33 8b 9e 00 8b 9e");
        Assert.That(Found(hosts, "01 01 04 05 00 8b 9e 04 00"), Is.EqualTo(1));
        hosts.ControllerB.SetReachable(false);
        Assert.That(Found(hosts, Inquire), Is.Zero);
    }

    [Test]
    public void NumberOfResponses_EndsTheInquiry_CancelEndsItSilently()
    {
        var hosts = new TwoHosts();
        for (var i = 0; i < 5; i++)
        {
            hosts.Command(RawHost.Open(hosts.Radio.Add()), "01 1a 0c 01 01");
        }

        hosts.Command(hosts.A, "01 01 04 05 33 8b 9e 04 02");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.That(hosts.A.Take().Select(static packet => packet[..4]), Is.EqualTo(new[] { "0402", "0402", "0401" }));

        hosts.Command(hosts.A, Inquire);
        hosts.Command(hosts.A, "01 02 04 00");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.That(hosts.A.Take(), Is.Empty);
    }

    [TestCase("33 8b 9e 00 00")]
    [TestCase("33 8b 9e 31 00")]
    [TestCase("40 8b 9e 04 00")]
    public void InvalidParameters_AreRefused(string parameters)
    {
        var hosts = new TwoHosts();
        hosts.A.Send("01 01 04 05" + parameters);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0412010104" }));
    }

    private static int Found(TwoHosts hosts, string inquiry)
    {
        hosts.Command(hosts.A, inquiry);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(6));
        return hosts.A.Take().Count(static packet => packet.StartsWith("0402", StringComparison.Ordinal));
    }
}
