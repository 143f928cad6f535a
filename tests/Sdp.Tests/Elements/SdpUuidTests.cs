using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Tests.Elements;

[TestFixture]
public sealed class SdpUuidTests
{
    private const string NapText = "00001116-0000-1000-8000-00805f9b34fb";

    [Test]
    public void Equality_AllThreeFormsOfOneValue_AreEqual()
    {
        var shortForm = new SdpUuid((ushort)0x1116);
        var middleForm = new SdpUuid(0x00001116u);
        Assert.That(SdpUuid.TryParse(NapText, out var longForm), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(middleForm, Is.EqualTo(shortForm));
            Assert.That(longForm, Is.EqualTo(shortForm));
            Assert.That(longForm.GetHashCode(), Is.EqualTo(shortForm.GetHashCode()));
            Assert.That(new[] { shortForm.EncodedSize, middleForm.EncodedSize, longForm.EncodedSize }, Is.EqualTo(new[] { 2, 4, 16 }));
            Assert.That(longForm.Shortest.EncodedSize, Is.EqualTo(2));
        });
    }

    [Test]
    public void Short_ValueOffTheBase_IsNull()
    {
        Assert.That(SdpUuid.TryParse("00001116-0000-1000-8000-00805f9b34fc", out var uuid), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(uuid.Short, Is.Null);
            Assert.That(uuid, Is.Not.EqualTo(new SdpUuid((ushort)0x1116)));
            Assert.That(uuid.ToString(), Is.EqualTo("00001116-0000-1000-8000-00805f9b34fc"));
            Assert.That(uuid.Shortest.EncodedSize, Is.EqualTo(16));
        });
    }

    [TestCase("0x1116", "0x1116")]
    [TestCase("1116", "0x1116")]
    [TestCase("00001116", "0x1116")]
    [TestCase("0x12345678", "0x12345678")]
    [TestCase(NapText, "0x1116")]
    public void TryParse_Text_GivesTheShortestForm(string text, string expected)
    {
        Assert.That(SdpUuid.TryParse(text, out var uuid), Is.True);
        Assert.That(uuid.ToString(), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("0x")]
    [TestCase("0x123456789")]
    [TestCase("nap")]
    [TestCase("00001116-0000-1000-8000-00805f9b34f")]
    [TestCase("00001116-0000-1000-8000-00805f9b34fg")]
    public void TryParse_OtherText_IsRefused(string text) => Assert.That(SdpUuid.TryParse(text, out _), Is.False);

    [Test]
    public void TryRead_OtherLengths_AreRefused([Values(0, 1, 3, 5, 8, 15, 17)] int length) =>
        Assert.That(SdpUuid.TryRead(new byte[length], out _), Is.False);

    [Test]
    public void Default_IsTheZeroUuid() =>
        Assert.That(default(SdpUuid).ToString(), Is.EqualTo("00000000-0000-0000-0000-000000000000"));
}
