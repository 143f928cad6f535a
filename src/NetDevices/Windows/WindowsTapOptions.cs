using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Windows;

/// <summary>Which TAP-Windows6 adapter becomes a port, and how.</summary>
public sealed record WindowsTapOptions
{
    /// <summary>The connection's name or the adapter's GUID in braces; null: the first that no other program has.</summary>
    public string? Adapter { get; init; }

    /// <summary>The MAC address that the adapter must have; null: whatever it has. A peer's network may take frames from the
    /// Bluetooth device address alone. The driver takes another address only through the adapter's settings.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>The largest payload in octets; not above the adapter's own setting.</summary>
    public int Mtu { get; init; } = EthernetFrame.StandardMtu;

    /// <summary>Addresses that the interface has from the start.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];
}

/// <summary>What a <see cref="WindowsTapPort"/> has carried.</summary>
/// <param name="Received">Frames that the machine got from the network.</param>
/// <param name="Transmitted">Frames that the network took from the machine.</param>
/// <param name="ReceiveDrops">Frames of the network that the driver had no room for, or that were too long.</param>
/// <param name="TransmitDrops">Frames of the machine that no network took.</param>
/// <param name="Pauses">Times that the network asked the machine to wait.</param>
public readonly record struct WindowsTapCounters(
    long Received, long Transmitted, long ReceiveDrops, long TransmitDrops, long Pauses);
