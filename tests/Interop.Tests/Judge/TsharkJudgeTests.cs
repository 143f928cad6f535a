using HostStack.Hci.Capture;
using HostStack.VirtualController.Time;

namespace HostStack.Interop.Tests.Judge;

/// <summary>The judge can say no.</summary>
[TestFixture]
internal sealed class TsharkJudgeTests
{
    private const string Reset = "01030c00";
    private const string ResetComplete = "040e0401030c00";
    private const string Connected = "04030b002a0042000101aa000100";
    private const string Disconnected = "040504002a0013";
    private const string FromHost = "022a000a00 0600 0100 0a010200 0200";
    private const string FromController = "022a200a00 0600 0100 0a010200 0200";
    private static readonly string[] AfterLink = ["frame 5: frame is out of any \"connection handle\" session"];

    private string _path = string.Empty;

    [SetUp]
    public void NamePath()
    {
        // Before what may end the test here: the file is removed in any case.
        _path = Path.Combine(Path.GetTempPath(), $"hs-judge-{Guid.NewGuid():N}.btsnoop");
        TsharkJudge.Require();
    }

    [TearDown]
    public void RemoveFile() => File.Delete(_path);

    /// <summary>A Connection Complete of two octets, an L2CAP request without its CID, a BNEP setup without UUIDs.</summary>
    [TestCase("04030200 0b")]
    [TestCase("022a200a00 0600 0100 02010200 0f00")]
    [TestCase("022a200700 0300 4000 010110", "022a200c00 0800 0100 02030400 0f004000", "022a001000 0c00 0100 03030800 4000 4000 0000 0000")]
    public async Task FindFaults_MalformedPacket_IsNamedWithItsFrame(string packet, params string[] before)
    {
        Write([Reset, ResetComplete, Connected, .. before, packet]);
        var faults = await TsharkJudge.FindFaultsAsync(_path);
        Assert.That(faults, Is.EqualTo(new[] { $"frame {before.Length + 4}: malformed packet (exception occurred)" }));
    }

    [Test]
    public async Task FindFaults_GoodPackets_AreNone()
    {
        Write([Reset, ResetComplete]);
        Assert.That(await TsharkJudge.FindFaultsAsync(_path), Is.Empty);
    }

    [TestCase(0, false)]
    [TestCase(99, false)]
    [TestCase(101, true)]
    [TestCase(1999, true)]
    public async Task FindFaults_HostsDataAfterTheirLink_AreAFault_UnlessTheTwoCrossed(int milliseconds, bool isFault)
    {
        WriteAfterLink(BtsnoopDatalink.H4, milliseconds, FromHost);
        Assert.That(await TsharkJudge.FindFaultsAsync(_path), isFault ? Is.EqualTo(AfterLink) : Is.Empty);
    }

    /// <summary>It may have to wait for a processor; in a guest's datalink, and in that of our captures.</summary>
    [Test]
    public async Task FindFaults_HostsDataAfterTheirLinkInRealTime_HaveLongerToCross(
        [Values(BtsnoopDatalink.LinuxMonitor, BtsnoopDatalink.H4)] BtsnoopDatalink datalink, [Values(0, 1999, 2001)] int milliseconds)
    {
        WriteAfterLink(datalink, milliseconds, FromHost);
        var faults = await TsharkJudge.FindFaultsAsync(_path, ExpertFindings.RealTimeCrossing);
        Assert.That(faults, milliseconds > 2000 ? Is.EqualTo(AfterLink) : Is.Empty);
    }

    [Test]
    public async Task FindFaults_ControllersDataAfterTheirLink_AreAFault_AtOnce(
        [Values] bool inRealTime,
        [Values(BtsnoopDatalink.LinuxMonitor, BtsnoopDatalink.H4)] BtsnoopDatalink datalink,
        [Values(0, 99)] int milliseconds)
    {
        WriteAfterLink(datalink, milliseconds, FromController);
        var faults = await TsharkJudge.FindFaultsAsync(_path, inRealTime ? ExpertFindings.RealTimeCrossing : ExpertFindings.SimulatedCrossing);
        Assert.That(faults, Is.EqualTo(AfterLink));
    }

    [Test]
    public async Task CaptureThatIsCut_WhatIsWhole_IsJudgedAndAgrees()
    {
        Write([Reset, ResetComplete, Connected, Connected]);
        await File.WriteAllBytesAsync(_path, (await File.ReadAllBytesAsync(_path))[..^5]);
        Assert.That(await TsharkJudge.FindFaultsAsync(_path), Is.Empty);
        Assert.That((await TsharkJudge.AssertAgreesAsync(_path))["bthci_evt.code"], Is.EqualTo(2));
    }

    [Test]
    public async Task FindFaults_ExpectedByTheTest_IsLeftOut()
    {
        Write([Reset, ResetComplete, "04030200 0b"]);
        var found = (await TsharkJudge.FindFaultsAsync(_path))[0];
        var message = found[(found.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        Assert.That(await TsharkJudge.FindFaultsAsync(_path, expected: message), Is.Empty);
    }

    [Test]
    public void Compare_ValueThatDiffers_OrThatOneSideHasNot_IsADifference()
    {
        var (ours, theirs) = (new DecodedFrame(7), new DecodedFrame(7));
        ours.Add("btl2cap.result", 0);
        theirs.Add("btl2cap.result", "0x0003");
        theirs.Add("btl2cap.dcid", "0x0040");
        ours.Add("bthci_evt.status", 0);
        ours.Add("btbnep.dst", "00:AA:01:00:00:42");
        theirs.Add("btbnep.dst", "00:aa:01:00:00:42");
        var (compared, differences) = (new Dictionary<string, int>(), new List<string>());

        TsharkJudge.Compare(ours, theirs, compared, differences);

        Assert.That(differences, Is.EqualTo(new[]
        {
            "frame 7, btl2cap.dcid: ours [], tshark [64]",
            "frame 7, btl2cap.result: ours [0], tshark [3]",
            "frame 7, bthci_evt.status: ours [0], tshark []",
        }));
        Assert.That(compared["btbnep.dst"], Is.EqualTo(1));
    }

    private static void Write(BtsnoopWriter writer, IEnumerable<string> packets)
    {
        foreach (var packet in packets)
        {
            var octets = Convert.FromHexString(packet.Replace(" ", string.Empty, StringComparison.Ordinal));
            var fromHost = octets[0] == 0x01 || (octets[0] == 0x02 && (octets[2] & 0x30) == 0);
            writer.Packet(fromHost ? CaptureDirection.HostToController : CaptureDirection.ControllerToHost, octets);
        }
    }

    // The last packet comes so long after the end of its link.
    private void WriteAfterLink(BtsnoopDatalink datalink, int milliseconds, string packet)
    {
        var clock = new VirtualTime();
        using var writer = BtsnoopWriter.Create(_path, clock, datalink);
        Write(writer, [Reset, ResetComplete, Connected, Disconnected]);
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Write(writer, [packet]);
    }

    private void Write(IEnumerable<string> packets)
    {
        using var writer = BtsnoopWriter.Create(_path, new VirtualTime());
        Write(writer, packets);
    }
}
