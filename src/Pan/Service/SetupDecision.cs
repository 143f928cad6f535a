using HostStack.Bnep.Control;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Roles;

namespace HostStack.Pan.Service;

/// <summary>Decides what a peer that asks for BNEP setup is told: roles, then place, link security, authorization. Every
/// no is one event. Loop only.</summary>
/// <remarks>
/// <para>The decision falls here, on the real roles, and not at the L2CAP channel, where the role is not known: a host
/// that refuses there can only say "security block" for whatever reason it has.</para>
/// <para>Two PANUs that connect to each other at one time make two channels. The one that the device with the lower
/// address began goes on: that device refuses the other's setup, the other one takes this session for its own
/// connection.</para>
/// </remarks>
internal sealed class SetupDecision(PanService service)
{
    public async Task RunAsync(PanPeer peer, BnepUuid destinationUuid, BnepUuid sourceUuid, CancellationToken abandoned)
    {
        var destination = RolePairs.RoleOf(destinationUuid);
        var source = RolePairs.RoleOf(sourceUuid);
        var request = new Request(peer, destination, source);
        if (Adopter(request) is { } adopter)
        {
            DecideOnSimultaneous(request, adopter);
            return;
        }

        // The other end of a connection that this side made may take other roles, as long as this side stays a user.
        var keeps = peer.Session.IsOpen && peer.Home is PanConnection;
        var code = RolePairs.Judge(destination, source, keeps ? ServedRoles.Panu : service.Served);
        if (code != SetupResponseCode.Success)
        {
            Refuse(request, code, RefusalLayer.Pan, "roles", RolesRemedy(code, destinationUuid, sourceUuid, request));
            return;
        }

        if (keeps)
        {
            peer.NextHome = peer.Home;
            peer.Session.Answer(SetupResponseCode.Success);
            return;
        }

        await DecideOnNetworkAsync(request, service.NetworkOf(destination!.Value)!, abandoned);
    }

    private async Task DecideOnNetworkAsync(Request request, PanNetwork network, CancellationToken abandoned)
    {
        var peer = request.Peer;
        var link = peer.Link!;
        if (!ChecksSecurity(request, network.Options.Security) || !ChecksPlace(request, network))
        {
            return;
        }

        var bonded = service.ProvesBond(peer);
        var outcome = await network.Gate.JudgeAsync(
            new AuthorizationRequest(peer.Peer, network.Role, request.Source!.Value, bonded, link.Security),
            abandoned);
        if (abandoned.IsCancellationRequested)
        {
            return;
        }

        if (!outcome.Allowed)
        {
            Refuse(request, SetupResponseCode.NotAllowed, RefusalLayer.Pan, $"authorization: {outcome.Rule}", outcome.Remedy);
            return;
        }

        // Others may have come while the program thought about it, and the link may have changed.
        if (!ChecksSecurity(request, network.Options.Security) || !ChecksPlace(request, network))
        {
            return;
        }

        if (network.Find(peer.Peer) is { } former && former != peer)
        {
            former.Dismiss("replaced by a new connection of the peer");
        }

        peer.NextHome = network;
        peer.AuthorizedUntil = outcome.Until;
        peer.Session.Answer(SetupResponseCode.Success);
    }

    /// <summary>BNEP has refused a request for want of an answer in time.</summary>
    public void ReportExpired(PanPeer peer, BnepUuid destination, BnepUuid source) => Report(
        new Request(peer, RolePairs.RoleOf(destination), RolePairs.RoleOf(source)),
        SetupResponseCode.NotAllowed,
        RefusalLayer.Pan,
        $"authorization: {AuthorizationGate.TooLate.Rule}",
        AuthorizationGate.TooLate.Remedy);

    private bool ChecksSecurity(Request request, SecurityRequirement requirement)
    {
        var shortfall = request.Peer.Link!.CheckSecurity(requirement);
        if (shortfall == SecurityShortfall.None)
        {
            return true;
        }

        Refuse(
            request, SetupResponseCode.NotAllowed, RefusalLayer.Security, $"link security: {shortfall}", SecurityRemedies.For(shortfall));
        return false;
    }

    private bool ChecksPlace(Request request, PanNetwork network)
    {
        if (!network.HasAddressFor(request.Peer))
        {
            Refuse(
                request,
                SetupResponseCode.NotAllowed,
                RefusalLayer.Pan,
                "address in use",
                $"The peer's network address {request.Peer.Address} is that of {network.Port.Name} or of another peer: give the "
                    + "port another address, or see who pretends to be somebody else.");
            return false;
        }

        if (network.HasPlaceFor(request.Peer.Peer))
        {
            return true;
        }

        Refuse(
            request,
            SetupResponseCode.NotAllowed,
            RefusalLayer.Pan,
            $"client limit of {network.ClientLimit}",
            network.Role == PanRole.Panu
                ? "A PANU has one peer: let it leave, or serve a GN."
                : "Let a peer leave, or raise PanServiceOptions.ClientLimit.");
        return false;
    }

    private PanConnection? Adopter(Request request) =>
        request is { Destination: PanRole.Panu, Source: PanRole.Panu, Peer.Session.IsOpen: false }
            ? service.AttemptTo(request.Peer.Peer)
            : null;

    private void DecideOnSimultaneous(Request request, PanConnection connection)
    {
        var peer = request.Peer;
        if (service.Host.Address.Value < peer.Peer.Address.Value)
        {
            Refuse(
                request,
                SetupResponseCode.NotAllowed,
                RefusalLayer.Pan,
                "simultaneous connection",
                "None needed: the connection that the device with the lower address began goes on.");
            return;
        }

        if (!ChecksSecurity(request, connection.Options.Security))
        {
            return;
        }

        peer.NextHome = connection;
        peer.Session.Answer(SetupResponseCode.Success);
    }

    private string RolesRemedy(SetupResponseCode code, BnepUuid destination, BnepUuid source, Request request) => code switch
    {
        SetupResponseCode.InvalidDestinationUuid =>
            $"The peer asks for {destination}, which is no role of the profile; it must ask for PANU, NAP or GN.",
        SetupResponseCode.InvalidSourceUuid when request.Source is { } role =>
            $"A {role.Name()} cannot be the user of a {request.Destination!.Value.Name()}; the peer must come as PANU.",
        SetupResponseCode.InvalidSourceUuid =>
            $"The peer calls itself {source}, which is no role of the profile; it must be PANU, NAP or GN.",
        _ => $"{request.Destination!.Value.Name()} is not served: serve it with ServeAsync, or let the peer ask for "
            + $"{(service.Served == ServedRoles.None ? "another device" : service.Served.ToString().ToUpperInvariant())}.",
    };

    private void Refuse(Request request, SetupResponseCode code, RefusalLayer layer, string rule, string remedy)
    {
        request.Peer.Session.Answer(code);
        Report(request, code, layer, rule, remedy);
    }

    private void Report(Request request, SetupResponseCode code, RefusalLayer layer, string rule, string remedy) =>
        service.Report(new SetupRefused(
            code, request.Destination, request.Source, layer, rule, request.Peer.Peer, request.Peer.Security.KeyType, remedy));

    private sealed record Request(PanPeer Peer, PanRole? Destination, PanRole? Source);
}
