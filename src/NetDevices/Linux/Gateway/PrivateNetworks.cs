using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Private networks for the peers of one device: the same ones at each start, others for another device. Pure.</summary>
internal static class PrivateNetworks
{
    private const int TriesInTen = 64;
    private const int TriesElsewhere = 32;
    private const int SubnetPrefix = 24;
    private const int UniqueLocalPrefixLength = 64;

    // fc00::/7 with the L bit, "locally assigned" (RFC 4193, 3.1).
    private const byte UniqueLocal = 0xFD;

    /// <summary>The /24 networks to try, in order: of 10.0.0.0/8, then of 172.16.0.0/12 and 192.168.0.0/16 (RFC 1918), which
    /// serve where a tunnel has a route to all of 10.0.0.0/8.</summary>
    /// <param name="device">The port's address, which is the controller's.</param>
    public static IEnumerable<IPNetwork> Subnets(MacAddress device)
    {
        for (var i = 0; i < TriesInTen; i++)
        {
            var chance = Chance(device, "IPv4", i);
            yield return new IPNetwork(new IPAddress([10, chance[0], chance[1], 0]), SubnetPrefix);
        }

        for (var i = 0; i < TriesElsewhere; i++)
        {
            var chance = Chance(device, "IPv4 172", i);
            yield return new IPNetwork(new IPAddress([172, (byte)(16 | (chance[0] & 0x0F)), chance[1], 0]), SubnetPrefix);
        }

        for (var i = 0; i < TriesElsewhere; i++)
        {
            yield return new IPNetwork(new IPAddress([192, 168, Chance(device, "IPv4 192", i)[0], 0]), SubnetPrefix);
        }
    }

    /// <summary>The first of <see cref="Subnets"/> that meets none of the present networks; null: each does.</summary>
    /// <param name="device">The port's address.</param>
    /// <param name="present">Where the machine has routes to; a default route (a prefix of 0 bits) does not count.</param>
    public static IPNetwork? FreeSubnet(MacAddress device, IReadOnlyCollection<IPNetwork> present)
    {
        foreach (var subnet in Subnets(device))
        {
            if (!present.Any(other => Overlap(subnet, other)))
            {
                return subnet;
            }
        }

        return null;
    }

    /// <summary>The unique local /64 of a device's interface (RFC 4193, 3.2.2, with the hash over the device instead of the
    /// time, so that it stays).</summary>
    /// <param name="device">The port's address.</param>
    /// <param name="name">The interface's name: two networks of one device have different subnet ids.</param>
    public static IPNetwork UniqueLocalPrefix(MacAddress device, string name)
    {
        var octets = new byte[16];
        octets[0] = UniqueLocal;
        Chance(device, "IPv6", 0).AsSpan(0, 5).CopyTo(octets.AsSpan(1));
        Chance(device, name, 0).AsSpan(0, 2).CopyTo(octets.AsSpan(6));
        return new IPNetwork(new IPAddress(octets), UniqueLocalPrefixLength);
    }

    /// <summary>Whether two networks of a family have addresses in common; a default route meets nothing.</summary>
    public static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.PrefixLength > 0 && other.PrefixLength > 0 && one.BaseAddress.AddressFamily == other.BaseAddress.AddressFamily
        && (one.PrefixLength <= other.PrefixLength ? one.Contains(other.BaseAddress) : other.Contains(one.BaseAddress));

    private static byte[] Chance(MacAddress device, string purpose, int number)
    {
        var text = System.Text.Encoding.UTF8.GetBytes($"HostStack {purpose}");
        var seed = new byte[MacAddress.Size + 4 + text.Length];
        device.Write(seed);
        BinaryPrimitives.WriteInt32BigEndian(seed.AsSpan(MacAddress.Size), number);
        text.CopyTo(seed, MacAddress.Size + 4);
        return SHA256.HashData(seed);
    }
}
