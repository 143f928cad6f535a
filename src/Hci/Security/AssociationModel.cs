using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>How two devices convince each other while pairing (Core, Vol 1, Part A, 5.2.4; PIN: 5.1).</summary>
public enum AssociationModel : byte
{
    /// <summary>Nobody compares anything: protects against listeners, not against a man in the middle.</summary>
    JustWorks = 0,

    /// <summary>Both users compare six digits.</summary>
    NumericComparison,

    /// <summary>One user types the six digits that the other device shows, or both type the same.</summary>
    PasskeyEntry,

    /// <summary>Data that came by another way, NFC for instance.</summary>
    OutOfBand,

    /// <summary>Both sides know a PIN: pairing before Secure Simple Pairing.</summary>
    LegacyPin,
}

/// <summary>What a side does in Passkey Entry.</summary>
internal enum PasskeyPart : byte
{
    /// <summary>The model is another one.</summary>
    None = 0,

    /// <summary>Shows the digits.</summary>
    Display,

    /// <summary>Types the digits.</summary>
    Enter,
}

/// <summary>What a side said in its IO capability message.</summary>
internal readonly record struct PairingFeatures(IoCapability Io, bool HasOobData, AuthenticationRequirements Requirements)
{
    public bool WantsMitm => ((byte)Requirements & 0x01) != 0;

    public bool WantsBonding => Requirements is not (AuthenticationRequirements.NoBonding
        or AuthenticationRequirements.NoBondingMitm);
}

/// <summary>The model that two IO capability messages lead to, and each user's part in it.</summary>
/// <param name="Model">The model.</param>
/// <param name="IsAuthenticated">Whether the key will be protected against a man in the middle.</param>
/// <param name="InitiatorConfirms">Whether the initiator's user is asked to confirm (else automatic).</param>
/// <param name="ResponderConfirms">Whether the responder's user is asked to confirm (else automatic).</param>
/// <param name="Initiator">The initiator's part in Passkey Entry.</param>
/// <param name="Responder">The responder's part in Passkey Entry.</param>
internal readonly record struct Association(
    AssociationModel Model,
    bool IsAuthenticated,
    bool InitiatorConfirms = false,
    bool ResponderConfirms = false,
    PasskeyPart Initiator = PasskeyPart.None,
    PasskeyPart Responder = PasskeyPart.None)
{
    /// <summary>Numeric Comparison with automatic confirmation on both devices.</summary>
    public static readonly Association Automatic = new(AssociationModel.JustWorks, false);

    private static readonly Association OutOfBand = new(AssociationModel.OutOfBand, true);

    /// <summary>Chooses the model (Core, Vol 3, Part C, 5.2.2.6, and table 5.7).</summary>
    /// <param name="initiator">What the initiator of the pairing said.</param>
    /// <param name="responder">What the responder said.</param>
    public static Association Of(PairingFeatures initiator, PairingFeatures responder)
    {
        if (initiator.HasOobData || responder.HasOobData)
        {
            return OutOfBand;
        }

        return initiator.WantsMitm || responder.WantsMitm ? Of(initiator.Io, responder.Io) : Automatic;
    }

    /// <summary>Table 5.7: authentication stage 1 by IO capabilities, for two devices of which one wants protection.</summary>
    /// <param name="initiator">The initiator's capability.</param>
    /// <param name="responder">The responder's capability.</param>
    /// <remarks>A reserved capability counts as no input and no output: the weakest reading.</remarks>
    public static Association Of(IoCapability initiator, IoCapability responder) =>
        (Known(initiator), Known(responder)) switch
        {
            // Both users see the same digits and can say yes or no.
            (IoCapability.DisplayYesNo, IoCapability.DisplayYesNo) => new(AssociationModel.NumericComparison, true, true, true),

            // One side shows, the other types.
            (IoCapability.KeyboardOnly, IoCapability.DisplayOnly or IoCapability.DisplayYesNo) =>
                new(AssociationModel.PasskeyEntry, true, Initiator: PasskeyPart.Enter, Responder: PasskeyPart.Display),
            (IoCapability.DisplayOnly or IoCapability.DisplayYesNo, IoCapability.KeyboardOnly) =>
                new(AssociationModel.PasskeyEntry, true, Initiator: PasskeyPart.Display, Responder: PasskeyPart.Enter),

            // Two keyboards: the users agree on digits and both type them.
            (IoCapability.KeyboardOnly, IoCapability.KeyboardOnly) =>
                new(AssociationModel.PasskeyEntry, true, Initiator: PasskeyPart.Enter, Responder: PasskeyPart.Enter),

            // One user could say yes or no, but nobody vouches for the other side: unauthenticated.
            (IoCapability.DisplayYesNo, IoCapability.DisplayOnly or IoCapability.NoInputNoOutput) =>
                new(AssociationModel.JustWorks, false, InitiatorConfirms: true),
            (IoCapability.DisplayOnly or IoCapability.NoInputNoOutput, IoCapability.DisplayYesNo) =>
                new(AssociationModel.JustWorks, false, ResponderConfirms: true),

            _ => Automatic,
        };

    private static IoCapability Known(IoCapability capability) =>
        Enum.IsDefined(capability) ? capability : IoCapability.NoInputNoOutput;
}
