namespace HostStack.Hci.Wire;

/// <summary>The controller's 12-bit number for a link (Core, Vol 4, Part E, 5.3).</summary>
/// <param name="Value">0x0000 to 0x0EFF.</param>
public readonly record struct ConnectionHandle(ushort Value)
{
    /// <summary>The highest handle that a controller may use.</summary>
    public const ushort Max = 0x0EFF;

    /// <summary>Four hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X4}";
}
