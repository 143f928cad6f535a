using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Asks the kernel about links, addresses and routes of one network namespace, and changes them.</summary>
/// <remarks>Every method throws <see cref="NetDeviceException"/> where the system refuses.</remarks>
internal sealed class RouteSocket : IDisposable
{
    // The longest message has an alias of 255 octets.
    private const int RequestSize = 512;

    private readonly NetlinkSocket _socket = new();

    /// <summary>One link.</summary>
    /// <returns>Null where there is none of that name.</returns>
    public LinkState? FindLink(string name)
    {
        LinkState? found = null;
        var answer = _socket.Execute(
            LinkMessages.Get(stackalloc byte[RequestSize], name), (in message) => found = LinkState.TryParse(message) ?? found);
        return answer.Error == Errno.ENODEV ? null : Checked(answer, $"The interface {name} cannot be read", found);
    }

    /// <summary>All links.</summary>
    public IReadOnlyList<LinkState> Links()
    {
        var links = new List<LinkState>();
        var answer = _socket.Execute(LinkMessages.List(stackalloc byte[RequestSize]), (in message) =>
        {
            if (LinkState.TryParse(message) is { } link)
            {
                links.Add(link);
            }
        });
        return Checked(answer, "The interfaces cannot be listed", links);
    }

    /// <summary>Changes a link; a change of nothing asks nobody.</summary>
    public void Change(LinkState link, in LinkChange change)
    {
        if (!change.IsEmpty)
        {
            Check(_socket.Execute(LinkMessages.Change(stackalloc byte[RequestSize], link.Index, change)), $"The interface {link.Name} cannot be configured");
        }
    }

    /// <summary>Makes a bridge.</summary>
    public void CreateBridge(string name, MacAddress? address) =>
        Check(_socket.Execute(LinkMessages.CreateBridge(stackalloc byte[RequestSize], name, address)), $"The bridge {name} cannot be made");

    /// <summary>Removes a link; one that is gone is well.</summary>
    public void Delete(LinkState link) =>
        Check(
            _socket.Execute(LinkMessages.Delete(stackalloc byte[RequestSize], link.Index)),
            $"The interface {link.Name} cannot be removed",
            accepted: Errno.ENODEV);

    /// <summary>Puts an address on a link; one that is there is well.</summary>
    public void AddAddress(LinkState link, in InterfaceAddress address, bool detectDuplicates)
    {
        var answer = _socket.Execute(AddressMessages.Add(stackalloc byte[RequestSize], link.Index, address, detectDuplicates));
        var what = $"The address {address} cannot be put on {link.Name}";
        if (address.IsIPv6 && answer.Error is Errno.EACCES or Errno.EOPNOTSUPP)
        {
            // The kernel says EACCES where IPv6 is switched off, which no privilege helps against.
            throw new NetDeviceException(
                $"{what} ({LinuxError.NameOf(answer.Error)}); switch IPv6 on: sysctl net.ipv6.conf.{link.Name}.disable_ipv6=0.");
        }

        Check(answer, what, accepted: Errno.EEXIST);
    }

    /// <summary>Takes an address off a link; one that is not there is well.</summary>
    public void RemoveAddress(LinkState link, in InterfaceAddress address) =>
        Check(
            _socket.Execute(AddressMessages.Remove(stackalloc byte[RequestSize], link.Index, address)),
            $"The address {address} cannot be taken off {link.Name}",
            accepted: Errno.EADDRNOTAVAIL);

    /// <summary>Makes a gateway the way to everywhere; a route by the same gateway that is there is well.</summary>
    public void AddDefaultRoute(LinkState link, IPAddress gateway, int metric)
    {
        var answer = _socket.Execute(RouteMessages.Add(stackalloc byte[RequestSize], link.Index, gateway, metric));
        if (answer.Error != Errno.EEXIST || !HasDefaultRoute(link, gateway))
        {
            Check(answer, $"The default route by {gateway} with metric {metric} cannot be put on {link.Name}");
        }
    }

    /// <summary>Takes a default route back; one that is not there is well.</summary>
    public void RemoveDefaultRoute(LinkState link, IPAddress gateway) =>
        Check(
            _socket.Execute(RouteMessages.Remove(stackalloc byte[RequestSize], link.Index, gateway)),
            $"The default route by {gateway} cannot be taken off {link.Name}",
            accepted: Errno.ESRCH);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool HasDefaultRoute(LinkState link, IPAddress gateway)
    {
        var found = false;
        var request = RouteMessages.List(stackalloc byte[RequestSize], gateway.AddressFamily == AddressFamily.InterNetworkV6);
        var answer = _socket.Execute(
            request, (in message) => found |= RouteMessages.IsDefaultRoute(message, link.Index, gateway));
        return Checked(answer, "The routes cannot be listed", found);
    }

    private static T Checked<T>(NetlinkAnswer answer, string what, T value)
    {
        Check(answer, what);
        return value;
    }

    private static void Check(NetlinkAnswer answer, string what, Errno accepted = Errno.None)
    {
        if (!answer.Succeeded && answer.Error != accepted)
        {
            throw LinuxError.Exception(what, answer.Error, remedy: null, answer.Text);
        }
    }
}
