namespace HostStack.Hci.Packets;

/// <content>Controller &amp; Baseband commands.</content>
public readonly partial record struct OpCode
{
    private const byte ControllerAndBaseband = 0x03;

    /// <summary>Set Event Mask (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SetEventMask => Of(ControllerAndBaseband, 0x0001);

    /// <summary>Reset (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode Reset => Of(ControllerAndBaseband, 0x0003);

    /// <summary>Set Event Filter (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SetEventFilter => Of(ControllerAndBaseband, 0x0005);

    /// <summary>Flush (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode Flush => Of(ControllerAndBaseband, 0x0008);

    /// <summary>Read Stored Link Key (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadStoredLinkKey => Of(ControllerAndBaseband, 0x000D);

    /// <summary>Write Stored Link Key (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteStoredLinkKey => Of(ControllerAndBaseband, 0x0011);

    /// <summary>Delete Stored Link Key (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode DeleteStoredLinkKey => Of(ControllerAndBaseband, 0x0012);

    /// <summary>Write Local Name (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteLocalName => Of(ControllerAndBaseband, 0x0013);

    /// <summary>Read Local Name (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadLocalName => Of(ControllerAndBaseband, 0x0014);

    /// <summary>Read Connection Accept Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadConnectionAcceptTimeout => Of(ControllerAndBaseband, 0x0015);

    /// <summary>Write Connection Accept Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteConnectionAcceptTimeout => Of(ControllerAndBaseband, 0x0016);

    /// <summary>Read Page Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadPageTimeout => Of(ControllerAndBaseband, 0x0017);

    /// <summary>Write Page Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WritePageTimeout => Of(ControllerAndBaseband, 0x0018);

    /// <summary>Read Scan Enable (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadScanEnable => Of(ControllerAndBaseband, 0x0019);

    /// <summary>Write Scan Enable (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteScanEnable => Of(ControllerAndBaseband, 0x001A);

    /// <summary>Read Page Scan Activity (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadPageScanActivity => Of(ControllerAndBaseband, 0x001B);

    /// <summary>Write Page Scan Activity (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WritePageScanActivity => Of(ControllerAndBaseband, 0x001C);

    /// <summary>Read Inquiry Scan Activity (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadInquiryScanActivity => Of(ControllerAndBaseband, 0x001D);

    /// <summary>Write Inquiry Scan Activity (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteInquiryScanActivity => Of(ControllerAndBaseband, 0x001E);

    /// <summary>Read Authentication Enable (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadAuthenticationEnable => Of(ControllerAndBaseband, 0x001F);

    /// <summary>Write Authentication Enable (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteAuthenticationEnable => Of(ControllerAndBaseband, 0x0020);

    /// <summary>Read Class Of Device (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadClassOfDevice => Of(ControllerAndBaseband, 0x0023);

    /// <summary>Write Class Of Device (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteClassOfDevice => Of(ControllerAndBaseband, 0x0024);

    /// <summary>Read Voice Setting (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadVoiceSetting => Of(ControllerAndBaseband, 0x0025);

    /// <summary>Write Voice Setting (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteVoiceSetting => Of(ControllerAndBaseband, 0x0026);

    /// <summary>Read Automatic Flush Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadAutomaticFlushTimeout => Of(ControllerAndBaseband, 0x0027);

    /// <summary>Write Automatic Flush Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteAutomaticFlushTimeout => Of(ControllerAndBaseband, 0x0028);

    /// <summary>Read Transmit Power Level (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadTransmitPowerLevel => Of(ControllerAndBaseband, 0x002D);

    /// <summary>Set Controller To Host Flow Control (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SetControllerToHostFlowControl => Of(ControllerAndBaseband, 0x0031);

    /// <summary>Host Buffer Size (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode HostBufferSize => Of(ControllerAndBaseband, 0x0033);

    /// <summary>Host Number Of Completed Packets (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode HostNumberOfCompletedPackets => Of(ControllerAndBaseband, 0x0035);

    /// <summary>Read Link Supervision Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadLinkSupervisionTimeout => Of(ControllerAndBaseband, 0x0036);

    /// <summary>Write Link Supervision Timeout (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteLinkSupervisionTimeout => Of(ControllerAndBaseband, 0x0037);

    /// <summary>Read Number Of Supported IAC (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadNumberOfSupportedIac => Of(ControllerAndBaseband, 0x0038);

    /// <summary>Read Current IAC LAP (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadCurrentIacLap => Of(ControllerAndBaseband, 0x0039);

    /// <summary>Write Current IAC LAP (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteCurrentIacLap => Of(ControllerAndBaseband, 0x003A);

    /// <summary>Read Inquiry Scan Type (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadInquiryScanType => Of(ControllerAndBaseband, 0x0042);

    /// <summary>Write Inquiry Scan Type (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteInquiryScanType => Of(ControllerAndBaseband, 0x0043);

    /// <summary>Read Inquiry Mode (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadInquiryMode => Of(ControllerAndBaseband, 0x0044);

    /// <summary>Write Inquiry Mode (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteInquiryMode => Of(ControllerAndBaseband, 0x0045);

    /// <summary>Read Page Scan Type (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadPageScanType => Of(ControllerAndBaseband, 0x0046);

    /// <summary>Write Page Scan Type (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WritePageScanType => Of(ControllerAndBaseband, 0x0047);

    /// <summary>Read Extended Inquiry Response (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadExtendedInquiryResponse => Of(ControllerAndBaseband, 0x0051);

    /// <summary>Write Extended Inquiry Response (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteExtendedInquiryResponse => Of(ControllerAndBaseband, 0x0052);

    /// <summary>Refresh Encryption Key (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode RefreshEncryptionKey => Of(ControllerAndBaseband, 0x0053);

    /// <summary>Read Simple Pairing Mode (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadSimplePairingMode => Of(ControllerAndBaseband, 0x0055);

    /// <summary>Write Simple Pairing Mode (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteSimplePairingMode => Of(ControllerAndBaseband, 0x0056);

    /// <summary>Read Local OOB Data (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadLocalOobData => Of(ControllerAndBaseband, 0x0057);

    /// <summary>Read Inquiry Response Transmit Power Level
    /// (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadInquiryResponseTransmitPowerLevel => Of(ControllerAndBaseband, 0x0058);

    /// <summary>Read Default Erroneous Data Reporting (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadDefaultErroneousDataReporting => Of(ControllerAndBaseband, 0x005A);

    /// <summary>Write Default Erroneous Data Reporting (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteDefaultErroneousDataReporting => Of(ControllerAndBaseband, 0x005B);

    /// <summary>Enhanced Flush (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode EnhancedFlush => Of(ControllerAndBaseband, 0x005F);

    /// <summary>Send Keypress Notification (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SendKeypressNotification => Of(ControllerAndBaseband, 0x0060);

    /// <summary>Set Event Mask Page2 (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SetEventMaskPage2 => Of(ControllerAndBaseband, 0x0063);

    /// <summary>Read Flow Control Mode (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadFlowControlMode => Of(ControllerAndBaseband, 0x0066);

    /// <summary>Read LE Host Support (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadLeHostSupport => Of(ControllerAndBaseband, 0x006C);

    /// <summary>Write LE Host Support (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteLeHostSupport => Of(ControllerAndBaseband, 0x006D);

    /// <summary>Read Secure Connections Host Support (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadSecureConnectionsHostSupport => Of(ControllerAndBaseband, 0x0079);

    /// <summary>Write Secure Connections Host Support (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode WriteSecureConnectionsHostSupport => Of(ControllerAndBaseband, 0x007A);

    /// <summary>Read Local OOB Extended Data (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode ReadLocalOobExtendedData => Of(ControllerAndBaseband, 0x007D);

    /// <summary>Set Min Encryption Key Size (Controller &amp; Baseband commands, Core, Vol 4, Part E, 7.3).</summary>
    public static OpCode SetMinEncryptionKeySize => Of(ControllerAndBaseband, 0x0084);
}
