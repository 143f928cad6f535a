using HostStack.Hci.Capture;
using HostStack.Hci.Packets;
using HostStack.Hci.Tests.Packets;

namespace HostStack.Hci.Tests.Capture;

/// <summary>Real traffic of BlueZ and the Linux kernel, read with our reader and our wire types.</summary>
public sealed class CaptureFileTests
{
    private static readonly (string Name, int Records)[] Files =
    [
        ("bad-dest.server", 209), ("gn-accepted-agent.server", 243), ("gn-refused.server", 184), ("nap-accepted.client", 350),
        ("nap-accepted.server", 276), ("panu-refused.server", 175),
    ];

    private static IEnumerable<string> Names => Files.Select(static file => file.Name);

    [Test]
    public void Captures_AllOfTheFolder_AreListedHere() =>
        Assert.That(
            Directory.GetFiles(Folder, "*.btsnoop").Select(Path.GetFileNameWithoutExtension),
            Is.EquivalentTo(Names));

    [TestCaseSource(nameof(Names))]
    public void Capture_OfBlueZ_IsReadToItsEnd(string name)
    {
        using var reader = Open(name);
        var records = reader.ReadAll().ToList();
        Assert.That(reader.Problem, Is.Null);
        Assert.That(reader.Datalink, Is.EqualTo(BtsnoopDatalink.LinuxMonitor));
        Assert.That(records, Has.Count.EqualTo(Files.Single(file => file.Name == name).Records));
        Assert.That(records.Select(static record => record.Timestamp.Year), Is.All.EqualTo(2026));
        Assert.That(records.Any(static record => record.Note?.OpCode == MonitorOpCode.NewIndex));
    }

    [TestCaseSource(nameof(Names))]
    public void Capture_EveryPacket_ParsesWithItsWireType(string name)
    {
        using var reader = Open(name);
        var complaints = reader.ReadAll()
            .Where(static record => record.IsPacket)
            .Select(static record => KnownPackets.Complain(record.Packet.Span))
            .Where(static complaint => complaint is not null);
        Assert.That(complaints, Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void Capture_DirectionOfEveryPacket_IsThatOfItsType(string name)
    {
        using var reader = Open(name);
        foreach (var record in reader.ReadAll().Where(static record => record.IsPacket))
        {
            Assert.That(record.IsCut, Is.False);
            if (record.Type is H4PacketType.Command or H4PacketType.Event)
            {
                Assert.That(
                    record.Direction == CaptureDirection.HostToController,
                    Is.EqualTo(record.Type == H4PacketType.Command));
            }
        }
    }

    [Test]
    public void Capture_PairingOfTheServer_HasWhatHappenedInIt()
    {
        using var reader = Open("nap-accepted.server");
        var keys = new List<LinkKeyNotificationEvent>();
        foreach (var record in reader.ReadAll().Where(static record => record.Type == H4PacketType.Event))
        {
            if (EventPacket.TryParse(record.Packet.Span[1..], out var packet)
                && packet.Code == EventCode.LinkKeyNotification
                && LinkKeyNotificationEvent.TryParse(packet.Parameters, out var key))
            {
                keys.Add(key);
            }
        }

        Assert.That(keys, Has.Count.EqualTo(1));
        Assert.That(keys[0].Address.ToString(), Is.EqualTo("00:AA:01:01:00:42"));
        Assert.That(keys[0].KeyType, Is.EqualTo(Hci.Links.LinkKeyType.UnauthenticatedP256));
        Assert.That(keys[0].ToString(), Does.Contain("(link key)"));
    }

    [Test]
    public void KnownPackets_EveryEventCodeOfTheEnum_HasATypeButVendor() =>
        Assert.That(KnownPackets.EventCount, Is.EqualTo(Enum.GetValues<EventCode>().Length - 1));

    private static string Folder =>
        Path.Combine(Path.GetDirectoryName(typeof(CaptureFileTests).Assembly.Location)!, "vectors", "captures");

    private static BtsnoopReader Open(string name) => BtsnoopReader.Open(Path.Combine(Folder, name + ".btsnoop"));
}
