using System.Globalization;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Six decimal digits of simple pairing: compared, shown or typed (Core, Vol 4, Part E, 7.7.42). Never printed by
/// accident: only <see cref="ToDigits"/> tells them.</summary>
public readonly record struct Passkey
{
    /// <summary>The highest value: 999999.</summary>
    public const uint Max = 999_999;

    /// <summary>Makes a passkey.</summary>
    /// <param name="value">At most <see cref="Max"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value has more than six digits.</exception>
    public Passkey(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Max);
        Value = value;
    }

    /// <summary>The digits as a number.</summary>
    public uint Value { get; }

    /// <summary>Parses six digits, or fewer where the leading ones are zero.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="passkey">The passkey.</param>
    /// <returns>Whether the text is one to six digits.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Passkey passkey)
    {
        passkey = default;
        if (text.Length > 6 || !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        passkey = new Passkey(value);
        return true;
    }

    /// <summary>The six digits, leading zeros included: for the user's eyes, not for a log.</summary>
    public string ToDigits() => Value.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Always <c>(passkey)</c>: the digits never reach a log.</summary>
    public override string ToString() => "(passkey)";

    internal static Passkey Read(ref WireReader reader)
    {
        var value = reader.U32();
        if (value > Max)
        {
            reader.Fail();
            return default;
        }

        return new Passkey(value);
    }

    internal void Write(ref WireWriter writer) => writer.U32(Value);
}
