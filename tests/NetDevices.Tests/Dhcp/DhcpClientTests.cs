using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Tests.Dhcp;

[TestFixture]
public sealed class DhcpClientTests
{
    private const string Given = "192.168.0.100";
    private DhcpClientRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new DhcpClientRig();

    [Test]
    public void Begin_WithoutMemory_GetsAnAddressInFourMessages()
    {
        _rig.Client.Begin(_rig.Now);
        Assert.That(_rig.Last with { Xid = 0, At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Discover, 0, 0, "0.0.0.0", null, null, MacAddress.Broadcast, "0.0.0.0", "255.255.255.255", default)));
        var xid = _rig.Last.Xid;
        _rig.Answer(DhcpMessageType.Offer);
        Assert.That(_rig.Last with { At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Request, xid, 0, "0.0.0.0", Given, "192.168.0.1", MacAddress.Broadcast, "0.0.0.0", "255.255.255.255", default)));
        _rig.Answer(DhcpMessageType.Ack);
        Assert.That(_rig.Events, Is.EqualTo(new[] { "check " + Given }), "not used before it is looked at");
        _rig.Client.Checked(isFree: true, _rig.Now);
        Assert.That(_rig.Events[1..], Is.EqualTo(new[] { "leased " + Given }));
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo((DhcpPhase.Bound, 0)));
    }

    [Test]
    public void Discover_WithoutAnswer_IsRepeatedFrom4To64SecondsWithJitter([Values(1, 2, 3)] int seed)
    {
        _rig = new DhcpClientRig(seed);
        _rig.Client.Begin(_rig.Now);
        _rig.Run(300);
        var waits = _rig.Sent.Zip(_rig.Sent.Skip(1), static (first, second) => (second.At - first.At).TotalSeconds).ToArray();
        double[] expected = [4, 8, 16, 32, 64, 64, 64];
        Assert.That(waits, Has.Length.GreaterThanOrEqualTo(6));
        for (var i = 0; i < waits.Length; i++)
        {
            Assert.That(waits[i], Is.EqualTo(expected[i]).Within(1.0), $"wait {i}, seed {seed}");
        }

        Assert.That(waits.Select(static wait => wait % 1), Has.Some.Not.Zero, "jitter");
        Assert.That(_rig.Sent.Select(static said => said.Xid).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_rig.Sent[1].Seconds, Is.EqualTo((ushort)waits[0]));
    }

    [Test]
    public void Request_WithoutAnswer_IsRepeatedThenAllBeginsAgain()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer);
        _rig.Run(65);
        Assert.That(
            _rig.Sent.Take(6).Select(static said => said.Type),
            Is.EqualTo(new[]
            {
                DhcpMessageType.Discover, DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Request,
                DhcpMessageType.Request, DhcpMessageType.Discover,
            }));
        Assert.That(_rig.Last.Xid, Is.Not.EqualTo(_rig.Sent[0].Xid));
    }

    [Test]
    public void Offer_OfALeaseTooShort_IsIgnored()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer, lease: 9);
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo((DhcpPhase.Selecting, 1)));
    }

    [Test]
    public void Request_AnsweredByAnother_IsIgnored()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer);
        _rig.Answer(DhcpMessageType.Offer, address: "192.168.0.7", server: "192.168.0.9");
        _rig.Answer(DhcpMessageType.Ack, server: "192.168.0.9");
        _rig.Answer(DhcpMessageType.Ack, address: "192.168.0.7");
        _rig.Answer(DhcpMessageType.Nak, server: "192.168.0.9");
        _rig.Answer(DhcpMessageType.Ack, xid: _rig.Last.Xid + 1);
        Assert.That((_rig.Client.Phase, _rig.Client.Ignored), Is.EqualTo((DhcpPhase.Requesting, 5)));
        _rig.Answer(DhcpMessageType.Ack);
        Assert.That(_rig.Client.Phase, Is.EqualTo(DhcpPhase.Checking));
    }

    [Test]
    public void Request_Refused_WaitsBeforeItBeginsAgain()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer);
        _rig.Answer(DhcpMessageType.Nak);
        _rig.Run(9.9);
        Assert.That(_rig.Sent, Has.Count.EqualTo(2));
        _rig.Run(0.1);
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)null)));
    }

    [Test]
    public void Conflict_WhileChecking_IsDeclinedAndAllBeginsAgainAfterTenSeconds()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Offer);
        _rig.Answer(DhcpMessageType.Ack);
        _rig.Client.Checked(isFree: false, _rig.Now);
        Assert.That(_rig.Last with { Xid = 0, At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Decline, 0, 0, "0.0.0.0", Given, "192.168.0.1", MacAddress.Broadcast, "0.0.0.0", "255.255.255.255", default)));
        _rig.Run(DhcpClient.RestartWait);
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)null)));
        Assert.That(_rig.Events, Is.EqualTo(new[] { "check " + Given }));
    }

    [Test]
    public void Conflict_WhileBound_IsDeclinedAndTheAddressGoes()
    {
        _rig.Bind();
        _rig.Client.Checked(isFree: false, _rig.Now);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Conflict" }));
        Assert.That((_rig.Last.Type, _rig.Client.Lease), Is.EqualTo((DhcpMessageType.Decline, (DhcpLease?)null)));
    }

    [Test]
    public void Renewal_AtT1_AsksTheServerAlone()
    {
        _rig.Bind(lease: 3600);
        _rig.Run(1799);
        Assert.That(_rig.Sent, Is.Empty);
        _rig.Run(1);
        Assert.That(_rig.Last with { Xid = 0, At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Request, 0, 0, Given, null, null, DhcpClientRig.ServerMac, Given, "192.168.0.1", default)));
        _rig.Answer(DhcpMessageType.Ack);
        Assert.That(_rig.Events, Is.EqualTo(new[] { "leased " + Given }));
        _rig.Run(1799);
        Assert.That(_rig.Sent, Has.Count.EqualTo(1), "T1 counts anew");
        _rig.Run(1);
        Assert.That(_rig.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public void Renewal_WithoutAnswer_HalvesItsWaitsThenRebindsThenExpires()
    {
        _rig.Bind(lease: 3600);
        var bound = _rig.Now;
        _rig.Run(3599);
        var times = _rig.Sent.Select(said => ((int)(said.At - bound).TotalSeconds, said.To.IsBroadcast)).ToArray();
        Assert.That(times, Is.EqualTo(new[]
        {
            (1800, false), (2475, false), (2812, false), (2981, false), (3065, false), (3125, false),
            (3150, true), (3375, true), (3487, true), (3547, true),
        }));
        Assert.That(_rig.Last, Has.Property("Source").EqualTo(Given).And.Property("ClientAddress").EqualTo(Given));
        Assert.That(_rig.Events, Is.Empty);
        _rig.Run(1);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Expired" }));
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)Given)));
    }

    [Test]
    public void Rebinding_AnsweredByAnotherServer_GoesOn()
    {
        _rig.Bind(lease: 3600);
        _rig.Run(3150);
        _rig.Answer(DhcpMessageType.Ack, server: "192.168.0.9");
        Assert.That(_rig.Client.Phase, Is.EqualTo(DhcpPhase.Bound));
        Assert.That(_rig.Client.Lease!.Terms.Server, Is.EqualTo(DhcpClientRig.Number("192.168.0.9")));
    }

    [Test]
    public void Renewal_Refused_LosesTheAddressAndBeginsAtOnce()
    {
        _rig.Bind(lease: 3600);
        _rig.Run(1800);
        _rig.Answer(DhcpMessageType.Nak);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Refused" }));
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)null)));
    }

    [TestCase(600u, 900u, 600)]
    [TestCase(900u, 600u, 1800, TestName = "Times_OutOfOrder_AreTheDefaults")]
    [TestCase(600u, 4000u, 1800, TestName = "Times_BeyondTheLease_AreTheDefaults")]
    [TestCase(0u, 600u, 1800, TestName = "Times_OfZero_AreTheDefaults")]
    public void Times_OfTheServer_AreKept(uint renewal, uint rebinding, int expected)
    {
        _rig.Bind(3600, renewal, rebinding);
        _rig.Run(expected - 1);
        Assert.That(_rig.Sent, Is.Empty);
        _rig.Run(1);
        Assert.That(_rig.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void Lease_ForEver_IsNeverRenewed()
    {
        _rig.Bind(lease: uint.MaxValue);
        Assert.That(_rig.Client.NextDeadline, Is.Null);
        _rig.Client.Suspend(_rig.Now);
        _rig.Client.Begin(_rig.Now);
        Assert.That(_rig.Client.Phase, Is.EqualTo(DhcpPhase.Rebooting));
    }

    [Test]
    public void Reconnect_WithALease_AsksForTheSameAddressAtOnce()
    {
        _rig.Bind();
        _rig.Client.Suspend(_rig.Now);
        _rig.Run(100);
        Assert.That(_rig.Sent, Is.Empty);
        Assert.That(_rig.Client.Lease, Is.Not.Null);
        _rig.Client.Begin(_rig.Now);
        Assert.That(_rig.Last with { Xid = 0, At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Request, 0, 0, "0.0.0.0", Given, null, MacAddress.Broadcast, "0.0.0.0", "255.255.255.255", default)));
        _rig.Answer(DhcpMessageType.Ack);
        _rig.Client.Checked(isFree: true, _rig.Now);
        Assert.That(_rig.Events, Is.EqualTo(new[] { "check " + Given, "leased " + Given }));
    }

    [Test]
    public void Reconnect_ToAnotherNetwork_IsRefusedAndBeginsAtOnce()
    {
        _rig.Bind();
        _rig.Client.Suspend(_rig.Now);
        _rig.Client.Begin(_rig.Now);
        _rig.Answer(DhcpMessageType.Nak, server: "10.0.0.1");
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Refused" }));
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)null)));
    }

    [Test]
    public void Reconnect_WithoutAnswer_AsksAllServersAndKeepsTheAddressUntilItEnds()
    {
        _rig.Bind(lease: 60);
        _rig.Client.Suspend(_rig.Now);
        _rig.Client.Begin(_rig.Now);
        _rig.Run(15);
        Assert.That(
            _rig.Sent.Select(static said => said.Type),
            Is.EqualTo(new[] { DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Discover }));
        Assert.That(_rig.Events, Is.Empty);
        _rig.Run(45);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Expired" }));
        Assert.That(_rig.Client.Phase, Is.EqualTo(DhcpPhase.Selecting));
    }

    [Test]
    public void Suspend_UntilTheLeaseEnds_LosesItAndStaysSilent()
    {
        _rig.Bind(lease: 60);
        _rig.Client.Suspend(_rig.Now);
        _rig.Run(3600);
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Expired" }));
        Assert.That(_rig.Sent, Is.Empty);
        _rig.Client.Begin(_rig.Now);
        Assert.That((_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((DhcpMessageType.Discover, (string?)Given)));
    }

    [TestCase(true, (int)DhcpMessageType.Request)]
    [TestCase(false, (int)DhcpMessageType.Discover)]
    public void Begin_WithARememberedAddress_AsksForIt(bool isGood, int type)
    {
        _rig.Client.Begin(_rig.Now, DhcpClientRig.Number(Given), isGood);
        Assert.That(((int)_rig.Last.Type, _rig.Last.Requested), Is.EqualTo((type, Given)));
    }

    [Test]
    public void Release_OfALease_TellsItsServer()
    {
        _rig.Bind();
        _rig.Client.Release(_rig.Now);
        Assert.That(_rig.Last with { Xid = 0, At = default }, Is.EqualTo(new Said(
            DhcpMessageType.Release, 0, 0, Given, null, "192.168.0.1", DhcpClientRig.ServerMac, Given, "192.168.0.1", default)));
        Assert.That(_rig.Events, Is.EqualTo(new[] { $"lost {Given} Released" }));
        Assert.That(_rig.Client.NextDeadline, Is.Null);
    }

    [Test]
    public void Release_WithoutALease_SaysNothing()
    {
        _rig.Client.Begin(_rig.Now);
        _rig.Client.Release(_rig.Now);
        Assert.That(_rig.Sent, Has.Count.EqualTo(1));
        Assert.That(_rig.Events, Is.Empty);
    }

    [Test]
    public void Client_UnderRandomInputs_NeverThrowsNorStalls([Range(0, 7)] int seed)
    {
        var random = new Random(seed);
        _rig = new DhcpClientRig(seed);
        for (var step = 0; step < 2000; step++)
        {
            try
            {
                Poke(random);
                _rig.Client.Advance(_rig.Now);
            }
            catch (Exception fault) when (fault is not AssertionException)
            {
                Assert.Fail($"seed {seed}, step {step}: {fault}");
            }

            Assert.That(
                _rig.Client.NextDeadline ?? TimeSpan.MaxValue,
                Is.GreaterThan(_rig.Now),
                $"seed {seed}, step {step}: a deadline is passed over");
            Assert.That(
                _rig.Client.Phase is not (DhcpPhase.Bound or DhcpPhase.Renewing or DhcpPhase.Rebinding) || _rig.Client.Lease is not null,
                Is.True,
                $"seed {seed}, step {step}");
        }
    }

    private void Poke(Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                _rig.Client.Begin(_rig.Now, random.Next(2) == 0 ? DhcpClientRig.Number(Given) : null, random.Next(2) == 0);
                break;
            case 1:
                _rig.Client.Suspend(_rig.Now);
                break;
            case 2 when random.Next(4) == 0:
                _rig.Client.Release(_rig.Now);
                break;
            case 3 or 4 when _rig.Sent.Count > 0:
                _rig.Answer(
                    (DhcpMessageType)new byte[] { 2, 5, 6 }[random.Next(3)],
                    lease: random.Next(5) switch { 0 => 0, 1 => 10, 2 => uint.MaxValue, 3 => uint.MaxValue - 1, _ => 3600 });
                break;
            case 5:
                _rig.Client.Checked(random.Next(3) > 0, _rig.Now);
                break;
            default:
                _rig.Run(random.NextDouble() * Math.Pow(10, random.Next(5)));
                break;
        }
    }
}
