using System.Net;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Linux.Netlink;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>What is put on a TAP interface and its bridge, and taken back. Thread-safe.</summary>
/// <remarks>The interface is found by its descriptor, so that configuration follows it when it is renamed or moved to
/// another network namespace; the bridge stays where it is.</remarks>
internal sealed class TapConfiguration : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TapOptions _options;
    private readonly TunDevice _device;
    private readonly LinuxNetworkNamespace _home;
    private readonly RouteSocket _homeRoutes;
    private readonly HashSet<InterfaceAddress> _lentAddresses = [];
    private readonly HashSet<IPAddress> _lentRoutes = [];
    private readonly List<string> _obstacles = [];
    private readonly string _name;
    private byte? _heardRouters;

    /// <summary>Takes the namespace and its socket over.</summary>
    public TapConfiguration(TapOptions options, TunDevice device, LinuxNetworkNamespace home, RouteSocket homeRoutes)
    {
        _options = options;
        _device = device;
        _home = home;
        _homeRoutes = homeRoutes;
        _name = device.TryGetName(out var error) ?? throw Gone(options.Name, error);
    }

    /// <summary>The interface's name at this moment.</summary>
    public string Name => _device.TryGetName(out _) ?? _name;

    /// <summary>What <see cref="Apply"/> was refused though the port works, in sentences.</summary>
    public IReadOnlyList<string> Obstacles => _obstacles;

    /// <summary>Makes the interface what the options say.</summary>
    /// <param name="up">Whether it is set up.</param>
    /// <returns>The interface as it is then.</returns>
    public LinkState Apply(bool up)
    {
        lock (_gate)
        {
            var link = Find(_homeRoutes, _name);
            var bridge = _options.Bridge is { } name ? FindOrCreateBridge(name, link) : null;
            if (bridge is not null && OwnerMark.TryParse(bridge.Alias, out _))
            {
                // Before anything of the network reaches it. A bridge of the administrator listens to whom the administrator wants.
                RefuseRouters(bridge.Name, out _);
            }

            _homeRoutes.Change(link, Difference(link, bridge));
            RefuseRouters(_name, out _heardRouters);
            if (link.IsUp != up)
            {
                _homeRoutes.Change(link, new LinkChange { Up = up });
            }

            foreach (var address in _options.Addresses)
            {
                Lend(bridge ?? link, address);
            }

            return Find(_homeRoutes, _name);
        }
    }

    /// <summary>Sets the interface up or down: the carrier of a kernel that has no other.</summary>
    public void SetUp(bool up) => Configure((routes, link) => routes.Change(link, new LinkChange { Up = up }), ofTap: true);

    public void AddAddress(InterfaceAddress address) => Configure((routes, link) =>
    {
        routes.AddAddress(link, address, _options.DetectDuplicates);
        _lentAddresses.Add(address);
    });

    public void RemoveAddress(InterfaceAddress address) => Configure((routes, link) =>
    {
        routes.RemoveAddress(link, address);
        _lentAddresses.Remove(address);
    });

    public void AddDefaultRoute(IPAddress gateway, int metric) => Configure((routes, link) =>
    {
        routes.AddDefaultRoute(link, gateway, metric);
        _lentRoutes.Add(gateway);
    });

    public void RemoveDefaultRoute(IPAddress gateway) => Configure((routes, link) =>
    {
        routes.RemoveDefaultRoute(link, gateway);
        _lentRoutes.Remove(gateway);
    });

    /// <summary>Takes back what was put on an interface that stays; while it is open.</summary>
    public void TakeBackFromInterface()
    {
        if (!_options.KeepExisting)
        {
            return;
        }

        if (_options.Bridge is null)
        {
            Configure(TakeBack);
        }

        lock (_gate)
        {
            HearRoutersAgain();
        }
    }

    /// <summary>Takes back what was put on the bridge, and removes it where this program made it and nobody is in it; after the
    /// interface is gone.</summary>
    public void LeaveBridge()
    {
        if (_options.Bridge is not { } name)
        {
            return;
        }

        lock (_gate)
        {
            if (_homeRoutes.FindLink(name) is not { } bridge)
            {
                return;
            }

            TakeBack(_homeRoutes, bridge);
            if (OwnerMark.TryParse(bridge.Alias, out var mark) && mark == OwnerMark.OfThisProcess
                && _homeRoutes.Links().All(link => link.Master != bridge.Index))
            {
                _homeRoutes.Delete(bridge);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _homeRoutes.Dispose();
        _home.Dispose();
    }

    private static NetDeviceException Gone(string name, Errno error) =>
        new($"The TAP interface {name} was removed ({LinuxError.NameOf(error)}); make the port again.");

    private static LinkState Find(RouteSocket routes, string name) => routes.FindLink(name) ?? throw Gone(name, Errno.ENODEV);

    // In the namespace that the interface is in now; on the bridge, which has the addresses of its ports, where there is one.
    private void Configure(Action<RouteSocket, LinkState> change, bool ofTap = false)
    {
        lock (_gate)
        {
            if (!ofTap && _options.Bridge is { } bridge)
            {
                change(_homeRoutes, Find(_homeRoutes, bridge));
                return;
            }

            var name = CurrentName() ?? throw Gone(_name, Errno.EBADFD);
            using var now = _device.TryGetNamespace(out var error);
            if (now is null && error == Errno.EBADFD)
            {
                throw Gone(_name, error);
            }

            if (now is null || now.Inode == _home.Inode)
            {
                change(_homeRoutes, Find(_homeRoutes, name));
                return;
            }

            using var routes = now.Run(static () => new RouteSocket());
            change(routes, Find(routes, name));
        }
    }

    private string? CurrentName() => _device.TryGetName(out _);

    private LinkChange Difference(LinkState link, LinkState? bridge) => new()
    {
        Address = _options.Address == link.Address ? null : _options.Address,
        Mtu = _options.Mtu == link.Mtu ? null : _options.Mtu,
        TransmitQueueLength = _options.QueueLength == link.TransmitQueueLength ? null : _options.QueueLength,
        Alias = _options.KeepExisting ? null : OwnerMark.OfThisProcess.ToString(),
        Master = bridge is null || bridge.Index == link.Master ? null : bridge.Index,

        // A bridge's port has no address; one that the kernel makes would be the bridge's own again.
        AddressGeneration = bridge is null ? null : AddressGenerationMode.None,
    };

    private LinkState FindOrCreateBridge(string name, LinkState link)
    {
        if (_homeRoutes.FindLink(name) is { } found)
        {
            if (!found.IsBridge)
            {
                throw new NetDeviceException($"The interface {name} is not a bridge; name one, or a name that is free and CreateBridge.");
            }

            if (OwnerMark.TryParse(found.Alias, out var mark) && !mark.IsAlive)
            {
                // Left behind by a process that was killed: ours from now on.
                _homeRoutes.Change(found, new LinkChange { Alias = OwnerMark.OfThisProcess.ToString() });
            }

            return found;
        }

        if (!_options.CreateBridge)
        {
            throw new NetDeviceException($"There is no bridge {name}; make it with ip link add {name} type bridge, or set CreateBridge.");
        }

        _homeRoutes.CreateBridge(name, _options.Address ?? link.Address);
        var bridge = Find(_homeRoutes, name);
        _homeRoutes.Change(
            bridge,
            new LinkChange { Alias = OwnerMark.OfThisProcess.ToString(), Mtu = _options.Mtu == bridge.Mtu ? null : _options.Mtu, Up = true });
        return Find(_homeRoutes, name);
    }

    private void RefuseRouters(string name, out byte? before)
    {
        before = null;
        if (_options.IgnoreRouters)
        {
            var (refused, found) = _home.Run(() => (RouterSetting.TurnOff(name, out var value), value));
            before = found;
            if (refused is not null)
            {
                _obstacles.Add(refused);
            }
        }
    }

    // After addresses and routes, so that nothing of ours is on it when a router is heard again.
    private void HearRoutersAgain()
    {
        if (_heardRouters is not { } before || CurrentName() is not { } name)
        {
            return;
        }

        _heardRouters = null;
        using var now = _device.TryGetNamespace(out _);
        if ((now ?? _home).Run(() => RouterSetting.GiveBack(name, before)) is { } refused)
        {
            throw new NetDeviceException(refused);
        }
    }

    private void TakeBack(RouteSocket routes, LinkState holder)
    {
        foreach (var gateway in _lentRoutes)
        {
            routes.RemoveDefaultRoute(holder, gateway);
        }

        foreach (var address in _lentAddresses)
        {
            routes.RemoveAddress(holder, address);
        }

        _lentRoutes.Clear();
        _lentAddresses.Clear();
    }

    private void Lend(LinkState holder, InterfaceAddress address)
    {
        _homeRoutes.AddAddress(holder, address, _options.DetectDuplicates);
        _lentAddresses.Add(address);
    }
}
