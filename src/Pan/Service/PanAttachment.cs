using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;
using Microsoft.Extensions.Logging;

namespace HostStack.Pan.Service;

/// <summary>PAN on a real host: gives the service what it needs, and ends it with the host.</summary>
internal sealed class PanAttachment : IHostAttachment, IPanHost
{
    private readonly BluetoothHost _host;

    public PanAttachment(BluetoothHost host)
    {
        _host = host;
        Service = new PanService(this);
    }

    public PanService Service { get; }

    public EventLoop Loop => _host.Loop;

    public TaskScheduler Callbacks => _host.Callbacks;

    public ILoggerFactory Loggers => _host.Loggers;

    public BdAddr Address => _host.Address;

    public string? Problem => _host.Problem;

    public int Seed => unchecked(_host.Options.Seed ^ (int)_host.Address.Value);

    public void HostClosing() => Service.Dispose();

    public void Publish(HostEvent happened) => _host.Events.Publish(happened);

    public bool IsBonded(PeerAddress peer) => _host.IsBonded(peer);

    public IDisposable Listen(ServiceRegistration registration) => _host.Listen(registration);

    public IDisposable Advertise(ServiceRecordBuilder record, ushort serviceClass) => _host.Advertise(record, serviceClass);

    public IDisposable PreferCentral() => _host.PreferCentral();

    public async Task<LinkOutcome> ConnectLinkAsync(PeerAddress peer)
    {
        var outcome = await _host.ConnectLinkAsync(peer);
        return new LinkOutcome(outcome.Link, outcome.Status);
    }

    public Task<ChannelOutcome> ConnectChannelAsync(
        IAclLink link, Psm psm, ChannelOptions options, IChannelObserver observer) =>
        _host.L2cap.ConnectAsync(link, psm, options, observer);

    public async Task<bool?> OffersAsync(IAclLink link, ushort serviceClass)
    {
        var answer = await _host.BrowseAsync(link, new SdpUuid(serviceClass));
        return answer.IsSuccess ? answer.Value.Count > 0 : null;
    }
}
