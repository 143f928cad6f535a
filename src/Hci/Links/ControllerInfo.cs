using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>What bring-up learned of a controller. Of one epoch.</summary>
public sealed record ControllerInfo
{
    /// <summary>What the door tells of the device; null where it cannot tell.</summary>
    public ControllerDevice? Device { get; init; }

    /// <summary>The controller's address; zero or multicast in controllers that were never programmed.</summary>
    public BdAddr Address { get; init; }

    /// <summary>Versions and maker.</summary>
    public ReadLocalVersionInformationReturn Version { get; init; }

    /// <summary>The commands it says it supports; null where it cannot tell.</summary>
    public SupportedCommands? Commands { get; init; }

    /// <summary>Its features.</summary>
    public LmpFeatures Features { get; init; }

    /// <summary>Its buffers for ACL data, fallbacks applied.</summary>
    public AclBuffers Buffers { get; init; }

    /// <summary>Whether Secure Simple Pairing is on.</summary>
    public bool SimplePairing { get; init; }

    /// <summary>Whether Secure Connections are on.</summary>
    public bool SecureConnections { get; init; }

    /// <summary>What tells this controller from another that says it has the same address: maker, version and features of its
    /// link manager. Keys are bound to it. The subversion is part of it for Cambridge Silicon Radio alone, whose firmware is in
    /// the chip; elsewhere it is the number of a patch, and bonds outlive patches.</summary>
    public string Fingerprint => ControllerFingerprint.Of(Version, Features);

    /// <summary>The firmware that it was given by its start-up, or has already; null where it needs none.</summary>
    public string? Firmware { get; init; }

    /// <summary>What is known to be wrong with it, by its ids and versions.</summary>
    public ControllerQuirks KnownQuirks { get; init; }

    /// <summary>What was found wrong and worked around, a sentence each.</summary>
    public IReadOnlyList<string> Quirks { get; init; } = [];
}
