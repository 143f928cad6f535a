using HostStack.VirtualController.Commands;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Controllers;

public class CommandTableTests
{
    private static readonly ControllerOptions DualMode = new() { DualMode = true };

    [Test]
    public void SupportedCommands_AreExactlyTheHandlers()
    {
        var table = CommandTable.For(DualMode);
        var expected = new byte[CommandTable.SupportedSize];
        foreach (var command in table.All.Where(static command => command.SupportedBit >= 0))
        {
            expected[command.SupportedBit / 8] |= (byte)(1 << (command.SupportedBit % 8));
        }

        Assert.That(table.Supported, Is.EqualTo(expected));
        Assert.That(table.All.Select(static command => command.SupportedBit).Where(static bit => bit >= 0), Is.Unique);
        Assert.That(table.All.Where(static command => command.SupportedBit < 0).Select(static command => command.Code),
            Is.EqualTo(new[] { CommandCode.ReadLocalSupportedCommands }));
    }

    /// <summary>Octet and bit of some commands, as Core, Vol 4, Part E, 6.27 lists them.</summary>
    [TestCase(0x0401, 0, 0)]
    [TestCase(0x0405, 0, 4)]
    [TestCase(0x0411, 1, 7)]
    [TestCase(0x0419, 2, 3)]
    [TestCase(0x080B, 5, 0)]
    [TestCase(0x0C03, 5, 7)]
    [TestCase(0x0C1A, 7, 7)]
    [TestCase(0x0C24, 9, 1)]
    [TestCase(0x0C33, 10, 6)]
    [TestCase(0x0C45, 12, 7)]
    [TestCase(0x1005, 14, 7)]
    [TestCase(0x1009, 15, 1)]
    [TestCase(0x0C52, 17, 1)]
    [TestCase(0x0C56, 17, 6)]
    [TestCase(0x042B, 18, 7)]
    [TestCase(0x042C, 19, 0)]
    [TestCase(0x0434, 20, 3)]
    [TestCase(0x1408, 20, 4)]
    [TestCase(0x0C63, 22, 2)]
    [TestCase(0x0445, 32, 1)]
    [TestCase(0x0C7A, 32, 3)]
    public void SupportedCommands_Bit_IsTheSpecifications(int code, int octet, int bit) =>
        Assert.That(CommandTable.For(DualMode).Find((ushort)code)!.SupportedBit, Is.EqualTo((8 * octet) + bit));

    [Test]
    public void SupportedCommands_Unsupported_IsGone_UnlessClaimed()
    {
        var honest = CommandTable.For(new() { UnsupportedCommands = new HashSet<ushort> { 0x1408, 0x0C46 } });
        var clone = CommandTable.For(new()
        {
            UnsupportedCommands = new HashSet<ushort> { 0x1408, 0x0C46 },
            ClaimedCommands = new HashSet<ushort> { 0x0C46 },
        });

        Assert.That(honest.Supported[20] & 0x10, Is.Zero);
        Assert.That(honest.Supported[13] & 0x01, Is.Zero);
        Assert.That(clone.Supported[20] & 0x10, Is.Zero);
        Assert.That(clone.Supported[13] & 0x01, Is.Not.Zero, "claimed, and answered as unknown");
        Assert.That(clone.Find(0x0C46), Is.Null);
    }

    [Test]
    public void EveryCommand_WithWrongOrRandomParameters_IsAnsweredOnce_AndFaultsNothing([Values(1, 2, 3)] int seed)
    {
        var hosts = new TwoHosts(a: DualMode);
        hosts.EnableSimplePairing();
        hosts.Connect();
        var random = new HostStack.VirtualController.Time.SeededRandom((ulong)seed);
        foreach (var command in CommandTable.For(DualMode).All.Where(static command => !command.Silent))
        {
            foreach (var length in new[] { 0, 1, command.Length, command.Length + 1 }.Where(static length => length >= 0).Distinct())
            {
                var parameters = random.Bytes(length);
                hosts.A.Send($"01{command.Code & 0xFF:x2}{command.Code >> 8:x2}{length:x2}{Convert.ToHexStringLower(parameters)}");
                hosts.Simulation.Settle();
                var code = $"{command.Code & 0xFF:x2}{command.Code >> 8:x2}";
                var answers = hosts.A.Take().Count(packet => command.Completes
                    ? packet.StartsWith("040e", StringComparison.Ordinal) && packet[8..12] == code
                    : packet.StartsWith("040f", StringComparison.Ordinal) && packet[10..14] == code);
                Assert.That(answers, Is.EqualTo(1), $"0x{command.Code:X4} with {length} octets, {random}");
            }
        }

        hosts.Simulation.Advance(TimeSpan.FromMinutes(2));
        Assert.That(hosts.Radio.Loop.Faults, Is.Zero, random.ToString());
    }

    [Test]
    public void UnknownCommand_IsAnsweredByCommandStatus01()
    {
        var hosts = new TwoHosts();
        hosts.A.Send("01 01 fc 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f04010101fc" }));
        Assert.That(hosts.ControllerA.Counters.UnknownCommands, Is.EqualTo(1));
    }
}
