using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security;

/// <summary>One BR/EDR link as the security layer sees it. Loop only.</summary>
internal interface ISecuredLink
{
    /// <summary>The controller's number for the link, of this epoch.</summary>
    ConnectionHandle Handle { get; }

    /// <summary>Who is at the other end.</summary>
    PeerAddress Peer { get; }

    /// <summary>What the link can prove at this moment. Setting another value tells the layers above.</summary>
    LinkSecurity Security { get; set; }

    /// <summary>Whether the peer's host supports Secure Simple Pairing; null while its features are not known.</summary>
    bool? PeerHostSupportsSsp { get; }

    /// <summary>Whether the peer's controller <b>and</b> host support Secure Connections; null while not known.</summary>
    bool? PeerSupportsSecureConnections { get; }

    /// <summary>Ends, always successfully, when the peer's features have been read, could not be read, or the link
    /// ended.</summary>
    Task FeaturesKnown { get; }

    /// <summary>Whether this device paged the peer.</summary>
    bool IsInitiator { get; }

    /// <summary>Whether the link is up; false for ever after its end.</summary>
    bool IsUp { get; }

    /// <summary>Asks the controller to end the link at once, what is queued dropped; <c>LinkSecurityCoordinator.LinkClosed</c> follows.</summary>
    /// <param name="reason">The reason that the peer is told.</param>
    void Disconnect(HciStatus reason);
}
