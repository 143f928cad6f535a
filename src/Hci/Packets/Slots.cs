namespace HostStack.Hci.Packets;

/// <summary>A time in baseband slots of 0.625 ms, as most timeouts and intervals of HCI are given.</summary>
/// <param name="Value">The number of slots.</param>
public readonly record struct Slots(ushort Value)
{
    private const long TicksPerSlot = 625 * TimeSpan.TicksPerMicrosecond;

    /// <summary>The time.</summary>
    public TimeSpan Duration => new(Value * TicksPerSlot);

    /// <summary>The slots that cover a time: rounded up, at most 0xFFFF (40.96 s), 0 for a time that is not positive.</summary>
    /// <param name="time">The time.</param>
    public static Slots From(TimeSpan time) =>
        new((ushort)Math.Clamp((time.Ticks + TicksPerSlot - 1) / TicksPerSlot, 0, ushort.MaxValue));

    /// <summary>The time in milliseconds.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value * 0.625} ms");
}

/// <summary>How far a peer's clock is from this device's (Core, Vol 4, Part E, 7.1.5): bits 16 to 2 of the difference.</summary>
/// <param name="Value">Bits 14 to 0: the difference in units of 1.25 ms. Bit 15, in commands: the offset is valid.</param>
public readonly record struct ClockOffset(ushort Value)
{
    private const ushort ValidBit = 0x8000;

    /// <summary>No offset is known.</summary>
    public static ClockOffset Unknown => default;

    /// <summary>Whether the valid bit of a command is set.</summary>
    public bool IsValid => (Value & ValidBit) != 0;

    /// <summary>The offset of an event in the form that a command wants: with the valid bit.</summary>
    public ClockOffset AsValid() => new((ushort)(Value | ValidBit));

    /// <summary>The offset in the form of an event: without the valid bit.</summary>
    public ClockOffset WithoutValidBit() => new((ushort)(Value & ~ValidBit));
}
