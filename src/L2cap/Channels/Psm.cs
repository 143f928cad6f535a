namespace HostStack.L2cap.Channels;

/// <summary>Protocol/Service Multiplexer: the service behind a connection request (Core, Vol 3, Part A, 4.2).</summary>
/// <param name="Value">On BR/EDR an odd least significant octet, bit 0 of the next octet clear.</param>
public readonly record struct Psm(ushort Value)
{
    /// <summary>Service Discovery Protocol.</summary>
    public static Psm Sdp => new(0x0001);

    /// <summary>Bluetooth Network Encapsulation Protocol.</summary>
    public static Psm Bnep => new(0x000F);

    /// <summary>Whether the value may stand in a BR/EDR connection request.</summary>
    public bool IsValidOnBrEdr => (Value & 0x0101) == 0x0001;

    /// <summary>Four hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X4}";
}
