namespace HostStack.VirtualController.Vendors;

/// <summary>How a vendor's model answers a command.</summary>
internal enum VendorAnswerKind
{
    /// <summary>Command Complete.</summary>
    Complete = 0,

    /// <summary>Command Status; the octet is the status.</summary>
    Status,

    /// <summary>A vendor event (0xFF), and nothing else.</summary>
    VendorEvent,

    /// <summary>Nothing at all.</summary>
    Silence,
}

/// <summary>An answer: its octets are the return parameters, status first, or those of the event.</summary>
internal readonly record struct VendorAnswer(VendorAnswerKind Kind, byte[] Octets)
{
    public const byte Success = 0x00;
    public const byte UnknownCommand = 0x01;
    public const byte Disallowed = 0x0C;
    public const byte InvalidParameters = 0x12;

    public static VendorAnswer Silence { get; } = new(VendorAnswerKind.Silence, []);

    public static VendorAnswer Complete(params byte[] octets) => new(VendorAnswerKind.Complete, octets);

    public static VendorAnswer Status(byte status) => new(VendorAnswerKind.Status, [status]);

    public static VendorAnswer Event(params byte[] octets) => new(VendorAnswerKind.VendorEvent, octets);
}
