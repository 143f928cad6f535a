using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Tests.Dhcp;

/// <summary>How much of IPv4 a server may take by its mask.</summary>
[TestFixture]
public sealed class DhcpWidthTests
{
    private DhcpClientRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new DhcpClientRig();

    [TestCase("10.0.0.1", 8, true)]
    [TestCase("10.0.0.1", 7, false)]
    [TestCase("10.1.2.3", 1, false)]
    [TestCase("172.16.0.1", 12, true)]
    [TestCase("172.31.9.9", 12, true)]
    [TestCase("172.16.0.1", 11, false)]
    [TestCase("172.32.0.1", 12, false)]
    [TestCase("172.32.0.1", 16, true)]
    [TestCase("192.168.0.100", 16, true)]
    [TestCase("192.168.0.100", 15, false)]
    [TestCase("169.254.0.7", 16, true)]
    [TestCase("200.0.0.1", 1, false)]
    [TestCase("200.0.0.1", 7, false)]
    [TestCase("200.0.0.1", 8, false)]
    [TestCase("200.0.0.1", 15, false)]
    [TestCase("200.0.0.1", 16, true)]
    [TestCase("200.0.0.1", 24, true)]
    [TestCase("200.0.0.1", 32, true)]
    public void Offer_OfANetwork_IsTakenWhereItIsNotTooWide(string address, int prefix, bool isTaken)
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer, address, prefix: prefix);
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo(isTaken ? (DhcpPhase.Requesting, 0) : (DhcpPhase.Selecting, 1)));
        Assert.That(_rig.Events, Is.EqualTo(isTaken ? [] : new[] { $"too wide {address}/{prefix}" }));
    }

    [Test]
    public void Offer_TooWide_IsToldOnceAndTheNextOneIsTaken()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer, "200.0.0.1", prefix: 1);
        _rig.Answer(DhcpMessageType.Offer, "200.0.0.2", prefix: 1);
        _rig.Answer(DhcpMessageType.Offer, server: "192.168.0.9");
        Assert.That(_rig.Events, Is.EqualTo(new[] { "too wide 200.0.0.1/1" }));
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored, _rig.Last.Server), Is.EqualTo((DhcpPhase.Requesting, 2, "192.168.0.9")));
    }

    [Test]
    public void Ack_WiderThanItsOffer_IsNotTaken()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer);
        _rig.Answer(DhcpMessageType.Ack, prefix: 1);
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo((DhcpPhase.Requesting, 1)));
        _rig.Answer(DhcpMessageType.Ack);
        Assert.That(_rig.Client.Phase, Is.EqualTo(DhcpPhase.Checking));
    }

    [Test]
    public void Reboot_AckTooWide_IsNotTaken()
    {
        _rig.Client.Begin(_rig.Now, DhcpClientRig.Number("192.168.0.100"), isGood: true);
        _rig.Answer(DhcpMessageType.Ack, prefix: 1);
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo((DhcpPhase.Rebooting, 1)));
    }

    [TestCase(1800, "Renewing")]
    [TestCase(3150, "Rebinding")]
    public void Renewal_WithAMaskTooWide_LeavesTheLeaseAsItWas(double after, string inPhase)
    {
        var phase = Enum.Parse<DhcpPhase>(inPhase);
        _rig.Bind();
        _rig.Run(after);
        Assert.That(_rig.Client.Phase, Is.EqualTo(phase));
        _rig.Answer(DhcpMessageType.Ack, prefix: 1);
        Assert.That((_rig.Client.Phase, _rig.Client.Lease!.Terms.PrefixLength), Is.EqualTo((phase, 24)));
        Assert.That(_rig.Events, Is.EqualTo(new[] { "too wide 192.168.0.100/1" }));
        _rig.Run(3600 - after);
        Assert.That(_rig.Events[^1], Is.EqualTo("lost 192.168.0.100 Expired"), "it does not live longer by what was refused");
    }

    [Test]
    public void Renewal_WithAnotherMask_IsTaken()
    {
        _rig.Bind();
        _rig.Run(1800);
        _rig.Answer(DhcpMessageType.Ack, prefix: 16);
        Assert.That((_rig.Client.Phase, _rig.Client.Lease!.Terms.PrefixLength), Is.EqualTo((DhcpPhase.Bound, 16)));
        Assert.That(_rig.Events, Is.EqualTo(new[] { "leased 192.168.0.100" }));
    }
}
