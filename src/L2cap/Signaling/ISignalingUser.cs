using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Signaling;

/// <summary>What a signalling channel hands on: whole, well-formed commands. Views are borrowed for the call.</summary>
internal interface ISignalingUser
{
    /// <summary>The peer asks for a channel.</summary>
    void ConnectionRequested(byte identifier, ConnectionRequest request);

    /// <summary>The peer answers this side's request for a channel.</summary>
    void ConnectionAnswered(IRequester requester, ConnectionResponse response);

    /// <summary>The peer configures a channel.</summary>
    void ConfigurationRequested(byte identifier, ConfigurationRequest request);

    /// <summary>The peer answers this side's configuration.</summary>
    void ConfigurationAnswered(IRequester requester, ConfigurationResponse response);

    /// <summary>The peer ends a channel.</summary>
    void DisconnectionRequested(byte identifier, DisconnectionRequest request);

    /// <summary>The peer confirms the end of a channel.</summary>
    void DisconnectionAnswered(IRequester requester, DisconnectionResponse response);
}
