using System.Text;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux;

/// <summary>How a TAP interface is made.</summary>
public sealed record TapOptions
{
    /// <summary>The transmit queue unless told: see <see cref="QueueLength"/>.</summary>
    public const int DefaultQueueLength = 100;

    /// <summary>The least MTU of Ethernet over Linux; IPv6 wants 1280.</summary>
    public const int LeastMtu = 68;

    /// <summary>The largest MTU that the TAP driver takes.</summary>
    public const int LargestMtu = 65521;

    private const int LongestName = 15;
    private const string Numbered = "%d";

    /// <summary>The interface's name, 15 octets at most; <c>%d</c> in it becomes the first number that is free.</summary>
    public string Name { get; init; } = "hs%d";

    /// <summary>The interface's unicast MAC address, as the network sees it: a device address with its group bit cleared
    /// (<see cref="MacAddress.AsUnicast"/>). Null: the kernel's own choice.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>The largest payload in octets.</summary>
    public int Mtu { get; init; } = EthernetFrame.StandardMtu;

    /// <summary>Frames that the kernel keeps for the network; more are dropped and counted by the interface.</summary>
    /// <remarks>The kernel's own 1000 frames of 1500 octets are 6 s of a Bluetooth link at 2 Mbit/s: no program would wait
    /// for their end. 100 are 0.6 s there, and hold two bursts of 64 KiB that TCP gives on a fast link.</remarks>
    public int QueueLength { get; init; } = DefaultQueueLength;

    /// <summary>Addresses that the interface has from the start; in a bridge, the bridge has them.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>Whether IPv6 addresses are used only after the network did not object (RFC 4862, 5.4). Without, they are
    /// there at once.</summary>
    public bool DetectDuplicates { get; init; } = true;

    /// <summary>The bridge that the interface joins; null: none.</summary>
    public string? Bridge { get; init; }

    /// <summary>Whether a bridge that does not exist is made: with this port's MAC address, without spanning tree, removed
    /// with the last port of this program in it.</summary>
    public bool CreateBridge { get; init; }

    /// <summary>The network namespace that the interface is made in, by its name or path; null: the calling thread's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Whether an interface that was made before (<c>ip tuntap add NAME mode tap user USER</c>) is used, and stays.
    /// What it has already as it should be is not set again, so that no privilege is needed then.</summary>
    public bool KeepExisting { get; init; }

    /// <summary>Whether IPv6 router advertisements are ignored, by the interface and by a bridge that a program of this kind
    /// made: without, whoever is on the network can add routes and addresses to this machine. It holds from the start for as
    /// long as the interface exists; <see cref="LinuxTapPort.Obstacles"/> tells where the system refuses.</summary>
    public bool IgnoreRouters { get; init; }

    /// <summary>Throws where the options cannot be.</summary>
    /// <exception cref="ArgumentException">One of them is wrong.</exception>
    internal void Validate()
    {
        ValidateName(Name, nameof(Name), mayBeNumbered: !KeepExisting);
        if (Bridge is not null)
        {
            ValidateName(Bridge, nameof(Bridge), mayBeNumbered: false);
        }

        if (Address is { IsMulticast: true })
        {
            throw new ArgumentException("A port's address is unicast: clear its group bit with AsUnicast.", nameof(Address));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu, LeastMtu, nameof(Mtu));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mtu, LargestMtu, nameof(Mtu));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLength, 1, nameof(QueueLength));
        foreach (var address in Addresses)
        {
            address.Validate(nameof(Addresses));
        }
    }

    private static void ValidateName(string name, string parameter, bool mayBeNumbered)
    {
        var plain = mayBeNumbered && name.IndexOf(Numbered, StringComparison.Ordinal) is >= 0 and var at ? name.Remove(at, Numbered.Length) : name;
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LongestName || name is "." or ".."
            || plain.Any(static c => c is '/' or ':' or '%' || char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new ArgumentException(
                $"'{name}' is not a name of an interface: up to {LongestName} octets without space, slash, colon and percent sign.", parameter);
        }
    }
}
