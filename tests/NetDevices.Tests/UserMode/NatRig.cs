using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Tests.Linux;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>A Linux machine on a TAP in one namespace, behind a user-mode port whose sockets are in another. The world is an
/// address on the other namespace's loopback.</summary>
internal sealed class NatRig : IAsyncDisposable
{
    /// <summary>The interface of the machine behind the NAT.</summary>
    public const string Interface = "hs-u0";

    /// <summary>The world's addresses (RFC 5737, RFC 3849).</summary>
    public static readonly IPAddress World = IPAddress.Parse("203.0.113.1");
    public static readonly IPAddress World6 = IPAddress.Parse("2001:db8::1");

    private const int BufferSize = 65536;

    private readonly TapRig _rig;
    private readonly LinuxNetworkNamespace _inside;
    private readonly LinuxNetworkNamespace _outside;

    public NatRig(UserModeOptions? options = null, params string[] addresses)
        : this(options, isJoined: true, addresses)
    {
    }

    /// <param name="options">The port's.</param>
    /// <param name="isJoined">False leaves the port to the test.</param>
    /// <param name="addresses">The machine's.</param>
    public NatRig(UserModeOptions? options, bool isJoined, params string[] addresses)
    {
        SlirpNeed.Check();
        _rig = new TapRig();
        InsideName = _rig.AddNamespace();
        OutsideName = _rig.AddNamespace();
        Shell.Run("ip", "-n", OutsideName, "addr", "add", $"{World}/32", "dev", "lo");
        Shell.Run("ip", "-n", OutsideName, "addr", "add", $"{World6}/128", "dev", "lo", "nodad");
        _inside = LinuxNetworkNamespace.Open(InsideName);
        _outside = LinuxNetworkNamespace.Open(OutsideName);
        Port = _outside.Run(() => UserModePort.Open(options));
        Tap = _rig.Add(new TapOptions
        {
            Name = Interface,
            NetworkNamespace = InsideName,
            DetectDuplicates = false,
            Addresses = [.. addresses.Select(InterfaceAddress.Parse)],
        });
        if (isJoined)
        {
            Forwarder.Join(Tap, Port);
        }
    }

    public string InsideName { get; }

    public string OutsideName { get; }

    public UserModePort Port { get; }

    public LinuxTapPort Tap { get; }

    /// <summary>Runs a program on the machine behind the NAT.</summary>
    public string RunInside(params string[] arguments) => Shell.Run("ip", ["netns", "exec", InsideName, .. arguments]);

    public Socket ListenInside(IPAddress address, int port = 0) => _inside.Run(() => Listen(address, port));

    public Socket ListenOutside(IPAddress address, int port = 0) => _outside.Run(() => Listen(address, port));

    public Task<Socket> ConnectInsideAsync(EndPoint to) => ConnectAsync(_inside, to);

    public Task<Socket> ConnectOutsideAsync(EndPoint to) => ConnectAsync(_outside, to);

    /// <summary>Waits for the address that the machine makes of a router advertisement.</summary>
    public IPAddress UntilAutoconfigured()
    {
        var prefix = Port.Network6!.Value;
        IPAddress? found = null;
        TapRig.Until(
            () => (found = TapRig.Addresses(InsideName, Interface)
                .Select(static text => InterfaceAddress.Parse(text).Address)
                .FirstOrDefault(prefix.Contains)) is not null,
            $"an address of {prefix}");
        TapRig.Until(
            () => Shell.Run("ip", "-n", InsideName, "-6", "addr", "show", "dev", Interface, "tentative").Length == 0,
            "nobody to object to the address");
        return found!;
    }

    /// <summary>Sends octets on one socket and reads them from another; both ends are closed.</summary>
    /// <returns>The digest of what was read.</returns>
    public static async Task<byte[]> CarryAsync(Socket from, Socket to, byte[] octets)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var source = from;
        using var sink = to;
        var sending = SendAsync(source, octets, deadline.Token);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        while (await sink.ReceiveAsync(buffer, deadline.Token) is > 0 and var count)
        {
            digest.AppendData(buffer, 0, count);
        }

        await sending;
        return digest.GetHashAndReset();
    }

    public async ValueTask DisposeAsync()
    {
        await Port.DisposeAsync();
        await _rig.DisposeAsync();
        _inside.Dispose();
        _outside.Dispose();
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (!octets.IsEmpty)
        {
            octets = octets[await socket.SendAsync(octets, cancellationToken)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private static async Task<Socket> ConnectAsync(LinuxNetworkNamespace network, EndPoint to)
    {
        // The socket is made in the namespace; it stays there, whoever connects it.
        var socket = network.Run(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(to).WaitAsync(FrameClient.Limit);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
