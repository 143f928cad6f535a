using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Security;

public class AuthenticationTests
{
    private const string A = PairingSteps.A;
    private const string B = PairingSteps.B;
    private const string Key = "000102030405060708090a0b0c0d0e0f";
    private const string OtherKey = "100102030405060708090a0b0c0d0e0f";

    [TestCase(Key, Key, "00")]
    [TestCase(Key, OtherKey, "05")]
    [TestCase(Key, null, "06")]
    public void StoredKeys_AreCompared(string ofA, string? ofB, string status)
    {
        var hosts = PairingSteps.Connected();
        hosts.Command(hosts.A, "01 11 04 02 2a 00");
        hosts.Settle();
        hosts.A.Take("041706" + B);
        hosts.Command(hosts.A, "01 0b 04 16" + B + ofA);
        hosts.Settle();
        hosts.B.Take("041706" + A);
        hosts.Command(hosts.B, ofB is null ? "01 0c 04 06" + A : "01 0b 04 16" + A + ofB);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040603" + status + "2a00" }));
        Assert.That(hosts.B.Take(), Is.Empty);
    }

    [Test]
    public void Request_OfBothHosts_RunOneAfterTheOther()
    {
        var hosts = PairingSteps.Connected();
        hosts.Command(hosts.A, "01 11 04 02 2a 00");
        hosts.Command(hosts.B, "01 11 04 02 2a 00");
        hosts.Settle();
        hosts.A.Take("041706" + B);
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.Command(hosts.A, "01 0b 04 16" + B + Key);
        hosts.Settle();
        hosts.B.Take("041706" + A);
        hosts.Command(hosts.B, "01 0b 04 16" + A + Key);
        hosts.Settle();
        hosts.A.Take("0406030000".Replace("0000", "002a00"));
        hosts.B.Take("041706" + A);
    }

    [Test]
    public void Encryption_BeforeAuthentication_IsKeyMissing()
    {
        var hosts = PairingSteps.Connected();
        hosts.Command(hosts.A, "01 13 04 03 2a 00 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040804062a0000" }));
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.A.Send("01 08 14 02 2a 00");
        hosts.Settle();
        hosts.A.Take("040e070108142f2a0000");
    }

    [TestCase(true, 16, 16, "02", "10")]
    [TestCase(false, 16, 16, "01", "10")]
    [TestCase(false, 16, 1, "01", "01")]
    [TestCase(false, 7, 16, "01", "07")]
    public void Encryption_CipherAndKeySize_AreTheWeakerEnds(bool secureConnections, int sizeOfA, int sizeOfB, string mode, string size)
    {
        var hosts = new TwoHosts(
            a: new ControllerOptions { EncryptionKeySize = (byte)sizeOfA }, b: new ControllerOptions { EncryptionKeySize = (byte)sizeOfB });
        hosts.EnableSimplePairing(secureConnections);
        hosts.Connect();
        hosts.Pair();
        hosts.Command(hosts.A, "01 53 0c 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "043003002a00" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "043003002a00" }));
        hosts.B.Send("01 08 14 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040e07010814002a00" + size }));
        hosts.Command(hosts.B, "01 13 04 03 2a 00 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040804002a0000" }));
        hosts.B.Take();
        hosts.Command(hosts.B, "01 13 04 03 2a 00 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040804002a00" + mode }));
    }

    [TestCase("04 31323334", "04 31323334", "00")]
    [TestCase("04 31323334", "04 31323335", "05")]
    [TestCase("04 31323334", "05 3132333400", "05")]
    [TestCase("04 31323334", null, "06")]
    public void LegacyPairing_PinsAreCompared(string ofA, string? ofB, string status)
    {
        var hosts = new TwoHosts();     // no simple pairing
        hosts.Connect();
        hosts.Command(hosts.A, "01 11 04 02 2a 00");
        hosts.Settle();
        hosts.A.Take("041706" + B);
        hosts.Command(hosts.A, "01 0c 04 06" + B);
        hosts.Settle();
        hosts.A.Take("041606" + B);
        hosts.Command(hosts.A, "01 0d 04 17" + B + Pin(ofA));
        hosts.Settle();
        hosts.B.Take("041606" + A);
        hosts.Command(hosts.B, ofB is null ? "01 0e 04 06" + A : "01 0d 04 17" + A + Pin(ofB));
        hosts.Settle();
        if (status == "00")
        {
            var key = hosts.A.Take("041817" + B)[18..];
            Assert.That(hosts.B.Take("041817" + A)[18..], Is.EqualTo(key));
            Assert.That(key, Does.EndWith("00").And.Length.EqualTo(34), "a combination key");
        }

        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040603" + status + "2a00" }));
        Assert.That(hosts.B.Take(), Is.Empty);
    }

    [TestCase("00")]
    [TestCase("11")]
    public void LegacyPairing_PinLength_IsChecked(string length)
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Begin();
        hosts.A.Take("041606" + B);
        hosts.A.Send("01 0d 04 17" + B + length + new string('0', 32));
        hosts.Settle();
        hosts.A.Take("040e0a010d0412" + B);
    }

    [Test]
    public void Disconnect_InThePairing_EndsItQuietly()
    {
        var hosts = PairingSteps.Connected();
        hosts.Exchange("01 00 03", "01 00 03");
        hosts.A.Take();
        hosts.B.Take();
        hosts.Command(hosts.B, "01 06 04 03 2a 00 05");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(60));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040504002a0005" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0016" }));
        Assert.That(hosts.Radio.Loop.Faults, Is.Zero);
    }

    private static string Pin(string lengthAndDigits) =>
        lengthAndDigits.Replace(" ", string.Empty, StringComparison.Ordinal).PadRight(34, '0');
}
