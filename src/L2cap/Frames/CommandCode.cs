namespace HostStack.L2cap.Frames;

/// <summary>Codes of signalling commands (Core, Vol 3, Part A, 4, table 4.2).</summary>
public enum CommandCode : byte
{
    /// <summary>L2CAP_COMMAND_REJECT_RSP.</summary>
    CommandReject = 0x01,

    /// <summary>L2CAP_CONNECTION_REQ.</summary>
    ConnectionRequest = 0x02,

    /// <summary>L2CAP_CONNECTION_RSP.</summary>
    ConnectionResponse = 0x03,

    /// <summary>L2CAP_CONFIGURATION_REQ.</summary>
    ConfigurationRequest = 0x04,

    /// <summary>L2CAP_CONFIGURATION_RSP.</summary>
    ConfigurationResponse = 0x05,

    /// <summary>L2CAP_DISCONNECTION_REQ.</summary>
    DisconnectionRequest = 0x06,

    /// <summary>L2CAP_DISCONNECTION_RSP.</summary>
    DisconnectionResponse = 0x07,

    /// <summary>L2CAP_ECHO_REQ.</summary>
    EchoRequest = 0x08,

    /// <summary>L2CAP_ECHO_RSP.</summary>
    EchoResponse = 0x09,

    /// <summary>L2CAP_INFORMATION_REQ.</summary>
    InformationRequest = 0x0A,

    /// <summary>L2CAP_INFORMATION_RSP.</summary>
    InformationResponse = 0x0B,

    /// <summary>L2CAP_CREATE_CHANNEL_REQ; withdrawn with AMP.</summary>
    CreateChannelRequest = 0x0C,

    /// <summary>L2CAP_CREATE_CHANNEL_RSP; withdrawn with AMP.</summary>
    CreateChannelResponse = 0x0D,

    /// <summary>L2CAP_MOVE_CHANNEL_REQ; withdrawn with AMP.</summary>
    MoveChannelRequest = 0x0E,

    /// <summary>L2CAP_MOVE_CHANNEL_RSP; withdrawn with AMP.</summary>
    MoveChannelResponse = 0x0F,

    /// <summary>L2CAP_MOVE_CHANNEL_CONFIRMATION_REQ; withdrawn with AMP.</summary>
    MoveChannelConfirmationRequest = 0x10,

    /// <summary>L2CAP_MOVE_CHANNEL_CONFIRMATION_RSP; withdrawn with AMP.</summary>
    MoveChannelConfirmationResponse = 0x11,

    /// <summary>L2CAP_CONNECTION_PARAMETER_UPDATE_REQ (LE).</summary>
    ConnectionParameterUpdateRequest = 0x12,

    /// <summary>L2CAP_CONNECTION_PARAMETER_UPDATE_RSP (LE).</summary>
    ConnectionParameterUpdateResponse = 0x13,

    /// <summary>L2CAP_LE_CREDIT_BASED_CONNECTION_REQ.</summary>
    LeCreditBasedConnectionRequest = 0x14,

    /// <summary>L2CAP_LE_CREDIT_BASED_CONNECTION_RSP.</summary>
    LeCreditBasedConnectionResponse = 0x15,

    /// <summary>L2CAP_FLOW_CONTROL_CREDIT_IND.</summary>
    FlowControlCredit = 0x16,

    /// <summary>L2CAP_CREDIT_BASED_CONNECTION_REQ.</summary>
    CreditBasedConnectionRequest = 0x17,

    /// <summary>L2CAP_CREDIT_BASED_CONNECTION_RSP.</summary>
    CreditBasedConnectionResponse = 0x18,

    /// <summary>L2CAP_CREDIT_BASED_RECONFIGURE_REQ.</summary>
    CreditBasedReconfigureRequest = 0x19,

    /// <summary>L2CAP_CREDIT_BASED_RECONFIGURE_RSP.</summary>
    CreditBasedReconfigureResponse = 0x1A,
}

/// <summary>What a command code says of its command.</summary>
public static class CommandCodes
{
    /// <summary>Whether the code is a response: such a command is never rejected, only ignored.</summary>
    /// <param name="code">The code.</param>
    public static bool IsResponse(this CommandCode code) => code is CommandCode.CommandReject
        or CommandCode.ConnectionResponse or CommandCode.ConfigurationResponse or CommandCode.DisconnectionResponse
        or CommandCode.EchoResponse or CommandCode.InformationResponse or CommandCode.CreateChannelResponse
        or CommandCode.MoveChannelResponse or CommandCode.MoveChannelConfirmationResponse
        or CommandCode.ConnectionParameterUpdateResponse or CommandCode.LeCreditBasedConnectionResponse
        or CommandCode.CreditBasedConnectionResponse or CommandCode.CreditBasedReconfigureResponse;
}
