using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Controllers;

/// <summary>Paging: connections that this controller asks for, and those that others ask of it.</summary>
/// <remarks>Core, Vol 2, Part B, 8.3, and Vol 4, Part E, 7.1.5 to 7.1.9.</remarks>
internal sealed class PageUnit
{
    private const byte AclLinkType = 0x01;

    private readonly SimulatedController _self;
    private readonly List<PageAttempt> _incoming = [];
    private PageAttempt? _outgoing;

    public PageUnit(SimulatedController self)
    {
        _self = self;
        self.Radio.ScanChanged += TryReach;
    }

    /// <summary>Whether a page of this controller goes on.</summary>
    public bool IsBusy => _outgoing is not null;

    /// <summary>Create Connection.</summary>
    public HciStatus Connect(BdAddr target, bool allowRoleSwitch)
    {
        if (_self.Links.Find(target) is not null)
        {
            return HciStatus.ConnectionAlreadyExists;
        }

        if (_self.Links.Count >= _self.Options.MaxLinks || _self.Links.Peripherals >= _self.Options.MaxPeripherals)
        {
            return HciStatus.ConnectionLimitExceeded;
        }

        return Begin(new PageAttempt(_self, target, PagePurpose.Connection, allowRoleSwitch));
    }

    /// <summary>Remote Name Request to a device without a link.</summary>
    public HciStatus ReadName(BdAddr target) => Begin(new PageAttempt(_self, target, PagePurpose.RemoteName, allowRoleSwitch: false));

    /// <summary>Create Connection Cancel, Remote Name Request Cancel.</summary>
    public HciStatus Cancel(BdAddr target, PagePurpose purpose)
    {
        if (_outgoing is not { } attempt || attempt.Target != target || attempt.Purpose != purpose)
        {
            return purpose == PagePurpose.Connection && _self.Links.Find(target) is not null
                ? HciStatus.ConnectionAlreadyExists
                : purpose == PagePurpose.Connection ? HciStatus.UnknownConnection : HciStatus.InvalidParameters;
        }

        End(attempt);
        _self.Radio.After(TimeSpan.Zero, () => ReportOutgoing(attempt, HciStatus.UnknownConnection));
        return HciStatus.Success;
    }

    /// <summary>Accept Connection Request.</summary>
    /// <param name="peer">Who asked.</param>
    /// <param name="becomeCentral">Whether to switch roles.</param>
    public HciStatus Accept(BdAddr peer, bool becomeCentral)
    {
        if (Take(peer) is not { } attempt)
        {
            return HciStatus.UnknownConnection;
        }

        _self.Radio.After(_self.Radio.Options.LmpLatency, () => Establish(attempt, becomeCentral));
        return HciStatus.Success;
    }

    /// <summary>Reject Connection Request.</summary>
    public HciStatus Reject(BdAddr peer, HciStatus reason)
    {
        if (reason is not (HciStatus.RejectedLimitedResources or HciStatus.RejectedSecurity or HciStatus.RejectedBdAddr))
        {
            return HciStatus.InvalidParameters;
        }

        if (Take(peer) is not { } attempt)
        {
            return HciStatus.UnknownConnection;
        }

        _self.Radio.After(_self.Radio.Options.LmpLatency, () =>
        {
            ConnectionComplete(_self, reason, default, peer);
            attempt.Initiator.Paging.Refused(attempt, reason);
        });
        return HciStatus.Success;
    }

    /// <summary>Power-up state: nothing is paged, nobody waits.</summary>
    public void Reset()
    {
        if (_outgoing is { } attempt)
        {
            End(attempt);
        }

        foreach (var waiting in _incoming.ToArray())
        {
            _incoming.Remove(waiting);
            waiting.AcceptTimeout?.Disarm();
            waiting.Reached = null;

            // The page goes on unanswered.
            waiting.Timeout?.Arm(RadioPace.Slot * waiting.Initiator.Settings.PageTimeout);
        }
    }

    private static void ConnectionComplete(SimulatedController at, HciStatus status, ConnectionHandle handle, BdAddr peer)
    {
        var writer = at.Events.Begin();
        writer.U8((byte)status);
        writer.U16(handle.Value);
        writer.BdAddr(peer);
        writer.U8(AclLinkType);
        writer.U8(0);
        at.Events.Send(EventCode.ConnectionComplete, writer);
    }

    private HciStatus Begin(PageAttempt attempt)
    {
        if (_outgoing is not null || (_self.Options.OneProcedureAtATime && _self.Inquiry.IsActive))
        {
            return HciStatus.CommandDisallowed;
        }

        _outgoing = attempt;
        attempt.Timeout = _self.Radio.Loop.Timers.Create(() => TimedOut(attempt));
        attempt.Timeout.Arm(RadioPace.Slot * _self.Settings.PageTimeout);
        _self.Radio.After(_self.Radio.Options.PageLatency, () =>
        {
            attempt.IsOnAir = true;
            TryReach();
        });
        return HciStatus.Success;
    }

    private void TryReach()
    {
        if (_outgoing is not { IsOnAir: true, Reached: null } attempt
            || _self.Radio.Hearing(_self, attempt.Target) is not { Settings.IsConnectable: true } target)
        {
            return;
        }

        attempt.Timeout!.Disarm();
        attempt.Reached = target;
        if (attempt.Purpose == PagePurpose.RemoteName)
        {
            _self.Radio.After(_self.Radio.Options.LmpLatency, () => NameRead(attempt, target));
        }
        else
        {
            target.Paging.Asked(attempt);
        }
    }

    private void Asked(PageAttempt attempt)
    {
        var refusal = _self.Links.Find(attempt.Initiator.Address) is not null ? HciStatus.ConnectionAlreadyExists
            : _self.Links.Count >= _self.Options.MaxLinks ? HciStatus.RejectedLimitedResources
            : HciStatus.Success;
        if (refusal != HciStatus.Success)
        {
            attempt.Initiator.Paging.Refused(attempt, refusal);
            return;
        }

        _incoming.Add(attempt);
        attempt.AcceptTimeout = _self.Radio.Loop.Timers.Create(() => AcceptTimedOut(attempt));
        attempt.AcceptTimeout.Arm(RadioPace.Slot * _self.Settings.ConnectionAcceptTimeout);
        var writer = _self.Events.Begin();
        writer.BdAddr(attempt.Initiator.Address);
        writer.U24(attempt.Initiator.Settings.ClassOfDevice);
        writer.U8(AclLinkType);
        _self.Events.Send(EventCode.ConnectionRequest, writer);
    }

    private PageAttempt? Take(BdAddr peer)
    {
        var attempt = _incoming.Find(candidate => candidate.Initiator.Address == peer);
        if (attempt is not null)
        {
            _incoming.Remove(attempt);
            attempt.AcceptTimeout?.Disarm();
        }

        return attempt;
    }

    private void Establish(PageAttempt attempt, bool becomeCentral)
    {
        var initiator = attempt.Initiator;
        if (attempt.IsOver || !_self.Hears(initiator))
        {
            // The other device gave up or went away while the host was deciding.
            ConnectionComplete(_self, HciStatus.ConnectionTimeout, default, initiator.Address);
            return;
        }

        initiator.Paging.End(attempt);
        var switches = becomeCentral && attempt.AllowRoleSwitch && initiator.Options.AllowRoleSwitch
            && _self.Links.Peripherals < _self.Options.MaxPeripherals;
        var link = new AirLink(initiator, _self, acceptorIsCentral: switches);
        if (switches)
        {
            RoleSwitch.Report(link.Acceptor);
            RoleSwitch.Report(link.Initiator);
        }

        foreach (var end in new[] { link.Acceptor, link.Initiator })
        {
            ConnectionComplete(end.Controller, HciStatus.Success, end.Handle, end.PeerAddress);
            MaxSlots(end);
        }

        // Both paged each other: one link came of it, the other page ends.
        if (_outgoing is { Purpose: PagePurpose.Connection } crossing && crossing.Target == initiator.Address)
        {
            End(crossing);
            ReportOutgoing(crossing, HciStatus.ConnectionAlreadyExists);
        }
    }

    private static void MaxSlots(LinkEnd end)
    {
        const byte fiveSlots = 5;
        var writer = end.Controller.Events.Begin();
        writer.U16(end.Handle.Value);
        writer.U8(fiveSlots);
        end.Controller.Events.Send(EventCode.MaxSlotsChange, writer);
    }

    private void NameRead(PageAttempt attempt, SimulatedController target)
    {
        if (!attempt.IsOver)
        {
            End(attempt);
            RemoteNames.ReportHostFeatures(_self, target);
            RemoteNames.Report(_self, attempt.Target, HciStatus.Success, target.Settings.Name);
        }
    }

    private void TimedOut(PageAttempt attempt)
    {
        if (!attempt.IsOver)
        {
            End(attempt);
            ReportOutgoing(attempt, HciStatus.PageTimeout);
        }
    }

    private void AcceptTimedOut(PageAttempt attempt)
    {
        if (_incoming.Remove(attempt))
        {
            ConnectionComplete(_self, HciStatus.AcceptTimeout, default, attempt.Initiator.Address);
            attempt.Initiator.Paging.Refused(attempt, HciStatus.AcceptTimeout);
        }
    }

    private void Refused(PageAttempt attempt, HciStatus reason)
    {
        if (!attempt.IsOver)
        {
            End(attempt);
            ReportOutgoing(attempt, reason);
        }
    }

    private void ReportOutgoing(PageAttempt attempt, HciStatus status)
    {
        if (attempt.Purpose == PagePurpose.RemoteName)
        {
            RemoteNames.Report(_self, attempt.Target, status, []);
        }
        else
        {
            ConnectionComplete(_self, status, default, attempt.Target);
        }
    }

    private void End(PageAttempt attempt)
    {
        attempt.End();
        attempt.Reached?.Paging._incoming.Remove(attempt);
        if (ReferenceEquals(_outgoing, attempt))
        {
            _outgoing = null;
        }
    }
}
