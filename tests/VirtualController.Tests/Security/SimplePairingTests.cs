using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Security;

public class SimplePairingTests
{
    private const string A = PairingSteps.A;
    private const string B = PairingSteps.B;

    [TestCase(true, "08")]
    [TestCase(false, "05")]
    public void NumericComparison_BothConfirm_AuthenticatedKey(bool secureConnections, string type)
    {
        var hosts = PairingSteps.Connected(secureConnections);
        hosts.Exchange("01 00 03", "01 00 03");
        var digits = hosts.A.Take("04330a" + B)[18..];
        Assert.That(hosts.B.Take("04330a" + A)[18..], Is.EqualTo(digits));
        Assert.That(Digits(digits), Is.InRange(1u, 999_999u));

        hosts.Command(hosts.A, "01 2c 04 06" + B);
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.Empty, "one confirmation is not enough");
        hosts.Command(hosts.B, "01 2c 04 06" + A);
        hosts.Settle();
        hosts.ExpectKey(type);
    }

    [Test]
    public void JustWorks_WithoutSecureConnections_IsType4()
    {
        var hosts = PairingSteps.Connected(secureConnections: false);
        hosts.Exchange("03 00 00", "01 00 00");
        hosts.A.Take("04330a" + B);
        hosts.B.Take("04330a" + A);
        hosts.Command(hosts.A, "01 2c 04 06" + B);
        hosts.Command(hosts.B, "01 2c 04 06" + A);
        hosts.Settle();
        hosts.ExpectKey("04");
    }

    [Test]
    public void Digits_SameSeedSame_OtherSeedOther()
    {
        static string Digits(ulong seed)
        {
            var hosts = PairingSteps.Connected(seed: seed);
            hosts.Exchange("01 00 03", "01 00 03");
            return hosts.A.Take("04330a" + B);
        }

        var first = Digits(11);
        Assert.That(Digits(11), Is.EqualTo(first));
        Assert.That(Digits(12), Is.Not.EqualTo(first));
    }

    [Test]
    public void NumericComparison_OneRefuses_BothFail([Values] bool initiator)
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("01 00 01", "01 00 01");
        hosts.A.Take("04330a");
        hosts.B.Take("04330a");
        hosts.Command(initiator ? hosts.A : hosts.B, "01 2d 04 06" + (initiator ? B : A));
        hosts.Settle();
        hosts.ExpectFailure("05");
        hosts.Begin();
        hosts.A.Take("043106" + B);     // pairing can be tried again
    }

    [Test]
    public void Passkey_ResponderDisplays_RightOneSucceeds_WrongOneFails([Values] bool right)
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("02 00 01", "00 00 01");
        var passkey = hosts.B.Take("043b0a" + A)[18..];
        hosts.A.Take("043406" + B);
        var entered = right ? passkey : Hex((Digits(passkey) + 1) % 1_000_000);
        hosts.Command(hosts.A, "01 60 0c 07" + B + "01");
        hosts.Settle();
        hosts.B.Take("043c07" + A + "01");
        hosts.Command(hosts.A, "01 2e 04 0a" + B + entered);
        hosts.Settle();
        if (right)
        {
            hosts.ExpectKey("08");
        }
        else
        {
            hosts.ExpectFailure("05");
        }
    }

    [Test]
    public void Passkey_InitiatorDisplays_NegativeReplyFails()
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("01 00 01", "02 00 01");
        hosts.A.Take("043b0a" + B);
        hosts.B.Take("043406" + A);
        hosts.Command(hosts.B, "01 2f 04 06" + A);
        hosts.Settle();
        hosts.ExpectFailure("05");
    }

    [TestCase("40e20100", "40e20100", true)]
    [TestCase("40e20100", "41e20100", false)]
    public void Passkey_BothEnter_MustBeEqual(string ofA, string ofB, bool equal)
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("02 00 01", "02 00 01");
        hosts.A.Take("043406" + B);
        hosts.B.Take("043406" + A);
        hosts.Command(hosts.A, "01 2e 04 0a" + B + ofA);
        hosts.Command(hosts.B, "01 2e 04 0a" + A + ofB);
        hosts.Settle();
        if (equal)
        {
            hosts.ExpectKey("08");
        }
        else
        {
            hosts.ExpectFailure("05");
        }
    }

    [Test]
    public void Passkey_SevenDigits_IsInvalid()
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("02 00 01", "00 00 01");
        hosts.A.Send("01 2e 04 0a" + B + "40420f00");
        hosts.Settle();
        hosts.A.Take("040e0a012e0412" + B);
    }

    [Test]
    public void OutOfBand_DataOfThePeer_IsChecked([Values] bool right, [Values] bool oneSided)
    {
        var hosts = PairingSteps.Connected();
        var ofB = Local(hosts, hosts.B);
        var ofA = Local(hosts, hosts.A);
        if (!right)
        {
            Local(hosts, hosts.B);     // newer data makes the older useless
        }

        hosts.Exchange("03 03 01", oneSided ? "03 00 01" : "03 03 01");
        hosts.A.Take("043506" + B);
        hosts.Command(hosts.A, "01 45 04 46" + B + ofB);
        if (!oneSided)
        {
            hosts.B.Take("043506" + A);
            hosts.Command(hosts.B, "01 45 04 46" + A + ofA);
        }

        hosts.Settle();
        if (right)
        {
            hosts.ExpectKey("08");
        }
        else
        {
            hosts.ExpectFailure("05");
        }
    }

    [Test]
    public void OutOfBand_P192_UsesTheShortCommands()
    {
        var hosts = PairingSteps.Connected(secureConnections: false);
        hosts.B.Send("01 57 0c 00");
        hosts.Settle();
        var ofB = hosts.B.Take("040e2401570c00")[14..];
        hosts.Exchange("03 01 01", "03 00 01");
        hosts.A.Take("043506" + B);
        hosts.Command(hosts.A, "01 30 04 26" + B + ofB);
        hosts.Settle();
        hosts.ExpectKey("05");
    }

    [Test]
    public void OutOfBand_HostHasNone_Fails()
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("03 03 01", "03 00 01");
        hosts.A.Take("043506" + B);
        hosts.Command(hosts.A, "01 33 04 06" + B);
        hosts.Settle();
        hosts.ExpectFailure("05");
    }

    [Test]
    public void Capability_Refused_BothFailWithTheReason()
    {
        var hosts = PairingSteps.Connected();
        hosts.Begin();
        hosts.A.Take();
        hosts.Command(hosts.A, "01 2b 04 09" + B + "03 00 02");
        hosts.Settle();
        hosts.B.Take();
        hosts.Command(hosts.B, "01 34 04 07" + A + "18");
        hosts.Settle();
        hosts.ExpectFailure("18");
    }

    [Test]
    public void HostThatDoesNotAnswer_LosesTheLinkAfter30Seconds()
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("01 00 03", "01 00 03");
        hosts.A.Take("04330a");
        hosts.B.Take("04330a");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(29.9));
        Assert.That(hosts.A.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04360722" + B, "04060322" + "2a00", "040504002a0022" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "04360722" + A, "040504002a0022" }));
    }

    [Test]
    public void Answer_NobodyAskedFor_IsDisallowed()
    {
        var hosts = PairingSteps.Connected();
        hosts.A.Send("01 2c 04 06" + B);
        hosts.Settle();
        hosts.A.Take("040e0a012c040c" + B);
        hosts.A.Send("01 2c 04 06 010203040506");
        hosts.Settle();
        hosts.A.Take("040e0a012c0402010203040506");
    }

    [Test]
    public void DebugMode_MakesADebugKey()
    {
        var hosts = PairingSteps.Connected(secureConnections: false);
        hosts.Command(hosts.B, "01 04 18 01 01");
        hosts.Exchange("03 00 00", "03 00 00");
        hosts.A.Take("04330a");
        hosts.B.Take("04330a");
        hosts.Command(hosts.A, "01 2c 04 06" + B);
        hosts.Command(hosts.B, "01 2c 04 06" + A);
        hosts.Settle();
        hosts.ExpectKey("03");
    }

    private static string Local(TwoHosts hosts, RawHost host)
    {
        host.Send("01 7d 0c 00");
        hosts.Settle();
        return host.Take("040e44017d0c00")[14..];
    }

    private static uint Digits(string hex) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(Convert.FromHexString(hex));

    private static string Hex(uint digits)
    {
        var octets = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(octets, digits);
        return Convert.ToHexStringLower(octets);
    }
}
