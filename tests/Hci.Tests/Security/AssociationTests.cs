using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.Hci.Tests.Security;

/// <summary>Core, Vol 3, Part C, table 5.7, row by row, and the rules above it.</summary>
[TestFixture]
public sealed class AssociationTests
{
    // Columns: DisplayOnly, DisplayYesNo, KeyboardOnly, NoInputNoOutput, and a reserved value (0x04), each as initiator.
    // J automatic on both; Ji / Jr confirmed by initiator / responder only; N numeric; Pi / Pr typed by initiator /
    // responder; PP typed by both.
    private static readonly string[] Golden =
    [
        /* DisplayOnly     */ "J  Ji Pi J  J",
        /* DisplayYesNo    */ "Jr N  Pi Jr Jr",
        /* KeyboardOnly    */ "Pr Pr PP J  J",
        /* NoInputNoOutput */ "J  Ji J  J  J",
        /* reserved        */ "J  Ji J  J  J",
    ];

    [Test]
    public void Of_EveryPairOfCapabilities_IsTable57([Range(0, 4)] int initiator, [Range(0, 4)] int responder)
    {
        var expected = Golden[responder].Split(' ', StringSplitOptions.RemoveEmptyEntries)[initiator] switch
        {
            "J" => new Association(AssociationModel.JustWorks, false),
            "Ji" => new Association(AssociationModel.JustWorks, false, InitiatorConfirms: true),
            "Jr" => new Association(AssociationModel.JustWorks, false, ResponderConfirms: true),
            "N" => new Association(AssociationModel.NumericComparison, true, true, true),
            "Pi" => new Association(AssociationModel.PasskeyEntry, true, false, false, PasskeyPart.Enter, PasskeyPart.Display),
            "Pr" => new Association(AssociationModel.PasskeyEntry, true, false, false, PasskeyPart.Display, PasskeyPart.Enter),
            _ => new Association(AssociationModel.PasskeyEntry, true, false, false, PasskeyPart.Enter, PasskeyPart.Enter),
        };

        Assert.That(Association.Of((IoCapability)initiator, (IoCapability)responder), Is.EqualTo(expected));
    }

    [TestCase(0x04, 0x04, AssociationModel.JustWorks)]
    [TestCase(0x05, 0x04, AssociationModel.NumericComparison)]
    [TestCase(0x04, 0x05, AssociationModel.NumericComparison)]
    [TestCase(0x02, 0x00, AssociationModel.JustWorks)]
    [TestCase(0x01, 0x00, AssociationModel.NumericComparison)]
    public void Of_TwoDisplays_ComparesWhereOneSideAsksForProtection(int initiator, int responder, AssociationModel model)
    {
        var association = Association.Of(Features(initiator), Features(responder));
        Assert.That(association.Model, Is.EqualTo(model));
        Assert.That(association.IsAuthenticated, Is.EqualTo(model != AssociationModel.JustWorks));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(true, true)]
    public void Of_OobDataOnEitherSide_IsOutOfBand(bool initiator, bool responder)
    {
        var association = Association.Of(
            Features(0x04) with { HasOobData = initiator }, Features(0x05) with { HasOobData = responder });
        Assert.That(association, Is.EqualTo(new Association(AssociationModel.OutOfBand, true)));
    }

    [TestCase(0x00, false)]
    [TestCase(0x01, false)]
    [TestCase(0x02, true)]
    [TestCase(0x03, true)]
    [TestCase(0x04, true)]
    [TestCase(0x05, true)]
    public void WantsBonding_OfEveryRequirement_IsAsTheValueSays(int requirements, bool wants) =>
        Assert.That(Features(requirements).WantsBonding, Is.EqualTo(wants));

    // bond, dedicated, must be protected, own capability, peer's message (or -1 twice) -> the octet of our message.
    [TestCase(true, false, false, IoCapability.NoInputNoOutput, -1, -1, 0x04)]
    [TestCase(true, true, false, IoCapability.NoInputNoOutput, -1, -1, 0x02)]
    [TestCase(false, false, false, IoCapability.NoInputNoOutput, -1, -1, 0x00)]
    [TestCase(true, false, false, IoCapability.DisplayYesNo, -1, -1, 0x05)]
    [TestCase(true, false, false, IoCapability.DisplayYesNo, 0x03, 0x04, 0x04)]
    [TestCase(true, false, true, IoCapability.DisplayYesNo, 0x03, 0x04, 0x05)]
    [TestCase(true, false, false, IoCapability.DisplayYesNo, 0x01, 0x03, 0x03)]
    [TestCase(true, false, false, IoCapability.NoInputNoOutput, 0x01, 0x03, 0x02)]
    [TestCase(true, false, false, IoCapability.NoInputNoOutput, 0x01, 0x01, 0x00)]
    public void Requirements_OfEachSituation_AreAsked(
        bool bond, bool dedicated, bool mitm, IoCapability io, int peerIo, int peerRequirements, int expected)
    {
        PairingFeatures? peer = peerIo < 0
            ? null
            : new PairingFeatures((IoCapability)peerIo, false, (AuthenticationRequirements)peerRequirements);
        Assert.That((byte)PairingConsent.Requirements(bond, dedicated, mitm, io, peer), Is.EqualTo(expected));
    }

    private static PairingFeatures Features(int requirements) =>
        new(IoCapability.DisplayYesNo, false, (AuthenticationRequirements)requirements);
}
