using System.Net;
using System.Net.Sockets;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Opens ports with a forward on a free port of the loopback.</summary>
internal static class FreeForward
{
    private const int Attempts = 20;

    /// <summary>libslirp takes no port 0: one that was free a moment ago is asked for, until it is still free.</summary>
    /// <param name="forward">The forward's text for a port number.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    public static (UserModePort Port, int Number) Open(Func<int, string> forward, UserModeOptions? options = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var number = FindFree();
            Assert.That(PortForward.TryParse(forward(number), out var parsed), Is.True);
            try
            {
                return (UserModePort.Open((options ?? new UserModeOptions()) with { Forwards = [parsed!] }), number);
            }
            catch (NetDeviceException) when (attempt < Attempts)
            {
                // Somebody took it meanwhile.
            }
        }
    }

    private static int FindFree()
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)tcp.LocalEndPoint!).Port;
    }
}
