using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>A program of a namespace that sends numbered datagrams out of a port's interface; nothing else is sent there.</summary>
internal sealed class DatagramSource : IDisposable
{
    /// <summary>Octets before the number in a frame: Ethernet, IPv4, UDP.</summary>
    private const int NumberOffset = 14 + 20 + 8;

    private static readonly InterfaceAddress Near = InterfaceAddress.Parse("10.66.0.1/24");
    private static readonly IPEndPoint Far = new(IPAddress.Parse("10.66.0.2"), 4242);

    private readonly Socket _socket;
    private int _next;

    private DatagramSource(Socket socket) => _socket = socket;

    /// <summary>Makes a port whose machine says nothing by itself, with its carrier up and a neighbour that is known.</summary>
    public static (LinuxTapPort Port, DatagramSource Source) Create(TapRig rig, TapOptions? options = null)
    {
        var network = rig.AddNamespace();
        Shell.Run("ip", "netns", "exec", network, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        var port = rig.Add((options ?? new TapOptions()) with { NetworkNamespace = network, Addresses = [Near] });
        Shell.Run("ip", "-n", network, "neigh", "add", Far.Address.ToString(), "lladdr", "02:00:00:00:00:02", "dev", port.Name);
        port.SetCarrier(true);
        using var place = LinuxNetworkNamespace.Open(network);
        var socket = place.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.SendBufferSize = 1 << 20;
        TapRig.Until(() => IsUp(network, port.Name), "the carrier is up");
        return (port, new DatagramSource(socket));
    }

    /// <summary>The number in a frame of this source; -1 where it is another's.</summary>
    public static int NumberOf(in EthernetFrame frame) =>
        frame.Type == EtherType.IPv4 && frame.Payload.Length >= NumberOffset - EthernetFrame.HeaderSize + sizeof(int)
            ? BinaryPrimitives.ReadInt32BigEndian(frame.Payload[(NumberOffset - EthernetFrame.HeaderSize)..])
            : -1;

    /// <summary>Sends datagrams; what the kernel has no room for is lost, as it is for any program.</summary>
    public void Send(int count)
    {
        var number = new byte[sizeof(int)];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, _next++);
            try
            {
                _socket.SendTo(number, Far);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // The queue of the interface is full, and the kernel says so.
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsUp(string network, string name) =>
        (string)TapRig.Link(network, name)!["operstate"]! == "UP";
}
