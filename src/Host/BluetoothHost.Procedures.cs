using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.L2cap;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Host;

/// <content>What a program does with a host.</content>
public sealed partial class BluetoothHost
{
    private IDisposable? _window;
    private int _centralWanted;
    private Hci.Loop.LoopTimer? _windowTimer;

    /// <summary>Looks for devices.</summary>
    /// <param name="request">For how long, and whether names are asked for; null: the defaults.</param>
    /// <param name="found">Told of each device on the callback scheduler, and again when its name is known.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The devices that answered.</returns>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<IReadOnlyList<DiscoveredDevice>> InquireAsync(
        InquiryRequest? request = null, Action<DiscoveredDevice>? found = null, CancellationToken cancellationToken = default) =>
        Loop.RunAsync(() => _hci.InquireAsync(
            request ?? new InquiryRequest(),
            found is null ? null : device => Call(() => found(device)),
            cancellationToken));

    /// <summary>Asks a device for its name.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<RemoteNameOutcome> RequestNameAsync(PeerAddress peer, CancellationToken cancellationToken = default) =>
        Loop.RunAsync(() => _hci.RequestNameAsync(peer.Address, cancellationToken));

    /// <summary>Gives the link to a peer, connecting it where there is none. The link itself is for use on the loop.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The link, or why there is none.</returns>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<ConnectOutcome> ConnectLinkAsync(PeerAddress peer, CancellationToken cancellationToken = default) =>
        Loop.RunAsync(() => _hci.ConnectAsync(peer.Address, cancellationToken));

    /// <summary>Ends the link to a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>False where there is none.</returns>
    public Task<bool> DisconnectLinkAsync(PeerAddress peer) =>
        Loop.InvokeAsync(() =>
        {
            var link = _hci.Links.FirstOrDefault(link => link.Peer == peer);
            link?.Disconnect(HciStatus.RemoteUserTerminated);
            return link is not null;
        });

    /// <summary>Pairs with a peer; authenticates where the devices are bonded already.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="requirement">What the link must prove afterwards; null: the stack's default.</param>
    /// <param name="cancellationToken">Ends the wait for the link.</param>
    /// <returns>How it ended; a peer that is not there is <see cref="SecurityShortfall.LinkLost"/> with the status.</returns>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<PairingOutcome> PairAsync(
        PeerAddress peer, SecurityRequirement? requirement = null, CancellationToken cancellationToken = default) =>
        Loop.RunAsync(() => _hci.PairAsync(peer.Address, requirement, cancellationToken));

    /// <summary>Lets peers pair for a time. A second call sets the time anew.</summary>
    /// <param name="duration">How long.</param>
    public Task OpenPairingWindowAsync(TimeSpan duration) =>
        Loop.InvokeAsync(() =>
        {
            var opening = _hci.OpenPairingWindow(duration);
            _window?.Dispose();
            _window = opening;
            _windowTimer ??= Loop.Timers.Create(CloseWindow);
            _windowTimer.Arm(duration);
            Events.Publish(new PairingWindowChanged(true));
            return true;
        });

    /// <summary>Ends the time in which peers may pair. Idempotent.</summary>
    public Task ClosePairingWindowAsync() =>
        Loop.InvokeAsync(() =>
        {
            CloseWindow();
            return true;
        });

    /// <summary>Reads the service records of a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="pattern">A UUID that stands in the records; null: the public browse group.</param>
    /// <param name="cancellationToken">Ends the wait for the link.</param>
    /// <returns>The records, or why there are none.</returns>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<SdpResult<IReadOnlyList<ServiceRecord>>> BrowseAsync(
        PeerAddress peer, SdpUuid? pattern = null, CancellationToken cancellationToken = default) =>
        Loop.RunAsync(async () =>
        {
            var outcome = await _hci.ConnectAsync(peer.Address, cancellationToken);
            var records = outcome.Link is { } link
                ? await BrowseAsync(link, pattern ?? KnownUuid.PublicBrowseRoot)
                : new SdpResult<IReadOnlyList<ServiceRecord>>(SdpOutcome.ChannelClosed, null);
            return records.IsSuccess || _problem is null ? records : throw new ControllerUnavailableException(_problem);
        });

    /// <summary>Reads the service records of the peer of a link. Loop only.</summary>
    /// <param name="link">The link.</param>
    /// <param name="pattern">A UUID that stands in the records.</param>
    public async Task<SdpResult<IReadOnlyList<ServiceRecord>>> BrowseAsync(IAclLink link, SdpUuid pattern)
    {
        var client = new SdpClient(Loop.Timers);
        var options = new ChannelOptions { Security = SecurityRequirement.None };
        var outcome = await L2cap.ConnectAsync(link, Psm.Sdp, options, client);
        if (outcome.Channel is not { } channel)
        {
            return new SdpResult<IReadOnlyList<ServiceRecord>>(SdpOutcome.ChannelClosed, null);
        }

        try
        {
            return await client.SearchAttributesAsync([pattern]);
        }
        finally
        {
            channel.Disconnect();
        }
    }

    /// <summary>Removes the bond with a peer, durably, and ends the link that stands on it.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="Hci.Security.Keys.KeyStoreException">The store cannot be written.</exception>
    public Task<bool> RemoveBondAsync(PeerAddress peer) => Loop.RunAsync(() => _hci.RemoveBondAsync(peer));

    /// <summary>The bonds of the controller that is in use.</summary>
    public Task<IReadOnlyList<BondInfo>> GetBondsAsync() => Loop.InvokeAsync(ReadBonds);

    /// <summary>Has the controller make new out-of-band data of this device, to be carried to a peer by another way.</summary>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<OobData> ReadLocalOobDataAsync() => Loop.RunAsync(_hci.ReadLocalOobDataAsync);

    /// <summary>Says whether inquiries find the device and others may connect. Kept when the controller is opened again.</summary>
    /// <param name="discoverable">Whether inquiries find it.</param>
    /// <param name="connectable">Whether others may connect.</param>
    /// <exception cref="ControllerUnavailableException">There is no controller; the wish is kept.</exception>
    public Task<HciStatus> SetDiscoverableAsync(bool discoverable, bool connectable = true) =>
        Loop.RunAsync(() => _hci.SetScanAsync(discoverable, connectable));

    /// <summary>Reads everything about the host that a person may want to see.</summary>
    public Task<HostStatus> GetStatusAsync() =>
        Loop.InvokeAsync(() => new HostStatus(
            Uri,
            _hci.State,
            _epoch,
            _hci.Controller,
            _options.Name,
            _hci.Options.Discoverable,
            _hci.Options.Connectable,
            _hci.IsPairingWindowOpen,
            [.. _hci.Links.Select(link => new LinkStatus(link.Peer, link.Role, link.Security, L2cap.ChannelCount(link)))],
            ReadBonds(),
            _services.Psms,
            _services.ServiceClasses)
        {
            Problem = _problem,
            Warning = _bondsWarning,
            FreeBuffers = _hci.State == HciHostState.Open ? _hci.FreeBuffers : 0,
            Counters = _hci.Counters,
        });

    /// <summary>Whether a link key of a peer is stored. Loop only.</summary>
    /// <param name="peer">The peer.</param>
    public bool IsBonded(PeerAddress peer) => _hci.Bonds.Any(row => row.Id.Peer == peer);

    /// <summary>Serves a PSM until the result is disposed, through losses of the controller. Loop only.</summary>
    /// <param name="registration">The service.</param>
    /// <exception cref="InvalidOperationException">Another service has the PSM.</exception>
    public IDisposable Listen(ServiceRegistration registration) => _services.Listen(registration);

    /// <summary>Offers a service: its record, its class in the extended inquiry response and in the class of device, until
    /// the result is disposed. Loop only.</summary>
    /// <param name="record">The record.</param>
    /// <param name="serviceClass">The 16-bit service class.</param>
    public IDisposable Advertise(ServiceRecordBuilder record, ushort serviceClass) => _services.Advertise(record, serviceClass);

    /// <summary>Makes this device the central of links that peers open, as a server with several clients should be, until
    /// the result is disposed. Loop only.</summary>
    public IDisposable PreferCentral()
    {
        _centralWanted++;
        return new Release(() => _centralWanted--);
    }

    private ConnectionDecision Admit(IncomingConnection incoming)
    {
        var decision = _options.Hci.Admit?.Invoke(incoming) ?? ConnectionDecision.Accept();
        return decision is { IsAccepted: true, Role: null } && _centralWanted > 0
            ? ConnectionDecision.Accept(LinkRole.Central)
            : decision;
    }

    private IReadOnlyList<BondInfo> ReadBonds() =>
        [.. _hci.Bonds.Select(static row => new BondInfo(row.Id.Peer, row.Type, row.Name))];

    private void CloseWindow()
    {
        if (_window is { } window)
        {
            _window = null;
            _windowTimer?.Disarm();
            window.Dispose();
            Events.Publish(new PairingWindowChanged(false));
        }
    }

    private void Call(Action callback) =>
        _ = Task.Factory.StartNew(callback, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Callbacks);

    // What this side asked for itself is told by its result; peers that are refused are told by an event.
    private void ReportRefused(L2capRefusal refusal)
    {
        if (!refusal.IsOutgoing)
        {
            Events.Publish(new Refused(
                refusal.Cause is null ? RefusalLayer.L2cap : RefusalLayer.Security,
                refusal.Cause is { } cause ? $"link security: {cause.Rule}" : refusal.Rule.ToString(),
                refusal.Peer,
                $"PSM {refusal.Psm}",
                refusal.KeyType,
                refusal.Remedy));
        }
    }

    private sealed class Release(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
    }
}
