using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using HostStack.NetDevices.Linux;
using HostStack.Testing;

namespace HostStack.Cli.Tests.Networks;

/// <summary>A machine of its own as a network namespace, gone with the test and everything in it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Machine : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private Machine(string name) => Name = name;

    public string Name { get; }

    /// <summary>Makes a machine, or says why this one cannot.</summary>
    public static async Task<Machine> CreateAsync(params string[] programs)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("network namespaces need root: run the tests as root");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            Assert.Ignore("/dev/net/tun is missing: load the kernel module tun");
        }

        foreach (var program in programs.Append("ip").Where(static program => !IsInstalled(program)))
        {
            Assert.Ignore($"{program} is missing: install its package (iproute2, nftables, dnsmasq-base, iputils-ping, libslirp0)");
        }

        var machine = new Machine($"hst{Guid.NewGuid().ToString("N")[..6]}");
        await MustAsync("ip", "netns", "add", machine.Name);
        await machine.IpAsync("link set lo up");
        return machine;
    }

    /// <summary>A cable between two machines, with an IPv4 and an IPv6 address at each end.</summary>
    public static async Task ConnectAsync(Machine one, string oneLink, string[] oneAddresses, Machine other, string otherLink, string[] otherAddresses)
    {
        await one.IpAsync($"link add {oneLink} type veth peer name {otherLink} netns {other.Name}");
        foreach (var (machine, link, addresses) in new[] { (one, oneLink, oneAddresses), (other, otherLink, otherAddresses) })
        {
            foreach (var address in addresses)
            {
                await machine.IpAsync($"addr add {address} dev {link}{(address.Contains(':', StringComparison.Ordinal) ? " nodad" : "")}");
            }

            await machine.IpAsync($"link set {link} up");
        }
    }

    /// <summary>Waits until something is so.</summary>
    public static Task WaitAsync(string what, Func<Task<bool>> condition) => Eventually.IsTrueAsync(condition, what, Limit);

    /// <summary><c>ip -n NAME …</c>, which must succeed.</summary>
    public Task<string> IpAsync(string arguments) => MustAsync("ip", ["-n", Name, .. arguments.Split(' ')]);

    /// <summary>Runs a program here, which must succeed.</summary>
    public Task<string> RunAsync(params string[] command) => MustAsync("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Whether a program succeeds here.</summary>
    public async Task<bool> SucceedsAsync(params string[] command) =>
        (await ExecuteAsync("ip", ["netns", "exec", Name, .. command])).ExitCode == 0;

    public async Task<bool> HasInterfaceAsync(string name) => await SucceedsAsync("test", "-e", $"/sys/class/net/{name}");

    public Task<bool> PingsAsync(string address) => SucceedsAsync("ping", "-c", "1", "-W", "5", address);

    public async Task<string> SettingAsync(string path) => (await RunAsync("cat", $"/proc/sys/net/{path}")).Trim();

    /// <summary>The addresses of an interface, <c>10.0.0.1/24</c>.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(string link, string family) =>
        [.. (await IpAsync($"-{family} -o addr show dev {link} scope global")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];

    /// <summary>A socket of this machine, which any thread may use.</summary>
    public Socket OpenSocket(AddressFamily family)
    {
        using var space = LinuxNetworkNamespace.Open(Name);
        return space.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
    }

    /// <summary>Whether an address is this machine's, and may be used.</summary>
    public bool CanBind(IPAddress address)
    {
        using var socket = OpenSocket(address.AddressFamily);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Answers each HTTP request with a JSON document, until disposed.</summary>
    public Socket ServeJson(IPAddress address, string json)
    {
        var listener = Listen(address);
        _ = AnswerAsync(listener, async accepted =>
        {
            var request = new byte[4096];
            var count = await accepted.ReceiveAsync(request);
            var isGet = System.Text.Encoding.ASCII.GetString(request, 0, count).StartsWith("GET /sensors/1 HTTP/1.1\r\n", StringComparison.Ordinal);
            return $"HTTP/1.1 {(isGet ? "200 OK" : "404 Not Found")}\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\nConnection: close\r\n\r\n{json}";
        });
        return listener;
    }

    /// <summary>An HTTP client of this machine.</summary>
    public HttpClient OpenHttp() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, stop) =>
        {
            var target = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
            var socket = OpenSocket(target.AddressFamily);
            await socket.ConnectAsync(target, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        Timeout = Limit,
    };

    /// <summary>Answers each connection with who was seen at the other end, until disposed.</summary>
    public Socket Serve(IPAddress address)
    {
        var listener = Listen(address);
        _ = AnswerAsync(listener, static accepted => Task.FromResult(((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString()));
        return listener;
    }

    /// <summary>Asks such a server.</summary>
    public async Task<string> AskAsync(EndPoint server)
    {
        using var socket = OpenSocket(server.AddressFamily);
        await socket.ConnectAsync(server).WaitAsync(Limit, TimeProvider.System);
        var buffer = new byte[128];
        var count = await socket.ReceiveAsync(buffer).WaitAsync(Limit, TimeProvider.System);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync("ip", ["netns", "del", Name]);

    private static bool IsInstalled(string name) => name.StartsWith("lib", StringComparison.Ordinal)
        || new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Any(folder => File.Exists(Path.Combine(folder, name)));

    private Socket Listen(IPAddress address)
    {
        var listener = OpenSocket(address.AddressFamily);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }

    private static async Task AnswerAsync(Socket listener, Func<Socket, Task<string>> answer)
    {
        try
        {
            while (true)
            {
                using var accepted = await listener.AcceptAsync();
                await accepted.SendAsync(System.Text.Encoding.ASCII.GetBytes(await answer(accepted)));
                accepted.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<string> MustAsync(string program, params string[] arguments)
    {
        var (exitCode, text) = await ExecuteAsync(program, arguments);
        Assert.That(exitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {text}");
        return text;
    }

    private static async Task<(int ExitCode, string Text)> ExecuteAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return (process.ExitCode, await output + await error);
    }
}
