using HostStack.Hci.Packets;

namespace HostStack.Hci.Tests.Packets;

public sealed class EirTests
{
    [Test]
    public void Information_OfBlueZ_IsRead()
    {
        var information = InquiryInformation.Read(Vectors.EirValue);
        Assert.That(information.Name, Is.EqualTo("BlueZ 5.66"));
        Assert.That(information.IsNameComplete, Is.True);
        Assert.That(information.TxPowerLevel, Is.Zero);
        Assert.That(information.DeviceId, Is.EqualTo(new EirDeviceId(2, 0x1D6B, 0x0246, 0x0542)));
        Assert.That(information.ServiceUuids, Has.Length.EqualTo(6));
        Assert.That(information.AreServicesComplete, Is.True);
        Assert.That(information.Offers(0x1116), Is.True);
        Assert.That(information.Offers(0x1117), Is.False);
        Assert.That(information.ServiceUuids[5], Is.EqualTo(Guid.Parse("00001116-0000-1000-8000-00805f9b34fb")));
    }

    [Test]
    public void Builder_WithTheSameParts_GivesTheOctetsOfBlueZ()
    {
        var data = new EirBuilder()
            .AddName("BlueZ 5.66")
            .AddTxPowerLevel(0)
            .AddDeviceId(new EirDeviceId(2, 0x1D6B, 0x0246, 0x0542))
            .AddUuids16(0x1800, 0x1801, 0x180A, 0x110E, 0x110C, 0x1116)
            .Build();
        Assert.That(data, Is.EqualTo(Vectors.EirValue));
        Assert.That(data.SignificantLength, Is.EqualTo(39));
    }

    [Test]
    public void Builder_WithWhatDoesNotFit_ShortensAndMarks()
    {
        var data = new EirBuilder()
            .AddUuids128([.. Enumerable.Range(0, 20).Select(static i => InquiryInformation.Expand((uint)i))])
            .AddName("A name that is too long")
            .AddTxPowerLevel(4)
            .Build();
        var information = InquiryInformation.Read(data);
        Assert.That(information.ServiceUuids, Has.Length.EqualTo(14));
        Assert.That(information.AreServicesComplete, Is.False);
        Assert.That(information.Name, Is.EqualTo("A name that "));
        Assert.That(information.IsNameComplete, Is.False);
        Assert.That(data.SignificantLength, Is.LessThanOrEqualTo(EirData.Size));
    }

    [Test]
    public void Builder_UuidsOfEverySize_AreReadBack()
    {
        var own = Guid.Parse("12345678-9abc-def0-1234-56789abcdef0");
        var data = new EirBuilder().AddUuids16(0x1115).AddUuids32(0x11223344).AddUuids128(own).Build();
        Assert.That(Convert.ToHexString(data.Octets[..(4 + 6 + 18)]), Is.EqualTo(
            "03031511" + "050544332211" + "1107F0DEBC9A78563412F0DEBC9A78563412"));
        Assert.That(InquiryInformation.Read(data).ServiceUuids, Is.EqualTo(new[]
        {
            InquiryInformation.Expand(0x1115), InquiryInformation.Expand(0x11223344), own,
        }));
    }

    [Test]
    public void Information_StructureThatRunsPastTheEnd_IsLeftOut()
    {
        var octets = new byte[EirData.Size];
        for (byte length = 1; length < 240; length++)
        {
            octets[0] = length;
            octets[1] = (byte)EirDataType.CompleteName;
            octets.AsSpan(2).Fill((byte)'x');
            octets[Math.Min(length + 1, EirData.Size - 1)] = 0xFF;
            var information = InquiryInformation.Read(new EirData(octets));
            Assert.That(information.Name, Has.Length.LessThan(240), $"length {length}");
        }

        Assert.That(new EirData([0xF0, 0x09]).SignificantLength, Is.Zero);
        Assert.That(new EirData([0xFF, 0x09]).SignificantLength, Is.Zero);
        Assert.That(default(EirData).SignificantLength, Is.Zero);
    }

    [Test]
    public void Information_RandomOctets_NeverThrows()
    {
        const int seed = 99;
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var octets = new byte[EirData.Size];
            random.NextBytes(octets);
            for (var i = 0; i < octets.Length; i += 1 + octets[i])
            {
                octets[i] = (byte)random.Next(0, 40);
            }

            Assert.That(() => InquiryInformation.Read(new EirData(octets)), Throws.Nothing, $"seed {seed}, round {round}");
        }
    }
}
