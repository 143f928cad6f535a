using HostStack.Hci.Startup.Csr;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Startup.Csr;

[TestFixture]
public sealed class BccmdMessageTests
{
    // The octets that BlueZ's bdaddr sends with -t (number 0x4711), for the address 00:02:5B:00:A5:A5, whose key value CSR's
    // own files write as 0000 A5A5 005B 0002.
    private static readonly byte[] s_write =
    [
        0xC2, 0x02, 0x00, 0x0C, 0x00, 0x11, 0x47, 0x03, 0x70, 0x00, 0x00,
        0x01, 0x00, 0x04, 0x00, 0x08, 0x00,
        0x00, 0x00, 0xA5, 0xA5, 0x5B, 0x00, 0x02, 0x00,
    ];

    private static readonly byte[] s_restart =
    [
        0xC2, 0x02, 0x00, 0x09, 0x00, 0x00, 0x00, 0x02, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    [Test]
    public void WriteAddress_Octets_AreBlueZs() =>
        Assert.That(BccmdMessage.WriteAddress(0x4711, BdAddr.Parse("00:02:5B:00:A5:A5")), Is.EqualTo(s_write));

    [Test]
    public void WriteAddress_EveryOctet_HasItsPlace() =>
        Assert.That(
            BccmdMessage.WriteAddress(0, BdAddr.Parse("01:23:45:67:89:AB"))[17..],
            Is.EqualTo((byte[])[0x67, 0x00, 0xAB, 0x89, 0x45, 0x00, 0x23, 0x01]));

    [Test]
    public void Restart_Octets_AreBlueZs() => Assert.That(BccmdMessage.Restart(0), Is.EqualTo(s_restart));

    [TestCase(0)]
    [TestCase(0x0203)]
    public void Status_OfTheAnswer_IsRead(int status)
    {
        var answer = s_write.ToArray();
        (answer[1], answer[9], answer[10]) = (0x01, (byte)status, (byte)(status >> 8));
        Assert.That(BccmdMessage.Status(answer, 0x4711), Is.EqualTo((ushort)status));
        Assert.That(BccmdMessage.Status(answer, 0x4712), Is.Null, "another message's");
    }

    [Test]
    public void Status_EveryTruncationOfTheHeader_IsNoAnswer([Range(0, 10)] int length)
    {
        var answer = s_write.ToArray();
        answer[1] = 0x01;
        Assert.That(BccmdMessage.Status(answer.AsSpan(0, length), 0x4711), Is.Null);
    }

    [Test]
    public void Status_ARequestOrAnotherChannel_IsNoAnswer()
    {
        Assert.That(BccmdMessage.Status(s_write, 0x4711), Is.Null);
        var other = s_write.ToArray();
        (other[0], other[1]) = (0xC3, 0x01);
        Assert.That(BccmdMessage.Status(other, 0x4711), Is.Null);
    }
}
