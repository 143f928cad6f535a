namespace HostStack.Hci.Packets;

/// <content>Informational, status and LE commands.</content>
public readonly partial record struct OpCode
{
    private const byte InformationalParameters = 0x04;

    private const byte StatusParameters = 0x05;

    private const byte Le = 0x08;

    /// <summary>Read Local Version Information (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadLocalVersionInformation => Of(InformationalParameters, 0x0001);

    /// <summary>Read Local Supported Commands (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadLocalSupportedCommands => Of(InformationalParameters, 0x0002);

    /// <summary>Read Local Supported Features (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadLocalSupportedFeatures => Of(InformationalParameters, 0x0003);

    /// <summary>Read Local Extended Features (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadLocalExtendedFeatures => Of(InformationalParameters, 0x0004);

    /// <summary>Read Buffer Size (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadBufferSize => Of(InformationalParameters, 0x0005);

    /// <summary>Read BD_ADDR (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadBdAddr => Of(InformationalParameters, 0x0009);

    /// <summary>Read Data Block Size (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadDataBlockSize => Of(InformationalParameters, 0x000A);

    /// <summary>Read Local Supported Codecs (Informational Parameters, Core, Vol 4, Part E, 7.4).</summary>
    public static OpCode ReadLocalSupportedCodecs => Of(InformationalParameters, 0x000B);

    /// <summary>Read Link Quality (Status Parameters, Core, Vol 4, Part E, 7.5).</summary>
    public static OpCode ReadLinkQuality => Of(StatusParameters, 0x0003);

    /// <summary>Read RSSI (Status Parameters, Core, Vol 4, Part E, 7.5).</summary>
    public static OpCode ReadRssi => Of(StatusParameters, 0x0005);

    /// <summary>Read Encryption Key Size (Status Parameters, Core, Vol 4, Part E, 7.5).</summary>
    public static OpCode ReadEncryptionKeySize => Of(StatusParameters, 0x0008);

    /// <summary>LE Set Event Mask (LE Controller commands, Core, Vol 4, Part E, 7.8).</summary>
    public static OpCode LeSetEventMask => Of(Le, 0x0001);

    /// <summary>LE Read Buffer Size (LE Controller commands, Core, Vol 4, Part E, 7.8).</summary>
    public static OpCode LeReadBufferSize => Of(Le, 0x0002);

    /// <summary>LE Read Local Supported Features (LE Controller commands, Core, Vol 4, Part E, 7.8).</summary>
    public static OpCode LeReadLocalSupportedFeatures => Of(Le, 0x0003);
}
