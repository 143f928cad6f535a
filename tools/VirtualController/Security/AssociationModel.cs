namespace HostStack.VirtualController.Security;

/// <summary>How two devices prove that nobody is between them (Core, Vol 3, Part C, 5.2.2.6).</summary>
internal enum AssociationModel
{
    JustWorks,
    NumericComparison,
    PasskeyInitiatorDisplays,
    PasskeyResponderDisplays,
    PasskeyBothEnter,
    OutOfBand,
}

/// <summary>What a host said of itself for pairing.</summary>
/// <param name="IoCapability">0 display only, 1 display and yes/no, 2 keyboard only, 3 nothing.</param>
/// <param name="OutOfBand">0 no OOB data of the peer; 1 P-192; 2 P-256; 3 both.</param>
/// <param name="Requirements">Bit 0: protection against a man in the middle.</param>
internal readonly record struct PairingFeatures(byte IoCapability, byte OutOfBand, byte Requirements)
{
    public const byte DisplayOnly = 0;
    public const byte DisplayYesNo = 1;
    public const byte KeyboardOnly = 2;
    public const byte NoInputNoOutput = 3;

    public bool AsksProtection => (Requirements & 0x01) != 0;

    public bool IsValid => IoCapability <= NoInputNoOutput && OutOfBand <= 3 && Requirements <= 5;

    /// <summary>The model of a pairing, by the table of Core, Vol 3, Part C, 5.2.2.6 (table 5.7).</summary>
    public static AssociationModel Model(PairingFeatures initiator, PairingFeatures responder)
    {
        if (initiator.OutOfBand != 0 || responder.OutOfBand != 0)
        {
            return AssociationModel.OutOfBand;
        }

        if (!initiator.AsksProtection && !responder.AsksProtection)
        {
            return AssociationModel.JustWorks;
        }

        return (initiator.IoCapability, responder.IoCapability) switch
        {
            (NoInputNoOutput, _) or (_, NoInputNoOutput) => AssociationModel.JustWorks,
            (KeyboardOnly, KeyboardOnly) => AssociationModel.PasskeyBothEnter,
            (KeyboardOnly, _) => AssociationModel.PasskeyResponderDisplays,
            (_, KeyboardOnly) => AssociationModel.PasskeyInitiatorDisplays,
            (DisplayYesNo, DisplayYesNo) => AssociationModel.NumericComparison,

            // One side can only show: both confirm by themselves.
            _ => AssociationModel.JustWorks,
        };
    }
}
