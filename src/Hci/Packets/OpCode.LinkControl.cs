namespace HostStack.Hci.Packets;

/// <content>Link Control commands.</content>
public readonly partial record struct OpCode
{
    private const byte LinkControl = 0x01;

    /// <summary>Inquiry (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode Inquiry => Of(LinkControl, 0x0001);

    /// <summary>Inquiry Cancel (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode InquiryCancel => Of(LinkControl, 0x0002);

    /// <summary>Create Connection (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode CreateConnection => Of(LinkControl, 0x0005);

    /// <summary>Disconnect (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode Disconnect => Of(LinkControl, 0x0006);

    /// <summary>Create Connection Cancel (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode CreateConnectionCancel => Of(LinkControl, 0x0008);

    /// <summary>Accept Connection Request (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode AcceptConnectionRequest => Of(LinkControl, 0x0009);

    /// <summary>Reject Connection Request (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RejectConnectionRequest => Of(LinkControl, 0x000A);

    /// <summary>Link Key Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode LinkKeyRequestReply => Of(LinkControl, 0x000B);

    /// <summary>Link Key Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode LinkKeyRequestNegativeReply => Of(LinkControl, 0x000C);

    /// <summary>PIN Code Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode PinCodeRequestReply => Of(LinkControl, 0x000D);

    /// <summary>PIN Code Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode PinCodeRequestNegativeReply => Of(LinkControl, 0x000E);

    /// <summary>Change Connection Packet Type (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ChangeConnectionPacketType => Of(LinkControl, 0x000F);

    /// <summary>Authentication Requested (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode AuthenticationRequested => Of(LinkControl, 0x0011);

    /// <summary>Set Connection Encryption (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode SetConnectionEncryption => Of(LinkControl, 0x0013);

    /// <summary>Change Connection Link Key (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ChangeConnectionLinkKey => Of(LinkControl, 0x0015);

    /// <summary>Remote Name Request (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RemoteNameRequest => Of(LinkControl, 0x0019);

    /// <summary>Remote Name Request Cancel (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RemoteNameRequestCancel => Of(LinkControl, 0x001A);

    /// <summary>Read Remote Supported Features (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ReadRemoteSupportedFeatures => Of(LinkControl, 0x001B);

    /// <summary>Read Remote Extended Features (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ReadRemoteExtendedFeatures => Of(LinkControl, 0x001C);

    /// <summary>Read Remote Version Information (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ReadRemoteVersionInformation => Of(LinkControl, 0x001D);

    /// <summary>Read Clock Offset (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode ReadClockOffset => Of(LinkControl, 0x001F);

    /// <summary>IO Capability Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode IoCapabilityRequestReply => Of(LinkControl, 0x002B);

    /// <summary>User Confirmation Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode UserConfirmationRequestReply => Of(LinkControl, 0x002C);

    /// <summary>User Confirmation Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode UserConfirmationRequestNegativeReply => Of(LinkControl, 0x002D);

    /// <summary>User Passkey Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode UserPasskeyRequestReply => Of(LinkControl, 0x002E);

    /// <summary>User Passkey Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode UserPasskeyRequestNegativeReply => Of(LinkControl, 0x002F);

    /// <summary>Remote OOB Data Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RemoteOobDataRequestReply => Of(LinkControl, 0x0030);

    /// <summary>Remote OOB Data Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RemoteOobDataRequestNegativeReply => Of(LinkControl, 0x0033);

    /// <summary>IO Capability Request Negative Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode IoCapabilityRequestNegativeReply => Of(LinkControl, 0x0034);

    /// <summary>Remote OOB Extended Data Request Reply (Link Control commands, Core, Vol 4, Part E, 7.1).</summary>
    public static OpCode RemoteOobExtendedDataRequestReply => Of(LinkControl, 0x0045);
}
