using System.Net;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Bench.Memory;

/// <summary>What the two processes of <c>--memory</c> have agreed on.</summary>
internal static class MemoryNetwork
{
    /// <summary>The option that makes this program the other process, followed by a socket's path.</summary>
    public const string PeersOption = "--memory-peers";

    /// <summary>Peers of a full piconet.</summary>
    public const int Peers = 7;

    /// <summary>The other process serves the host's controller.</summary>
    public const string Listening = "listening";

    /// <summary>The host serves the network.</summary>
    public const string Serving = "serving";

    /// <summary>All peers have joined.</summary>
    public const string Connected = "connected";

    /// <summary>All peers have sent what they had to send.</summary>
    public const string Done = "done";

    /// <summary>The address of the host's controller.</summary>
    public static BdAddr HostAddress { get; } = new(0x00_5E_F1_CA_00_01);

    /// <summary>The host's address on the network.</summary>
    public static IPAddress HostIp => Ip(1);

    /// <summary>An address of the network.</summary>
    /// <param name="last">Its last octet.</param>
    public static IPAddress Ip(int last) => new([192, 168, 77, (byte)last]);

    /// <summary>How both sides are opened.</summary>
    /// <param name="name">The name.</param>
    public static BluetoothHostOptions Options(string name) => new() { Name = name, PairingAgent = new JustWorksAgent() };
}
