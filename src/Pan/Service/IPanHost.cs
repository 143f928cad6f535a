using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Records;
using Microsoft.Extensions.Logging;

namespace HostStack.Pan.Service;

/// <summary>What PAN needs of a host; tests give it without a controller. Loop only.</summary>
internal interface IPanHost
{
    /// <summary>The host's loop.</summary>
    EventLoop Loop { get; }

    /// <summary>Where the program's callbacks run.</summary>
    TaskScheduler Callbacks { get; }

    /// <summary>Where logs go.</summary>
    ILoggerFactory Loggers { get; }

    /// <summary>This device; zero while there is no controller.</summary>
    BdAddr Address { get; }

    /// <summary>Why there is no controller, a sentence; null while there is one.</summary>
    string? Problem => null;

    /// <summary>A number for randomness that must differ between hosts and repeat between runs.</summary>
    int Seed { get; }

    /// <summary>Tells the readers of the host's events.</summary>
    void Publish(HostEvent happened);

    /// <summary>Whether a link key of the peer is stored.</summary>
    bool IsBonded(PeerAddress peer);

    /// <summary>Listens, in this and in later epochs, until disposed.</summary>
    IDisposable Listen(ServiceRegistration registration);

    /// <summary>Offers a service record, its class in the EIR and the class of device, until disposed.</summary>
    IDisposable Advertise(ServiceRecordBuilder record, ushort serviceClass);

    /// <summary>Makes this device the central of links that peers open, until disposed.</summary>
    IDisposable PreferCentral();

    /// <summary>Gives the link to a peer, connecting it where there is none.</summary>
    /// <exception cref="Hci.Transport.ControllerUnavailableException">There is no controller.</exception>
    Task<LinkOutcome> ConnectLinkAsync(PeerAddress peer);

    /// <summary>Asks a peer for a channel.</summary>
    Task<ChannelOutcome> ConnectChannelAsync(IAclLink link, Psm psm, ChannelOptions options, IChannelObserver observer);

    /// <summary>Whether a peer's records name a service class; null where they could not be read.</summary>
    Task<bool?> OffersAsync(IAclLink link, ushort serviceClass);
}

/// <summary>How a request for a link ended.</summary>
/// <param name="Link">The link; null where there is none.</param>
/// <param name="Status">Why there is none.</param>
internal readonly record struct LinkOutcome(IAclLink? Link, HciStatus Status);
