namespace HostStack.Sdp.Elements;

/// <summary>The type in the upper five bits of a data element's descriptor (Core, Vol 3, Part B, 3.2).</summary>
public enum DataElementType : byte
{
    /// <summary>The null type; no octets.</summary>
    Nil = 0,

    /// <summary>An unsigned integer of 1, 2, 4, 8 or 16 octets.</summary>
    UnsignedInteger = 1,

    /// <summary>A two's complement integer of 1, 2, 4, 8 or 16 octets.</summary>
    SignedInteger = 2,

    /// <summary>A UUID of 2, 4 or 16 octets.</summary>
    Uuid = 3,

    /// <summary>A text string; its encoding is the record's affair, UTF-8 as a rule.</summary>
    Text = 4,

    /// <summary>A boolean of one octet.</summary>
    Boolean = 5,

    /// <summary>A sequence: all of its elements count.</summary>
    Sequence = 6,

    /// <summary>An alternative: one of its elements is to be chosen.</summary>
    Alternative = 7,

    /// <summary>A uniform resource locator.</summary>
    Url = 8,
}
