namespace HostStack.Hci.Packets;

/// <summary>An HCI command's code: group in the top 6 bits, command in the low 10 (Core, Vol 4, Part E, 5.4.1).</summary>
/// <param name="Value">The 16-bit code; 0 is no command and only refills command credits.</param>
public readonly partial record struct OpCode(ushort Value)
{
    /// <summary>Makes a code of its two parts.</summary>
    /// <param name="group">OGF.</param>
    /// <param name="command">OCF.</param>
    public static OpCode Of(byte group, ushort command) => new((ushort)((group << 10) | command));

    /// <summary>OGF.</summary>
    public byte Group => (byte)(Value >> 10);

    /// <summary>OCF.</summary>
    public ushort Command => (ushort)(Value & 0x3FF);

    /// <summary>Group and command as hcidump prints them.</summary>
    public override string ToString() => $"0x{Group:X2}|0x{Command:X4}";
}
