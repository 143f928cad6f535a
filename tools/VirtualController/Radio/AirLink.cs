using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Security;

namespace HostStack.VirtualController.Radio;

/// <summary>An ACL link between two controllers: its two ends and what they share.</summary>
internal sealed class AirLink
{
    /// <summary>20 s (Core, Vol 4, Part E, 6.21).</summary>
    private const ushort DefaultSupervisionTimeout = 0x7D00;

    private readonly List<Action> _postponed = [];

    /// <summary>Makes a link; its ends enter the tables of their controllers.</summary>
    public AirLink(SimulatedController initiator, SimulatedController acceptor, bool acceptorIsCentral)
    {
        Radio = initiator.Radio;
        Initiator = initiator.Links.Add(this, initiator, acceptorIsCentral ? LinkRole.Peripheral : LinkRole.Central);
        Acceptor = acceptor.Links.Add(this, acceptor, acceptorIsCentral ? LinkRole.Central : LinkRole.Peripheral);
        Security = new LinkSecurityState(this);
    }

    public VirtualRadio Radio { get; }

    /// <summary>Who paged.</summary>
    public LinkEnd Initiator { get; }

    /// <summary>Who was paged.</summary>
    public LinkEnd Acceptor { get; }

    public LinkEnd Central => Initiator.Role == LinkRole.Central ? Initiator : Acceptor;

    public LinkSecurityState Security { get; }

    /// <summary>In slots of 625 us; 0: never.</summary>
    public ushort SupervisionTimeout { get; set; } = DefaultSupervisionTimeout;

    public bool IsUp => Initiator.IsUp && Acceptor.IsUp;

    /// <summary>Whether the two hear each other.</summary>
    public bool IsReachable => IsUp && Acceptor.Controller.Hears(Initiator.Controller);

    /// <summary>Whether ACL data waits while encryption pauses.</summary>
    public bool DataHeld { get; private set; }

    public LinkEnd Other(LinkEnd end) => ReferenceEquals(end, Initiator) ? Acceptor : Initiator;

    /// <summary>One step of the link managers later, if the link is still up then. Steps keep their order; out of reach
    /// they wait.</summary>
    public void Later(Action step) =>
        Radio.After(Radio.Options.LmpLatency, () =>
        {
            if (!IsUp)
            {
                return;
            }

            if (IsReachable)
            {
                step();
            }
            else
            {
                _postponed.Add(step);
            }
        });

    /// <summary>One end's host ends the link (Core, Vol 4, Part E, 7.1.6).</summary>
    public void Detach(LinkEnd by, HciStatus reason) =>
        Later(() => End(by, HciStatus.LocalHostTerminated, reason));

    /// <summary>The link ends at both ends at once.</summary>
    public void End(LinkEnd by, HciStatus reasonHere, HciStatus reasonThere)
    {
        var there = Other(by);
        Security.LinkEnded();
        CloseEnd(by, reasonHere);
        CloseEnd(there, reasonThere);
    }

    /// <summary>One end is gone without a word; the other notices by its supervision timeout.</summary>
    public void Vanish(LinkEnd gone)
    {
        gone.Close();
        Security.LinkEnded();
        Other(gone).StartSupervision();
    }

    /// <summary>The two may have lost or found each other.</summary>
    public void ReachChanged()
    {
        if (!IsUp)
        {
            return;
        }

        if (IsReachable)
        {
            Initiator.StopSupervision();
            Acceptor.StopSupervision();
            var steps = _postponed.ToArray();
            _postponed.Clear();
            foreach (var step in steps)
            {
                Radio.After(TimeSpan.Zero, step);
            }

            Initiator.Kick();
            Acceptor.Kick();
        }
        else
        {
            Initiator.StartSupervision();
            Acceptor.StartSupervision();
        }
    }

    public void SupervisionExpired(LinkEnd end)
    {
        if (end.IsUp)
        {
            Security.LinkEnded();
            CloseEnd(end, HciStatus.ConnectionTimeout);
        }
    }

    public void HoldData() => DataHeld = true;

    public void ReleaseData()
    {
        DataHeld = false;
        if (IsUp)
        {
            Initiator.Kick();
            Acceptor.Kick();
        }
    }

    private static void CloseEnd(LinkEnd end, HciStatus reason)
    {
        if (!end.IsUp)
        {
            return;
        }

        end.Controller.Acl.ReportCompleted();
        end.Close();
        var events = end.Controller.Events;
        var writer = events.Begin();
        writer.U8((byte)HciStatus.Success);
        writer.U16(end.Handle.Value);
        writer.U8((byte)reason);
        events.Send(EventCode.DisconnectionComplete, writer);
    }
}
