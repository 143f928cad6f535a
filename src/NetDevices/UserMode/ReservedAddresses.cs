namespace HostStack.NetDevices.UserMode;

/// <summary>IPv4 addresses, as numbers, that are no destination in the world (RFC 6890). Pure.</summary>
internal static class ReservedAddresses
{
    private const uint ThisNet = 0;
    private const uint LoopbackNet = 127;
    private const uint LinkLocalNet = 0xA9FE;
    private const uint MulticastAndAbove = 0xE000_0000;

    /// <summary>Whether a socket of this machine would reach the machine itself by it, or its own link: 0/8, 127/8 and
    /// 169.254/16.</summary>
    /// <param name="address">The address.</param>
    public static bool IsOfMachineOrLink(uint address) =>
        address >> 24 is ThisNet or LoopbackNet || address >> 16 == LinkLocalNet;

    /// <summary>Whether it is of no single machine: multicast, reserved, broadcast.</summary>
    /// <param name="address">The address.</param>
    public static bool IsMulticastOrAbove(uint address) => address >= MulticastAndAbove;
}
