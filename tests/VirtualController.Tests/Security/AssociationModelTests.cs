using HostStack.VirtualController.Security;

namespace HostStack.VirtualController.Tests.Security;

public class AssociationModelTests
{
    // Rows: the initiator; columns: the responder; display only, display yes/no, keyboard only, no input no output
    // (Core, Vol 3, Part C, 5.2.2.6, table 5.7). J just works, N numeric, i/r initiator/responder displays, k both enter.
    [TestCase(0, "JJiJ")]
    [TestCase(1, "JNiJ")]
    [TestCase(2, "rrkJ")]
    [TestCase(3, "JJJJ")]
    public void Model_EveryPairOfCapabilities_IsTheTables(int initiator, string row)
    {
        for (var responder = 0; responder < 4; responder++)
        {
            var expected = row[responder] switch
            {
                'J' => AssociationModel.JustWorks,
                'N' => AssociationModel.NumericComparison,
                'i' => AssociationModel.PasskeyInitiatorDisplays,
                'r' => AssociationModel.PasskeyResponderDisplays,
                _ => AssociationModel.PasskeyBothEnter,
            };
            Assert.That(Model(initiator, 0, 1, responder, 0, 0), Is.EqualTo(expected), $"{initiator} x {responder}");
            Assert.That(Model(initiator, 0, 0, responder, 0, 5), Is.EqualTo(expected), "one side that asks is enough");
            Assert.That(Model(initiator, 0, 4, responder, 0, 2), Is.EqualTo(AssociationModel.JustWorks), "nobody asks for protection");
            Assert.That(Model(initiator, 0, 1, responder, 2, 1), Is.EqualTo(AssociationModel.OutOfBand));
            Assert.That(Model(initiator, 1, 0, responder, 0, 0), Is.EqualTo(AssociationModel.OutOfBand));
        }
    }

    private static AssociationModel Model(int io, int oob, int auth, int peerIo, int peerOob, int peerAuth) =>
        PairingFeatures.Model(
            new PairingFeatures((byte)io, (byte)oob, (byte)auth), new PairingFeatures((byte)peerIo, (byte)peerOob, (byte)peerAuth));
}
