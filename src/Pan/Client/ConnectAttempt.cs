using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.Pan.Service;

namespace HostStack.Pan.Client;

/// <summary>How one attempt ended.</summary>
/// <param name="Refusal">Why there is no session; null where there is one, at its home.</param>
/// <param name="IsFinal">Whether another attempt would end the same.</param>
internal readonly record struct AttemptResult(SetupRefused? Refusal, bool IsFinal)
{
    public static AttemptResult Connected => default;
}

/// <summary>One attempt to become the user of a peer's network: link, security, record, channel, setup, proof. Loop
/// only.</summary>
/// <remarks>What real peers do is expected: BlueZ answers a channel request that comes right after encryption with a
/// security block that means nothing, never answers a setup for a role that it does not serve, or says yes to it and
/// closes or falls silent.</remarks>
internal sealed class ConnectAttempt
{
    private const int Probes = 3;

    private static readonly TimeSpan EarlyBlockWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AdoptionWait = TimeSpan.FromSeconds(2);

    // Longer together than the supervision timeout of 20 s: a link that only fades is the link's own affair.
    private static readonly TimeSpan ProbeWait = TimeSpan.FromSeconds(8);

    private readonly PanService _service;
    private readonly PanConnection _connection;
    private readonly PanClientOptions _options;
    private readonly LoopWaiter _wait;
    private IAclLink? _earlier;

    public ConnectAttempt(PanService service, PanConnection connection, CancellationToken cancellation)
    {
        _service = service;
        _connection = connection;
        _options = connection.Options;
        _wait = new LoopWaiter(service.Host.Loop.Timers, cancellation);
    }

    private bool HasEndedAsIdle => _earlier?.EndReason
        is HciStatus.RemoteUserTerminated or HciStatus.RemoteLowResources or HciStatus.RemotePowerOff;

    /// <summary>Runs the attempt.</summary>
    /// <exception cref="OperationCanceledException">The connection was closed meanwhile.</exception>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    /// <remarks>A peer ends a link that nobody uses (BlueZ, some seconds after pairing), maybe in the moment in which this side
    /// begins to use it. That refuses nothing: the second time the link is a new one.</remarks>
    public async Task<AttemptResult> RunAsync()
    {
        if (await RunOnLinkAsync(isFirst: true) is { } result)
        {
            return result;
        }

        _connection.BeginAttempt();
        return (await RunOnLinkAsync(isFirst: false))!.Value;
    }

    // Null where the peer ended a link that was there before, the first time.
    private async Task<AttemptResult?> RunOnLinkAsync(bool isFirst)
    {
        var (link, status) = await _wait.ForAsync(_service.Host.ConnectLinkAsync(_connection.Peer));
        if (link is null)
        {
            return Refused(null, RefusalLayer.Link, $"no link: {status}", LinkRemedy(status), null, isFinal: false, byPeer: false);
        }

        // A link that was secured was there before.
        _earlier = isFirst && link.Security.IsEncrypted ? link : null;
        var security = await SecureAsync(link);
        if (security.Shortfall != SecurityShortfall.None)
        {
            return security.Refusal is null && HasEndedAsIdle ? null : RefusedBySecurity(link, security);
        }

        if (_options.VerifyRecord && await _wait.ForAsync(_service.Host.OffersAsync(link, (ushort)_connection.RemoteRole)) == false)
        {
            return Refused(
                link, RefusalLayer.Sdp, "no such service record",
                $"Start {_connection.RemoteRole.Name()} on the peer, or choose a role from its records.", null, isFinal: true);
        }

        var peer = _service.CreateOutgoing(link, _connection.RemoteRole, _options.Bnep);
        peer.NextHome = _connection;
        var outcome = await OpenChannelAsync(link, peer);
        if (_connection.Adopted is not null)
        {
            GiveUp(peer);
            return AttemptResult.Connected;
        }

        if (outcome.IsOpen)
        {
            return await SetUpAsync(link, peer);
        }

        if (HasEndedAsIdle)
        {
            GiveUp(peer);
            return null;
        }

        return RefusedByChannel(link, peer, outcome);
    }

    private static bool IsLinkLost(in ChannelOutcome outcome) => !outcome.IsOpen
        && (outcome.Shortfall == SecurityShortfall.LinkLost || outcome.CloseReason == ChannelCloseReason.LinkLost);

    private async Task<SecurityOutcome> SecureAsync(IAclLink link)
    {
        var securing = link.SecureForServiceAsync(_options.Security);
        try
        {
            return await _wait.ForAsync(securing);
        }
        catch (OperationCanceledException)
        {
            _ = TellLateAsync(link, securing);
            throw;
        }
    }

    // What security refuses after the attempt was given up is still told: it was left to this side to tell.
    private async Task TellLateAsync(IAclLink link, Task<SecurityOutcome> securing)
    {
        try
        {
            if (await securing is { Refusal: not null } outcome)
            {
                _ = RefusedBySecurity(link, outcome);
            }
        }
        catch (ControllerUnavailableException)
        {
            // The link has ended with the controller; nothing was refused.
        }
    }

    private async Task<ChannelOutcome> OpenChannelAsync(IAclLink link, PanPeer peer)
    {
        var options = new ChannelOptions
        {
            IncomingMtu = PanService.BnepMtu,
            OutgoingMtuFloor = PanService.BnepMtu,
            Security = _options.Security,
        };
        var outcome = await ForChannelAsync(_service.Host.ConnectChannelAsync(link, Psm.Bnep, options, peer.Session), peer);
        if (outcome.Result != ConnectionResult.SecurityBlock || outcome.Shortfall != SecurityShortfall.None || !link.IsUp)
        {
            return outcome;
        }

        // A kernel that has not read the key size yet says "security block" too: it is believed the second time.
        await _wait.DelayAsync(EarlyBlockWait);
        return await ForChannelAsync(_service.Host.ConnectChannelAsync(link, Psm.Bnep, options, peer.Session), peer);
    }

    // An attempt that is given up must not leave a channel that opens later.
    private async Task<ChannelOutcome> ForChannelAsync(Task<ChannelOutcome> request, PanPeer peer)
    {
        try
        {
            return await _wait.ForAsync(request);
        }
        catch
        {
            GiveUp(peer);
            throw;
        }
    }

    // A session whose channel never opens hears nothing of its end: it is forgotten here. One that opens later closes.
    private void GiveUp(PanPeer peer)
    {
        peer.Dismiss("given up here");
        _service.Gone(peer);
    }

    private async Task<AttemptResult?> SetUpAsync(IAclLink link, PanPeer peer)
    {
        try
        {
            var outcome = await _wait.ForAsync(peer.Setup);
            if (!outcome.IsAccepted)
            {
                return HasEndedAsIdle ? null : await RefusedBySetupAsync(link, peer, outcome);
            }

            _connection.SetupAccepted();
            if (await IsProvedAsync(peer))
            {
                return AttemptResult.Connected;
            }

            return HasEndedAsIdle ? null : RefusedAfterYes(link, peer);
        }
        catch (OperationCanceledException)
        {
            peer.Dismiss("given up here");
            throw;
        }
    }

    // A success alone is not trusted. Under BlueZ 5.66 it is the kernel's, given while BlueZ finds that nobody serves the role:
    // then the channel closes, or stays and is nobody's. So the peer has to send something more: of its own accord, or what
    // every BNEP answers when it is asked.
    private async Task<bool> IsProvedAsync(PanPeer peer)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.Proved = () => told.TrySetResult();
        peer.Ended = _ => told.TrySetResult();
        if (peer.Session.IsConfirmed || peer.CloseReason is not null)
        {
            told.TrySetResult();
        }

        var isTold = await _wait.ForAsync(told.Task, _options.ConfirmationTime);
        for (var asked = 0; !isTold && asked < Probes; asked++)
        {
            // Not sent where a filter of the program's own is outstanding, which asks as well.
            _ = peer.Session.Probe();
            isTold = await _wait.ForAsync(told.Task, ProbeWait);
        }

        peer.Proved = null;
        peer.Ended = null;
        return isTold && peer.CloseReason is null;
    }

    private AttemptResult RefusedAfterYes(IAclLink link, PanPeer peer)
    {
        var role = _connection.RemoteRole.Name();
        switch (peer.CloseReason)
        {
            case null:
                peer.Dismiss("accepted, but nobody answers");
                return Refused(
                    link, RefusalLayer.Bnep, "accepted, but nobody answers",
                    $"The peer says yes to {role} but serves nobody: start that role on it.",
                    SetupResponseCode.Success, isFinal: false);
            case ChannelCloseReason.RemoteRequest:
                return Refused(
                    link, RefusalLayer.Bnep, "accepted, then closed",
                    $"The peer says yes to {role} but closes: start that role on it.",
                    SetupResponseCode.Success, isFinal: false);
            case { } reason:
                return Refused(
                    link, RefusalLayer.L2cap, $"accepted, then {PanPeer.Explain(reason)}",
                    "Try again; if it stays so, see the peer's log.", SetupResponseCode.Success, isFinal: false, byPeer: false);
        }
    }

    private async Task<AttemptResult> RefusedBySetupAsync(IAclLink link, PanPeer peer, SetupOutcome outcome)
    {
        if (outcome.Result == SetupResult.Answered
            && outcome.Code == SetupResponseCode.NotAllowed
            && _connection.RemoteRole == PanRole.Panu
            && _service.Host.Address.Value > _connection.Peer.Address.Value
            && (_service.Served & Roles.ServedRoles.Panu) != 0)
        {
            // Both sides may have begun at once; then the connection of the lower address, the peer's, arrives now.
            await _wait.ForAsync(_connection.AdoptedAsync, AdoptionWait);
        }

        peer.Dismiss("the setup was refused");
        if (_connection.Adopted is not null)
        {
            return AttemptResult.Connected;
        }

        var role = _connection.RemoteRole.Name();
        return (outcome.Result, outcome.Code) switch
        {
            (SetupResult.TimedOut, _) => Refused(
                link, RefusalLayer.Bnep, $"setup never answered ({outcome.Attempts} times asked)",
                $"The peer has no {role} that answers: start that role on it.", null, isFinal: false),
            (SetupResult.Closed, _) => Refused(
                link, RefusalLayer.Bnep, "channel closed before the answer",
                $"The peer gave no reason: see its log, and start {role} on it.", null, isFinal: false,
                byPeer: peer.CloseReason != ChannelCloseReason.LinkLost),
            (_, SetupResponseCode.NotAllowed) => Refused(
                link, RefusalLayer.Bnep, "not allowed (0x0004)",
                $"Authorize this device on the peer, and see that {role} is started there and has a free place.",
                outcome.Code, isFinal: false),
            _ => Refused(
                link, RefusalLayer.Bnep, $"setup refused (0x{(ushort)outcome.Code:X4})",
                $"The peer does not serve {role} to a PANU: choose another role.", outcome.Code, isFinal: true),
        };
    }

    private AttemptResult RefusedByChannel(IAclLink link, PanPeer peer, ChannelOutcome outcome)
    {
        GiveUp(peer);
        if (outcome.Shortfall != SecurityShortfall.None)
        {
            return RefusedBySecurity(link, new SecurityOutcome(outcome.Shortfall));
        }

        var role = _connection.RemoteRole.Name();
        return outcome.Result switch
        {
            ConnectionResult.PsmNotSupported => Refused(
                link, RefusalLayer.L2cap, "PSM not supported (result 2)",
                $"The peer serves no PAN: start {role} on it.", null, isFinal: true),
            ConnectionResult.SecurityBlock => Refused(
                link, RefusalLayer.L2cap, "security block (result 3), twice",
                "The peer does not authorize this device (or has no agent that could), is busy, or lost the bond: "
                    + "trust this device there, or pair again.", null, isFinal: false),
            ConnectionResult.NoResources => Refused(
                link, RefusalLayer.L2cap, "no resources (result 4)", "The peer is full: try again later.", null, isFinal: false),
            ConnectionResult.Success when outcome.CloseReason == ChannelCloseReason.ConfigurationFailed => Refused(
                link, RefusalLayer.L2cap, $"MTU below {PanService.BnepMtu}",
                "The peer cannot carry BNEP: its channel is too small.", null, isFinal: true),
            _ => Refused(
                link, RefusalLayer.L2cap,
                $"channel not opened ({outcome.Result}{(outcome.CloseReason is { } reason ? ", " + PanPeer.Explain(reason) : "")})",
                "Try again; if it stays so, see the peer's log.", null, isFinal: false, byPeer: !IsLinkLost(outcome)),
        };
    }

    private AttemptResult RefusedBySecurity(IAclLink link, SecurityOutcome outcome) => Refused(
        link,
        RefusalLayer.Security,
        $"link security: {outcome.Refusal?.Rule.ToString() ?? outcome.Shortfall.ToString()}",
        outcome.Refusal?.Remedy ?? SecurityRemedies.For(outcome.Shortfall),
        null,
        isFinal: !SecurityRemedies.MayPass(outcome.Shortfall),
        byPeer: false,
        outcome.Refusal?.KeyType);

    private AttemptResult Refused(
        IAclLink? link, RefusalLayer layer, string rule, string remedy, SetupResponseCode? code, bool isFinal, bool byPeer = true,
        LinkKeyType? keyType = null)
    {
        if (_service.Host.Problem is { } lost)
        {
            throw new ControllerUnavailableException(lost); // Nobody refused: what the attempt stood on is gone.
        }

        var refused = new SetupRefused(
            code, PanRole.Panu, _connection.RemoteRole, layer, rule, _connection.Peer, keyType ?? link?.Security.KeyType, remedy)
        {
            ByPeer = byPeer,
        };
        _service.Report(refused);
        return new AttemptResult(refused, isFinal);
    }

    private static string LinkRemedy(HciStatus status) => status switch
    {
        HciStatus.PageTimeout => "The peer does not answer: switch it on, bring it closer, make it connectable.",
        _ => "Try again; if it stays so, restart Bluetooth on the peer.",
    };
}
