using HostStack.Hci.Links;

namespace HostStack.Pan.Service;

/// <summary>What to do where a link does not meet a requirement.</summary>
internal static class SecurityRemedies
{
    /// <summary>The remedy, in a sentence.</summary>
    public static string For(SecurityShortfall shortfall) => shortfall switch
    {
        SecurityShortfall.NotEncrypted => "The peer must encrypt the link: pair the devices again.",
        SecurityShortfall.KeyTooShort => "Use controllers that agree on a 16-octet key, or lower the service's MinimumKeySize.",
        SecurityShortfall.KeySizeUnknown =>
            "Use a controller that can tell the key size, or set AllowUnknownKeySize if that is acceptable.",
        SecurityShortfall.NotAuthenticated =>
            "Pair again with numeric comparison, passkey or out-of-band data (an agent with a display or keys).",
        SecurityShortfall.NotSecureConnections => "Both devices need Secure Connections: pair again with devices that have it.",
        SecurityShortfall.AuthenticationFailed => "Remove the bond on both devices and pair again.",
        SecurityShortfall.PairingNotAllowed => "Open the pairing window, or pair on request of this side.",
        SecurityShortfall.LinkLost => "Bring the devices closer and try again.",
        _ => "None needed.",
    };

    /// <summary>Whether trying again can help without anybody doing something.</summary>
    public static bool MayPass(SecurityShortfall shortfall) =>
        shortfall is SecurityShortfall.None or SecurityShortfall.LinkLost or SecurityShortfall.NotEncrypted;
}
