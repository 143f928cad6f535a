using HostStack.Hci.Loop;

namespace HostStack.L2cap.Channels;

/// <summary>Decides again on a request.</summary>
/// <param name="channel">The channel that the peer asked for.</param>
/// <param name="service">The service.</param>
/// <param name="isLast">Whether the request may not be postponed any more.</param>
/// <returns>Whether it is decided.</returns>
internal delegate bool PostponedDecision(Channel channel, ServiceRegistration service, bool isLast);

/// <summary>Requests of one link's peer that came before the link was told to be encrypted, and may have been sent after it
/// was. Each is decided again whenever the link's security changes, and for good after a short time.</summary>
internal sealed class PostponedRequests(TimerQueue timers, PostponedDecision decide)
{
    /// <summary>More than a controller's event needs to catch up with data that overtook it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly List<Request> _requests = [];

    /// <summary>Keeps a request, which the peer has been told to wait for.</summary>
    public void Add(Channel channel, ServiceRegistration service)
    {
        var request = new Request(channel, service);
        _requests.Add(request);
        request.Timer = timers.Create(() =>
        {
            _requests.Remove(request);
            Decide(request, isLast: true);
        });
        request.Timer.Arm(Patience);
    }

    /// <summary>The link's security has changed.</summary>
    public void SecurityChanged()
    {
        foreach (var request in _requests.ToArray())
        {
            if (Decide(request, isLast: false))
            {
                _requests.Remove(request);
                request.Timer?.Disarm();
            }
        }
    }

    // A channel that has ended meanwhile needs no decision.
    private bool Decide(Request request, bool isLast) =>
        request.Channel.Phase != ChannelPhase.WaitSecurity || decide(request.Channel, request.Service, isLast);

    private sealed class Request(Channel channel, ServiceRegistration service)
    {
        public Channel Channel { get; } = channel;

        public ServiceRegistration Service { get; } = service;

        public LoopTimer? Timer { get; set; }
    }
}
