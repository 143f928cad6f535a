using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Packets;

/// <summary>What holds for every wire type, over the golden octets of each.</summary>
public sealed class WireFormatTests
{
    private const int RandomRounds = 300;

    private static IEnumerable<WireCase> Cases =>
        [.. LinkControlVectors.All, .. PairingVectors.All, .. PolicyVectors.All,
         .. BasebandVectors.All, .. InformationVectors.All,
         .. EventVectors.All, .. RecordVectors.All];

    [TestCaseSource(nameof(Cases))]
    public void Golden_Parsed_MeansTheValue(WireCase wire) => wire.AssertValue();

    [TestCaseSource(nameof(Cases))]
    public void Golden_WrittenBack_IsEqual(WireCase wire) =>
        Assert.That(Convert.ToHexString(wire.WriteBack(wire.Golden) ?? []), Is.EqualTo(Convert.ToHexString(wire.Golden)));

    [TestCaseSource(nameof(Cases))]
    public void Parse_EveryTruncation_IsRejected(WireCase wire)
    {
        for (var length = 0; length < wire.Golden.Length; length++)
        {
            Assert.That(wire.Parses(wire.Golden.AsSpan(0, length)), Is.EqualTo(length >= wire.OpenFrom), $"{length} octets");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Parse_TrailingOctet_IsRejected(WireCase wire) =>
        Assert.That(wire.Parses([.. wire.Golden, 0]), Is.EqualTo(wire.OpenFrom != int.MaxValue));

    [TestCaseSource(nameof(Cases))]
    public void Parse_RandomOctets_NeverThrowsAndWritesBackWhatItTakes(WireCase wire)
    {
        var seed = 20_000 + wire.Golden.Length;
        var random = new Random(seed);
        for (var round = 0; round < RandomRounds; round++)
        {
            var octets = new byte[round % 2 == 0 ? wire.Golden.Length : random.Next(0, 260)];
            random.NextBytes(octets);
            if (round % 3 == 0 && octets.Length > 0)
            {
                octets[0] = (byte)random.Next(0, 4);
            }

            if (wire.WriteBack(octets) is { } written)
            {
                Assert.That(wire.Parses(written), Is.True, $"seed {seed}, round {round}: {Convert.ToHexString(octets)}");
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Parse_OneOctetChanged_NeverThrows(WireCase wire)
    {
        for (var i = 0; i < wire.Golden.Length; i++)
        {
            foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
            {
                var octets = (byte[])wire.Golden.Clone();
                octets[i] ^= change;
                Assert.That(() => wire.WriteBack(octets), Throws.Nothing, $"octet {i}");
            }
        }
    }

    [Test]
    public void ReturnParameters_StatusAloneWithFailure_AreTaken()
    {
        foreach (var wire in Cases.Where(static wire => wire.IsReturn))
        {
            Assert.That(wire.WriteBack([(byte)HciStatus.CommandDisallowed])?[0], Is.EqualTo(0x0C), wire.ToString());
            Assert.That(wire.Parses([(byte)HciStatus.Success]), Is.EqualTo(wire.Golden.Length == 1), wire.ToString());
        }
    }

    [Test]
    public void WireTypes_OfThePackets_AllHaveGoldenOctets()
    {
        var covered = Cases.Select(static wire => wire.Type).ToHashSet();
        var missing = typeof(OpCode).Assembly.GetTypes()
            .Where(static type => type.IsValueType && type.Namespace == typeof(OpCode).Namespace && IsWireFormat(type))
            .Where(type => !covered.Contains(type))
            .Select(static type => type.Name);
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Commands_All_HaveTheirOwnCodeAndItsProperty()
    {
        var codes = new Dictionary<OpCode, Type>();
        foreach (var type in Commands())
        {
            var code = ((IHciCommand)Activator.CreateInstance(type)!).OpCode;
            var property = typeof(OpCode).GetProperty(type.Name[..^"Command".Length]);
            Assert.That(property?.GetValue(null), Is.EqualTo(code), type.Name);
            Assert.That(codes.TryAdd(code, type), Is.True, $"{type.Name} has the code of {codes[code].Name}");
        }

        var properties = typeof(OpCode).GetProperties().Count(static property => property.GetMethod!.IsStatic);
        Assert.That(codes, Has.Count.EqualTo(properties));
    }

    internal static IEnumerable<Type> Commands() =>
        typeof(OpCode).Assembly.GetTypes().Where(static type => type.IsValueType && typeof(IHciCommand).IsAssignableFrom(type));

    private static bool IsWireFormat(Type type) =>
        type.GetInterfaces().Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireFormat<>));
}
