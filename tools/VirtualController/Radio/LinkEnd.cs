using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;

namespace HostStack.VirtualController.Radio;

/// <summary>One end of an ACL link: what one controller knows of it, and the queue of what its host sent.</summary>
internal sealed class LinkEnd
{
    private readonly Queue<PacketBuffer> _outgoing = new();
    private readonly LoopTimer _supervision;

    public LinkEnd(AirLink link, SimulatedController controller, ConnectionHandle handle, LinkRole role)
    {
        Link = link;
        Controller = controller;
        Handle = handle;
        Role = role;
        LinkPolicy = controller.Settings.DefaultLinkPolicy;
        _supervision = controller.Radio.Loop.Timers.Create(() => Link.SupervisionExpired(this));
    }

    public AirLink Link { get; }

    public SimulatedController Controller { get; }

    public ConnectionHandle Handle { get; }

    public LinkEnd Peer => Link.Other(this);

    public BdAddr PeerAddress => Peer.Controller.Address;

    public LinkRole Role { get; set; }

    public bool IsUp { get; set; } = true;

    /// <summary>Bit 0: role switch; bit 2: sniff (Core, Vol 4, Part E, 7.2.10).</summary>
    public ushort LinkPolicy { get; set; }

    /// <summary>In slots of 625 us; 0: none.</summary>
    public ushort FlushTimeout { get; set; }

    public ushort PacketTypes { get; set; } = 0xCC18;

    /// <summary>0 active, 2 sniff (Core, Vol 4, Part E, 7.7.20).</summary>
    public byte Mode { get; set; }

    /// <summary>Packets of the host that were not given back yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>Packets that left, not yet told to the host.</summary>
    public int Unreported { get; set; }

    /// <summary>Whether anything waits to be sent.</summary>
    public bool HasQueued => _outgoing.Count > 0;

    /// <summary>Octets of payload in the packet that is next.</summary>
    public int NextLength => _outgoing.TryPeek(out var next) ? next.Length - AclPath.PacketHeader : 0;

    /// <summary>Octets of the next packet that crossed the air already.</summary>
    public int NextProgress { get; set; }

    /// <summary>Whether data cannot cross now: encryption pauses, the peer is out of reach or takes nothing.</summary>
    public bool IsBlocked => Link.DataHeld || !Link.IsReachable || Peer.Controller.IsStalled;

    /// <summary>Sends one packet of the host. Takes the buffer.</summary>
    public void Send(PacketBuffer packet)
    {
        var radio = Controller.Radio;
        if (radio.Options.Pace.IsUnlimited && radio.Options.Latency == TimeSpan.Zero && _outgoing.Count == 0 && !IsBlocked)
        {
            Cross(packet);
            return;
        }

        _outgoing.Enqueue(packet);
        Kick();
    }

    /// <summary>Goes on with what is queued, as far as nothing stands in the way.</summary>
    public void Kick()
    {
        var options = Controller.Radio.Options;
        if (!options.Pace.IsUnlimited || options.Latency > TimeSpan.Zero)
        {
            Link.Central.Controller.Piconet.Kick();
            return;
        }

        while (_outgoing.Count > 0 && !IsBlocked)
        {
            Cross(_outgoing.Dequeue());
        }
    }

    /// <summary>Takes the next packet from the queue; its air time is over.</summary>
    public PacketBuffer TakeNext()
    {
        NextProgress = 0;
        return _outgoing.Dequeue();
    }

    /// <summary>The packet arrives: its buffer is free here, and the peer's host gets it.</summary>
    public void Cross(PacketBuffer packet)
    {
        var arrives = IsUp && Peer.IsUp;
        if (arrives && Controller.Radio.Faults?.OnAcl(Controller, packet.Span[AclPath.PacketHeader..]) == AclFault.Drop)
        {
            Controller.Counters.AclLost++;
            arrives = false;
        }

        if (IsUp)
        {
            Controller.Acl.PacketLeft(this);
        }

        if (arrives)
        {
            Peer.Controller.Acl.ToHost(Peer, packet);
        }

        packet.Release();
    }

    /// <summary>Begins to count the time without the peer.</summary>
    public void StartSupervision()
    {
        if (Link.SupervisionTimeout > 0 && !_supervision.IsArmed)
        {
            _supervision.Arm(RadioPace.Slot * Link.SupervisionTimeout);
        }
    }

    public void StopSupervision() => _supervision.Disarm();

    /// <summary>The end of this end: nothing is sent or told any more.</summary>
    public void Close()
    {
        IsUp = false;
        _supervision.Disarm();
        while (_outgoing.TryDequeue(out var packet))
        {
            packet.Release();
        }

        Controller.Acl.LinkEnded(this);
        Controller.Links.Remove(this);
    }
}
