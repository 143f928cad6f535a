using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>What this side tells of itself: only what it does (Core, Vol 3, Part A, 4.11 to 4.13).</summary>
internal static class InformationAnswers
{
    /// <summary>Fixed channels can be asked for; no mode beyond Basic, no connectionless reception.</summary>
    public const ExtendedFeatures Features = ExtendedFeatures.FixedChannels;

    /// <summary>The answer to a request; a type that is not known here is not supported.</summary>
    public static InformationResponse For(InformationType type) => type switch
    {
        InformationType.ExtendedFeatures => new(type, InformationResult.Success, (ulong)Features),
        InformationType.FixedChannels => new(type, InformationResult.Success, FixedChannels.BrEdrMask),

        // Connectionless data is dropped, so there is no MTU to state.
        _ => new(type, InformationResult.NotSupported, 0),
    };
}
