using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Netlink;
using HostStack.NetDevices.Linux.Tap;

namespace HostStack.NetDevices.Linux;

/// <summary>Removes what a process that was killed left behind.</summary>
/// <remarks>A TAP interface goes with its process; a bridge does not. Bridges of this program say in their alias which
/// process made them.</remarks>
public static class LinuxLeftovers
{
    /// <summary>Removes the bridges that ports made whose process is gone, where nothing is in them any more.</summary>
    /// <param name="networkNamespace">Where to look, by name or path; null: the calling thread's namespace.</param>
    /// <returns>The names of those removed.</returns>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    public static IReadOnlyList<string> Remove(string? networkNamespace = null)
    {
        using var place = networkNamespace is null ? LinuxNetworkNamespace.OpenCurrent() : LinuxNetworkNamespace.Open(networkNamespace);
        using var routes = place.Run(static () => new RouteSocket());
        var links = routes.Links();
        var removed = new List<string>();
        foreach (var bridge in links.Where(static link => link.IsBridge))
        {
            if (OwnerMark.TryParse(bridge.Alias, out var mark) && !mark.IsAlive && links.All(link => link.Master != bridge.Index))
            {
                routes.Delete(bridge);
                removed.Add(bridge.Name);
            }
        }

        return removed;
    }
}
