using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Takes the controller's events about links and gives them to the links they name. What names no link, or does
/// not fit it, is counted and ignored: the controller is not trusted either.</summary>
internal sealed class LinkEvents(LinkSet links)
{
    private const int MaximumStrays = 16;

    private readonly LinkContext _context = links.Context;
    private readonly HashSet<ConnectionHandle> _strays = [];

    /// <summary>Takes an event.</summary>
    /// <returns>Whether it is one about links.</returns>
    public bool Handle(EventCode code, ReadOnlySpan<byte> parameters)
    {
        bool? fits = code switch
        {
            EventCode.ConnectionRequest => ConnectionRequestEvent.TryParse(parameters, out var request) ? Take(request) : null,
            EventCode.ConnectionComplete => ConnectionCompleteEvent.TryParse(parameters, out var complete) ? Take(complete) : null,
            EventCode.DisconnectionComplete =>
                DisconnectionCompleteEvent.TryParse(parameters, out var ended) ? Take(ended) : null,
            EventCode.RoleChange => RoleChangeEvent.TryParse(parameters, out var role) ? Take(role) : null,
            EventCode.ReadRemoteSupportedFeaturesComplete =>
                ReadRemoteSupportedFeaturesCompleteEvent.TryParse(parameters, out var first) ? Take(first) : null,
            EventCode.ReadRemoteExtendedFeaturesComplete =>
                ReadRemoteExtendedFeaturesCompleteEvent.TryParse(parameters, out var later) ? Take(later) : null,
            EventCode.RemoteHostSupportedFeatures =>
                RemoteHostSupportedFeaturesEvent.TryParse(parameters, out var host) ? Take(host) : null,
            _ => true,
        };
        if (fits is null)
        {
            _context.Counters.MalformedEvents++;
        }
        else if (!fits.Value)
        {
            _context.Counters.IgnoredLinkEvents++;
            LinkLog.EventIgnored(_context.Log, code);
        }

        return IsAboutLinks(code);
    }

    private static bool IsAboutLinks(EventCode code) => code is
        EventCode.ConnectionRequest or EventCode.ConnectionComplete or EventCode.DisconnectionComplete or EventCode.RoleChange
        or EventCode.ReadRemoteSupportedFeaturesComplete or EventCode.ReadRemoteExtendedFeaturesComplete
        or EventCode.RemoteHostSupportedFeatures;

    private bool Take(in ConnectionRequestEvent request)
    {
        var existing = links.Find(request.Address);
        if (request.LinkType != LinkType.Acl || !links.IsAdmitting)
        {
            links.Reject(request.Address, HciStatus.RejectedLimitedResources);
        }
        else if (request.Address.IsZero || request.Address == _context.Controller.Address)
        {
            // Who claims this device's own address wants to be taken for it (CVE-2020-26555).
            links.Reject(request.Address, HciStatus.RejectedBdAddr);
        }
        else if (existing is not null && existing.Phase == LinkPhase.Accepting)
        {
            return false;
        }
        else if (existing is null && !links.HasRoom)
        {
            links.Reject(request.Address, HciStatus.RejectedLimitedResources);
        }
        else
        {
            Decide(request);
        }

        return true;
    }

    private void Decide(in ConnectionRequestEvent request)
    {
        var incoming = new IncomingConnection(request.Address, request.ClassOfDevice, links.All.Count);
        var decision = _context.Options.Admit?.Invoke(incoming) ?? ConnectionDecision.Accept();
        if (decision.IsAccepted)
        {
            links.Request(request.Address, decision.Role);
        }
        else
        {
            links.Reject(request.Address, decision.Reason);
        }
    }

    private bool Take(in ConnectionCompleteEvent complete)
    {
        if (complete.LinkType != LinkType.Acl)
        {
            return false;
        }

        if (links.Find(complete.Address) is not { } link)
        {
            EndStray(complete);
            return false;
        }

        if (complete.Status == HciStatus.Success)
        {
            return links.Complete(link, complete.Handle, complete.EncryptionEnabled);
        }

        links.Apply(link, LinkInput.AttemptFailed, complete.Status);
        return true;
    }

    // A link that came up after it was given up would hold a place in the controller for ever. A controller that makes
    // such links up is not obeyed without end.
    private void EndStray(in ConnectionCompleteEvent complete)
    {
        var handle = complete.Handle;
        if (complete.Status == HciStatus.Success && links.Find(handle) is null && _strays.Count < MaximumStrays
            && _strays.Add(handle))
        {
            _context.Post(
                new DisconnectCommand(handle, HciStatus.RemoteUserTerminated),
                status => StrayRefused(handle, status));
        }
    }

    private void StrayRefused(ConnectionHandle handle, HciStatus status)
    {
        if (status == HciStatus.UnknownConnection)
        {
            _strays.Remove(handle);
        }
    }

    private bool Take(in DisconnectionCompleteEvent ended)
    {
        if (ended.Status != HciStatus.Success)
        {
            return false;
        }

        var wasStray = _strays.Remove(ended.Handle);
        if (links.Find(ended.Handle) is not { } link)
        {
            return wasStray;
        }

        links.Apply(link, LinkInput.Disconnected, ended.Reason);
        return true;
    }

    private bool Take(in RoleChangeEvent change)
    {
        if (links.Find(change.Address) is not { } link)
        {
            return false;
        }

        if (change.Status == HciStatus.Success && change.NewRole is LinkRole.Central or LinkRole.Peripheral)
        {
            var changed = link.Role != change.NewRole;
            link.Role = change.NewRole;
            if (changed && link.IsUp)
            {
                links.SetSupervisionTimeout(link);
            }
        }

        link.RoleSwitch?.TrySetResult(change.Status);
        return true;
    }

    private bool Take(in ReadRemoteSupportedFeaturesCompleteEvent answer)
    {
        links.Find(answer.Handle)?.Features.Take(answer);
        return links.Find(answer.Handle) is not null;
    }

    private bool Take(in ReadRemoteExtendedFeaturesCompleteEvent answer)
    {
        links.Find(answer.Handle)?.Features.Take(answer);
        return links.Find(answer.Handle) is not null;
    }

    private bool Take(in RemoteHostSupportedFeaturesEvent host)
    {
        // Comes while the link is made, and for remote name requests too, where there is no link.
        links.Find(host.Address)?.Features.Take(host.HostSupportedFeatures);
        return true;
    }
}
