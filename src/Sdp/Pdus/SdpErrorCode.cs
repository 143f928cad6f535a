namespace HostStack.Sdp.Pdus;

/// <summary>Error codes of an SDP_ErrorResponse (Core, Vol 3, Part B, 4.4.1).</summary>
public enum SdpErrorCode : ushort
{
    /// <summary>Invalid or unsupported SDP version.</summary>
    InvalidVersion = 0x0001,

    /// <summary>No such service record.</summary>
    InvalidServiceRecordHandle = 0x0002,

    /// <summary>The request is malformed.</summary>
    InvalidRequestSyntax = 0x0003,

    /// <summary>The length in the header is not that of the parameters.</summary>
    InvalidPduSize = 0x0004,

    /// <summary>The continuation state is not one that the server gave for this request.</summary>
    InvalidContinuationState = 0x0005,

    /// <summary>The server lacks the resources for an answer.</summary>
    InsufficientResources = 0x0006,
}
