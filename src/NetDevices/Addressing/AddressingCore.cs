using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Addressing;

/// <summary>Decides which addresses an interface has: fixed ones, one by DHCP, or a link-local one while no server
/// answers.</summary>
/// <remarks>Pure, as <see cref="DhcpClient"/> is. IPv6 is the machine's own business: what neighbour discovery and router
/// advertisements need passes through untouched.</remarks>
internal sealed class AddressingCore : IDhcpClientUser
{
    private readonly MacAddress _mac;
    private readonly AddressingOptions _options;
    private readonly IAddressingUser _user;
    private readonly AddressClaim _dhcpClaim;
    private readonly DhcpClient _dhcp;
    private readonly LinkLocalClaim _linkLocalClaim;
    private readonly bool _mayBeLinkLocal;
    private AddressAssignment? _leased;
    private AddressAssignment? _linkLocal;
    private List<AddressAssignment> _fixed = [];
    private IPAddress? _gateway;
    private TimeSpan? _fallbackAt;
    private TimeSpan _now;
    private ClaimOutcome _checked;
    private bool _isUp;

    /// <summary>Makes a core that has not begun.</summary>
    /// <param name="mac">The interface's address.</param>
    /// <param name="mtu">The interface's MTU.</param>
    /// <param name="options">What is wanted; checked.</param>
    /// <param name="random">For transaction numbers, jitter and waits.</param>
    /// <param name="user">Who runs it.</param>
    public AddressingCore(MacAddress mac, int mtu, AddressingOptions options, Random random, IAddressingUser user)
    {
        _mac = mac;
        _options = options;
        _user = user;
        _dhcpClaim = new AddressClaim(mac, random, user.Send);
        _linkLocalClaim = new LinkLocalClaim(mac, new AddressClaim(mac, random, user.Send));
        _mayBeLinkLocal = options.UseLinkLocal
            && options.Fixed.All(static address => address.Address.AddressFamily != AddressFamily.InterNetwork);
        var longest = Math.Clamp(mtu, DhcpMessage.MinimumMaximumSize, EthernetFrame.StandardMtu);
        _dhcp = new DhcpClient(mac, new DhcpClientOptions(options.HostName, (ushort)longest), random, this);
    }

    /// <summary>Whether ARP packets matter now.</summary>
    public bool WantsArp => _dhcpClaim.IsActive || _linkLocalClaim.IsActive;

    /// <summary>The state of the DHCP client.</summary>
    public DhcpPhase DhcpPhase => _dhcp.Phase;

    /// <summary>When <see cref="Advance"/> is to be called; null where nothing is waited for.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var next = _fallbackAt;
            foreach (var other in (ReadOnlySpan<TimeSpan?>)
                [_dhcp.NextDeadline, _dhcpClaim.NextDeadline, _linkLocalClaim.NextDeadline])
            {
                next = next is null || other < next ? other ?? next : next;
            }

            return next;
        }
    }

    /// <summary>Puts the fixed addresses on the interface.</summary>
    public void Begin()
    {
        _fixed = [.. _options.Fixed.Select(address => new AddressAssignment
        {
            Source = AddressSource.Fixed,
            Address = address.Address,
            PrefixLength = address.PrefixLength,
            Gateway = _options.FixedGateway,
        })];
        foreach (var assignment in _fixed)
        {
            _user.Changed(null, assignment);
        }
    }

    /// <summary>The network has come or gone. Addresses stay while it is away, a lease until its end; the default route does
    /// not: it would swallow what could go another way.</summary>
    /// <param name="up">Whether it is there.</param>
    /// <param name="now">The time.</param>
    /// <param name="remembered">The address of an earlier lease, from before this core began.</param>
    public void SetCarrier(bool up, TimeSpan now, RememberedLease? remembered = null)
    {
        if (_isUp == up)
        {
            return;
        }

        _isUp = up;
        _now = now;
        if (!up)
        {
            _fallbackAt = null;
            _dhcp.Suspend(now);
            _dhcpClaim.End();
            _linkLocalClaim.End();
            Reroute(null);
            return;
        }

        if (_leased is null)
        {
            Reroute(Gateway);
        }

        if (_options.UseDhcp)
        {
            _dhcp.Begin(now, remembered?.Address, remembered?.IsGood ?? false);
            ArmFallback();
        }

        if (_linkLocal is not null || (_mayBeLinkLocal && !_options.UseDhcp))
        {
            _linkLocalClaim.Begin(now);
        }
    }

    /// <summary>Takes a frame of the network.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is for the DHCP client alone: the machine must not see it, it would refuse it as to a closed
    /// port.</returns>
    public bool Receive(in EthernetFrame frame, TimeSpan now)
    {
        _now = now;
        if (frame.Type == EtherType.Arp)
        {
            if (ArpPacket.TryParse(frame.Payload, out var packet))
            {
                ReceiveArp(packet);
            }

            return false;
        }

        if (!_options.UseDhcp
            || !DhcpFrame.TryParse(frame, out var message, out var hardware)
            || hardware != _mac)
        {
            return false;
        }

        if (_isUp && DhcpReply.TryParse(message, out var reply))
        {
            _dhcp.Receive(reply, frame.Source, now);
            SettleCheck();
        }

        return true;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public void Advance(TimeSpan now)
    {
        _now = now;
        while (NextDeadline is { } deadline && deadline <= now)
        {
            if (_fallbackAt <= now)
            {
                _fallbackAt = null;
                _linkLocalClaim.Begin(now);
            }

            Settle(_dhcpClaim.Advance(now));
            SettleLinkLocal(_linkLocalClaim.Advance(now));
            _dhcp.Advance(now);
            SettleCheck();
        }
    }

    /// <summary>Ends: takes everything off the interface.</summary>
    /// <param name="now">The time.</param>
    /// <param name="releases">Whether a lease is given back, where the network is there to take it.</param>
    public void End(TimeSpan now, bool releases)
    {
        var tells = releases && _isUp;
        _now = now;
        _isUp = false;
        _fallbackAt = null;
        Reroute(null);
        _linkLocalClaim.End();
        SetLinkLocal(null);
        if (tells)
        {
            _dhcp.Release(now);
        }

        _dhcp.Suspend(now);
        _dhcpClaim.End();
        SetLeased(null);
        foreach (var assignment in _fixed)
        {
            _user.Changed(assignment, null);
        }

        _fixed = [];
    }

    void IDhcpClientUser.Send(byte[] frame) => _user.Send(frame);

    void IDhcpClientUser.Check(uint address) => _checked = _dhcpClaim.Begin(address, Times, _now);

    void IDhcpClientUser.Leased(DhcpLease lease)
    {
        _fallbackAt = null;
        _linkLocalClaim.End();
        SetLinkLocal(null);
        SetLeased(AddressAssignment.From(lease));
        _user.Remember(lease, isOver: false);
    }

    void IDhcpClientUser.TooWide(DhcpLease lease) => _user.TooWide(AddressAssignment.From(lease));

    void IDhcpClientUser.Lost(DhcpLease lease, DhcpLoss reason)
    {
        if (_dhcpClaim.Address == lease.Address)
        {
            _dhcpClaim.End();
        }

        SetLeased(null);
        if (_isUp)
        {
            ArmFallback();
        }

        if (reason is DhcpLoss.Released)
        {
            _user.Remember(lease, isOver: true);
        }
        else if (reason is not DhcpLoss.Expired)
        {
            _user.Forget();
        }
    }

    private ProbeTimes Times => _options.Probing switch
    {
        AddressProbing.Standard => ProbeTimes.Standard,
        AddressProbing.None => ProbeTimes.None,
        _ => ProbeTimes.Brief,
    };

    private IPAddress? Gateway => _leased?.Gateway ?? _options.FixedGateway;

    private void ReceiveArp(in ArpPacket packet)
    {
        Settle(_dhcpClaim.Receive(packet, _now));
        if (_linkLocalClaim.IsActive)
        {
            SettleLinkLocal(_linkLocalClaim.Receive(packet, _now));
        }
    }

    // What became of a check that ended in the call that began it.
    private void SettleCheck()
    {
        var outcome = _checked;
        _checked = ClaimOutcome.None;
        Settle(outcome);
    }

    private void Settle(ClaimOutcome outcome)
    {
        if (outcome != ClaimOutcome.None)
        {
            _dhcp.Checked(outcome == ClaimOutcome.Won, _now);
        }
    }

    private void SettleLinkLocal(ClaimOutcome outcome)
    {
        if (outcome == ClaimOutcome.Lost)
        {
            SetLinkLocal(null);
        }
        else if (outcome == ClaimOutcome.Won)
        {
            SetLinkLocal(new AddressAssignment
            {
                Source = AddressSource.LinkLocal,
                Address = InternetAddress.FromV4(_linkLocalClaim.Address).ToIPAddress(),
                PrefixLength = LinkLocalClaim.PrefixLength,
            });
        }
    }

    private void ArmFallback()
    {
        if (_mayBeLinkLocal && _leased is null && _linkLocal is null)
        {
            _fallbackAt = _now + _options.FallbackAfter;
        }
    }

    private void SetLinkLocal(AddressAssignment? assignment)
    {
        // Found again after a reconnect: nothing has changed.
        if (!Equals(_linkLocal?.Address, assignment?.Address))
        {
            var before = _linkLocal;
            _linkLocal = assignment;
            _user.Changed(before, assignment);
        }
    }

    private void SetLeased(AddressAssignment? assignment)
    {
        if (_leased is null && assignment is null)
        {
            return;
        }

        // The old route goes before its address does, the new one comes after.
        var before = _leased;
        if (!Equals(before?.Gateway, assignment?.Gateway) || !Equals(before?.Address, assignment?.Address))
        {
            Reroute(null);
        }

        _leased = assignment;
        _user.Changed(before, assignment);
        Reroute(_isUp ? Gateway : null);
    }

    private void Reroute(IPAddress? gateway)
    {
        if (_options.DefaultRouteMetric is not null && !Equals(_gateway, gateway))
        {
            _gateway = gateway;
            _user.Route(gateway);
        }
    }
}
