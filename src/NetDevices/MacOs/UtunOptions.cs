using HostStack.Ethernet;

namespace HostStack.NetDevices.MacOs;

/// <summary>How a utun interface of macOS is made.</summary>
public sealed record UtunOptions
{
    /// <summary>The least MTU: IPv6 wants it.</summary>
    public const int LeastMtu = 1280;

    /// <summary>The unicast MAC address that the port has on the network: a device address with its group bit cleared
    /// (<see cref="MacAddress.AsUnicast"/>). The interface itself has none.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>The longest packet in octets.</summary>
    public int Mtu { get; init; } = EthernetFrame.StandardMtu;

    /// <summary>The number of the interface, <c>5</c> for <c>utun5</c>; null takes the first that is free.</summary>
    public int? Unit { get; init; }

    /// <summary>Throws where the options cannot be.</summary>
    internal void Validate()
    {
        if (Address.IsMulticast)
        {
            throw new ArgumentException("A port's address is unicast: clear its group bit with AsUnicast.", nameof(Address));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu, LeastMtu, nameof(Mtu));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mtu, ushort.MaxValue, nameof(Mtu));
        if (Unit is { } unit)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(unit, nameof(Unit));
        }
    }
}
