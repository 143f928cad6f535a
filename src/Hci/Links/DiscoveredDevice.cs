using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>A device that answered an inquiry, as far as it is known by now.</summary>
public sealed record DiscoveredDevice
{
    /// <summary>Its address.</summary>
    public required BdAddr Address { get; init; }

    /// <summary>What it says it is.</summary>
    public ClassOfDevice ClassOfDevice { get; init; }

    /// <summary>How strong its last answer was, in dBm; null where the controller does not tell.</summary>
    public sbyte? Rssi { get; init; }

    /// <summary>Its name, or the beginning of it; null while it is not known.</summary>
    public string? Name { get; init; }

    /// <summary>Whether <see cref="Name"/> is the whole name.</summary>
    public bool IsNameComplete { get; init; }

    /// <summary>What it told of its services; empty where it told nothing.</summary>
    public InquiryInformation Information { get; init; } = new();
}

/// <summary>How to look for devices.</summary>
public sealed record InquiryRequest
{
    /// <summary>How long to look; counted in steps of 1.28 s, 1 to 48 of them.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10.24);

    /// <summary>End after so many devices; 0 for all.</summary>
    public byte MaximumDevices { get; init; }

    /// <summary>Look only for devices in limited discoverable mode.</summary>
    public bool Limited { get; init; }

    /// <summary>Ask devices that did not tell their name for it, one after the other, when the inquiry has ended.</summary>
    public bool ResolveNames { get; init; } = true;
}
