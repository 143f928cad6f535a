using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>The host's side of IPv6 autoconfiguration: a link-local address, routers, prefixes and the addresses that follow
/// (RFC 4861, 6.3; RFC 4862).</summary>
/// <remarks>Addresses are made from the MAC address (RFC 4291, Appendix A). Name servers and the MTU that routers tell are
/// passed over, as are preferred lifetimes: an address is good while it is valid.</remarks>
internal sealed class ShimDiscovery(MacAddress mac, ShimAddresses addresses, ShimFrames frames, IShimUser user)
{
    /// <summary>Routers and on-link prefixes that are kept, of each.</summary>
    public const int Capacity = 8;

    /// <summary>Times that routers are asked for.</summary>
    public const int Solicitations = 3;

    /// <summary>Addresses of the machine's own that are learned from what it sends.</summary>
    public const int LearnedLimit = 4;

    /// <summary>Between two times.</summary>
    public static readonly TimeSpan SolicitationInterval = TimeSpan.FromSeconds(4);

    /// <summary>How long another has to object to an address (RFC 4862, 5.4).</summary>
    public static readonly TimeSpan DuplicateWait = TimeSpan.FromSeconds(1);

    // RFC 4862, 5.5.3: nobody may cut an address's time to less than this.
    private static readonly TimeSpan LeastLifetime = TimeSpan.FromHours(2);

    private const int AddressPrefix = 64;

    private readonly InternetAddress _linkLocal = InternetAddress.LinkLocal(mac);
    private readonly List<(InternetAddress Router, TimeSpan EndsAt)> _routers = [];
    private readonly List<(InternetAddress Prefix, int Length, TimeSpan? EndsAt)> _prefixes = [];
    private InternetAddress _lastUsed;
    private TimeSpan? _solicitAt;
    private int _solicited;
    private int _learned;
    private bool _isUp;

    /// <summary>The router that advertised itself; null where there is none.</summary>
    public InternetAddress? Router => _routers.Count > 0 ? _routers[0].Router : null;

    /// <summary>When <see cref="Advance"/> is to be called.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var next = _solicitAt;
            foreach (var address in addresses.All)
            {
                next = Earlier(Earlier(next, address.TentativeUntil), address.EndsAt);
            }

            foreach (var (_, endsAt) in _routers)
            {
                next = Earlier(next, endsAt);
            }

            foreach (var (_, _, endsAt) in _prefixes)
            {
                next = Earlier(next, endsAt);
            }

            return next;
        }
    }

    /// <summary>The network has come or gone: what routers told is asked for again, and all IPv6 addresses are tested
    /// again. Addresses that were made stay until their end.</summary>
    public void SetCarrier(bool up, TimeSpan now)
    {
        _isUp = up;
        _solicitAt = null;
        _routers.Clear();
        _prefixes.Clear();
        foreach (var address in addresses.All)
        {
            address.TentativeUntil = null;
        }

        if (!up)
        {
            return;
        }

        addresses.Add(new ShimAddress { Address = _linkLocal, PrefixLength = AddressPrefix, IsOwn = true });
        foreach (var address in addresses.All)
        {
            Test(address, now);
        }
    }

    /// <summary>Adds an address, and tests it.</summary>
    public void Add(ShimAddress address, TimeSpan now)
    {
        if (addresses.Add(address))
        {
            Test(address, now);
        }
    }

    /// <summary>The machine speaks from an address. One that it made itself on the link is answered for.</summary>
    public void Uses(InternetAddress source)
    {
        if (source != _lastUsed)
        {
            _lastUsed = source;
            if (source.IsLinkLocal6
                && _learned < LearnedLimit
                && addresses.Add(new ShimAddress { Address = source, PrefixLength = AddressPrefix }))
            {
                _learned++;
            }
        }
    }

    /// <summary>Whether routers say that an address is a neighbour's.</summary>
    public bool IsOnLink(InternetAddress address)
    {
        foreach (var (prefix, length, _) in _prefixes)
        {
            if (((prefix.Value ^ address.Value) & RouterAdvertisement.Mask(length)) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Another has, or wants, an address: whether we were testing it, and so lose it.</summary>
    public bool IsDuplicate(InternetAddress target)
    {
        if (addresses.Find(target) is not { TentativeUntil: not null } address)
        {
            return false;
        }

        addresses.Remove(target);
        if (target == _linkLocal)
        {
            // Without it there is no asking for routers (RFC 4862, 5.4.5).
            _solicitAt = null;
        }

        user.AddressGone(target, address.PrefixLength, isDuplicate: true);
        return true;
    }

    /// <summary>Takes what a router tells.</summary>
    public void Receive(RouterAdvertisement advertisement, InternetAddress router, TimeSpan now)
    {
        if (!_isUp)
        {
            return;
        }

        _solicitAt = null;
        var known = _routers.FindIndex(entry => entry.Router == router);
        var ends = now + TimeSpan.FromSeconds(advertisement.RouterSeconds);
        if (known >= 0)
        {
            _routers[known] = (router, ends);
        }
        else if (advertisement.RouterSeconds > 0 && _routers.Count < Capacity)
        {
            _routers.Add((router, ends));
        }

        foreach (var prefix in advertisement.Prefixes)
        {
            if (!prefix.Prefix.IsLinkLocal6 && !prefix.Prefix.IsMulticast)
            {
                Receive(prefix, now);
            }
        }

        Advance(now);
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan now)
    {
        _routers.RemoveAll(entry => entry.EndsAt <= now);
        _prefixes.RemoveAll(entry => entry.EndsAt <= now);
        for (var i = addresses.All.Count - 1; i >= 0; i--)
        {
            var address = addresses.All[i];
            if (address.EndsAt <= now)
            {
                addresses.Remove(address.Address);
                user.AddressGone(address.Address, address.PrefixLength, isDuplicate: false);
            }
            else if (address.TentativeUntil <= now)
            {
                Passed(address, now);
            }
        }

        if (_solicitAt <= now)
        {
            user.Send(frames.RouterSolicitation(_linkLocal));
            _solicitAt = ++_solicited < Solicitations ? now + SolicitationInterval : null;
        }
    }

    private static TimeSpan? Earlier(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;

    private void Test(ShimAddress address, TimeSpan now)
    {
        if (_isUp && !address.Address.IsIPv4)
        {
            address.TentativeUntil = now + DuplicateWait;
            user.Send(frames.Solicitation(InternetAddress.Unspecified, address.Address, known: null));
        }
    }

    private void Passed(ShimAddress address, TimeSpan now)
    {
        address.TentativeUntil = null;
        if (address.IsOwn)
        {
            user.AddressMade(address.Address, address.PrefixLength);
        }

        if (address.Address == _linkLocal)
        {
            (_solicited, _solicitAt) = (0, now);
        }
    }

    private void Receive(in PrefixInformation information, TimeSpan now)
    {
        var (prefix, length) = (information.Prefix, information.Length);
        TimeSpan? ends = information.ValidSeconds == uint.MaxValue ? null : now + TimeSpan.FromSeconds(information.ValidSeconds);
        if (information.IsOnLink)
        {
            var known = _prefixes.FindIndex(entry => entry.Prefix == prefix && entry.Length == length);
            if (known >= 0)
            {
                _prefixes[known] = (prefix, length, ends);
            }
            else if (information.ValidSeconds > 0 && _prefixes.Count < Capacity)
            {
                _prefixes.Add((prefix, length, ends));
            }
        }

        if (!information.IsForAddresses || length != AddressPrefix)
        {
            return;
        }

        var made = new InternetAddress(prefix.Value | (ulong)_linkLocal.Value);
        if (addresses.Find(made) is { } address)
        {
            Prolong(address, ends, now);
        }
        else if (information.ValidSeconds > 0 && addresses.All.Count(static own => own is { IsOwn: true, EndsAt: not null }) < Capacity)
        {
            Add(new ShimAddress { Address = made, PrefixLength = AddressPrefix, IsOwn = true, EndsAt = ends }, now);
        }
    }

    private static void Prolong(ShimAddress address, TimeSpan? ends, TimeSpan now)
    {
        // An address that the caller gave has no end, and gets none.
        if (address.EndsAt is not { } before)
        {
            return;
        }

        var least = now + LeastLifetime;
        if (ends is null || ends > least || ends > before)
        {
            address.EndsAt = ends;
        }
        else if (before > least)
        {
            address.EndsAt = least;
        }
    }
}
