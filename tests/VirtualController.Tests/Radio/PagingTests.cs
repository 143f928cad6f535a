using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class PagingTests
{
    private const string CreateB = "01 05 04 0d" + TwoHosts.AddressOfB + "18cc 02 00 0000 01";
    private const string CreateA = "01 05 04 0d" + TwoHosts.AddressOfA + "18cc 02 00 0000 01";

    [Test]
    public void Page_NobodyScans_EndsAtThePageTimeoutToTheTick()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 1a 0c 01 01");
        hosts.Command(hosts.A, "01 18 0c 02 00 10");      // 4096 slots: 2.56 s
        hosts.Command(hosts.A, CreateB);

        hosts.Simulation.Advance(TimeSpan.FromSeconds(2.56) - TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04030b040000" + TwoHosts.AddressOfB + "0100" }));
    }

    [Test]
    public void Page_TargetBeginsToScanMeanwhile_Reaches()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 1a 0c 01 00");
        hosts.Command(hosts.A, CreateB);
        hosts.Settle(1000);
        hosts.Command(hosts.B, "01 1a 0c 01 02");
        hosts.Settle();
        hosts.B.Take("04040a" + TwoHosts.AddressOfA);
    }

    [TestCase("0d")]
    [TestCase("0e")]
    [TestCase("0f")]
    public void Reject_ReasonReachesTheInitiator(string reason)
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.A, CreateB);
        hosts.Settle();
        hosts.B.Take();
        hosts.Command(hosts.B, "01 0a 04 07" + TwoHosts.AddressOfA + reason);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04030b" + reason + "0000" + TwoHosts.AddressOfB + "0100" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "04030b" + reason + "0000" + TwoHosts.AddressOfA + "0100" }));
    }

    [Test]
    public void Accept_NotInTime_EndsBothWithAcceptTimeout()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 16 0c 02 40 06");      // 1600 slots: 1 s
        hosts.Command(hosts.A, CreateB);
        hosts.Simulation.Advance(TimeSpan.FromMilliseconds(10));
        hosts.B.Take("04040a");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "04030b100000" + TwoHosts.AddressOfA + "0100" }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04030b100000" + TwoHosts.AddressOfB + "0100" }));
        hosts.B.Send("01 09 04 07" + TwoHosts.AddressOfA + "01");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040f0402010904" }), "nothing is there to accept any more");
    }

    [Test]
    public void Cancel_EndsThePageWithUnknownConnection()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.B, "01 1a 0c 01 00");
        hosts.Command(hosts.A, CreateB);
        hosts.A.Send("01 08 04 06" + TwoHosts.AddressOfB);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[]
        {
            "040e0a01080400" + TwoHosts.AddressOfB, "04030b020000" + TwoHosts.AddressOfB + "0100",
        }));
        hosts.A.Send("01 08 04 06" + TwoHosts.AddressOfB);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040e0a01080402" + TwoHosts.AddressOfB }), "nothing to cancel");
    }

    [Test]
    public void Connect_ExistingLink_OrSecondPage_OrDuringInquiry_IsRefused()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.A.Send(CreateB);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f040b010504" }));

        hosts.Command(hosts.A, "01 05 04 0d 010203040506 18cc 02 00 0000 01");
        hosts.A.Send("01 05 04 0d 010203040507 18cc 02 00 0000 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f040c010504" }));

        hosts.Command(hosts.B, "01 01 04 05 33 8b 9e 04 00");
        hosts.B.Send("01 05 04 0d 010203040506 18cc 02 00 0000 01");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Does.Contain("040f040c010504"));
    }

    [Test]
    public void CrossingPages_OneLink_TheOtherPageEndsWithAlreadyExists()
    {
        var hosts = new TwoHosts();
        hosts.Command(hosts.A, CreateB);
        hosts.Command(hosts.B, CreateA);
        hosts.Settle();
        hosts.A.Take("04040a" + TwoHosts.AddressOfB);
        hosts.B.Take("04040a" + TwoHosts.AddressOfA);
        hosts.Command(hosts.B, "01 09 04 07" + TwoHosts.AddressOfA + "01");
        hosts.Settle();

        hosts.A.Take("04030b002a00" + TwoHosts.AddressOfB);
        Assert.That(hosts.B.Take(), Is.EqualTo(new[]
        {
            "04030b002a00" + TwoHosts.AddressOfA + "0100", "041b032a0005", "04030b0b0000" + TwoHosts.AddressOfA + "0100",
        }));
        Assert.That(hosts.ControllerA.LinkCount, Is.EqualTo(1));
        Assert.That(hosts.ControllerB.LinkCount, Is.EqualTo(1));
        hosts.A.Send("01 09 04 07" + TwoHosts.AddressOfB + "01");
        hosts.Settle();
        Assert.That(hosts.A.Has("040f0402010904"), "B's request is gone with its page");
    }

    [Test]
    public void Connect_BeyondTheLimit_IsRefusedHere_AndThere()
    {
        var hosts = new TwoHosts(a: new ControllerOptions { MaxLinks = 1 });
        hosts.Connect();
        hosts.A.Send("01 05 04 0d 010203040506 18cc 02 00 0000 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0409010504" }));

        var third = RawHost.Open(hosts.Radio.Add(new ControllerOptions { Name = "c" }));
        hosts.Command(third, CreateA);
        hosts.Settle();
        third.Take("04030b0d0000" + TwoHosts.AddressOfA);
    }

    [Test]
    public void RemoteName_WithAndWithoutALink_AndPageTimeout()
    {
        var hosts = new TwoHosts();
        hosts.EnableSimplePairing();
        hosts.Command(hosts.B, "01 13 0c f8 4b 69 6f 73 6b" + new string('0', 2 * 243));
        hosts.Command(hosts.A, "01 19 04 0a" + TwoHosts.AddressOfB + "02 00 00 00");
        hosts.Settle();
        hosts.A.Take("043d0e" + TwoHosts.AddressOfB + "0900000000000000");
        Assert.That(hosts.A.Take("0407ff00" + TwoHosts.AddressOfB + "4b696f736b00"), Has.Length.EqualTo(2 * (3 + 255)));

        hosts.Connect();
        hosts.Command(hosts.A, "01 19 04 0a" + TwoHosts.AddressOfB + "02 00 00 00");
        hosts.Settle();
        hosts.A.Take("0407ff00" + TwoHosts.AddressOfB + "4b696f736b00");

        hosts.Command(hosts.A, "01 19 04 0a 010203040506 02 00 00 00");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(6));
        hosts.A.Take("0407ff04" + "010203040506");
    }

    [Test]
    public void RemoteInformation_ComesFromThePeer()
    {
        var hosts = new TwoHosts(b: new ControllerOptions { Version = 0x09, Manufacturer = 0x000F, Subversion = 0x4103 });
        hosts.EnableSimplePairing();
        hosts.Connect();
        hosts.Command(hosts.A, "01 1b 04 02 2a 00");
        hosts.Command(hosts.A, "01 1c 04 03 2a 00 01");
        hosts.Command(hosts.A, "01 1d 04 02 2a 00");
        hosts.Command(hosts.A, "01 1f 04 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[]
        {
            "040b0b002a00bf06847e981d5983",
            "04230d002a0001020900000000000000",
            "040c08002a00090f000341",
            "041c05002a004200",
        }));
    }
}
