using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.Testing;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>Three machines as network namespaces: a client, a gateway, and an "internet" with a server, all of it gone with
/// the test.</summary>
internal sealed class NamespaceRig : IAsyncDisposable
{
    public const string Port = "hs-nap0";
    public const string Uplink = "up0";
    public const string ClientLink = "c0";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _id = Guid.NewGuid().ToString("N")[..6];
    private readonly List<string> _made = [];

    private NamespaceRig()
    {
        Client = $"hsc{_id}";
        Gateway = $"hsg{_id}";
        Internet = $"hsi{_id}";
        Folder = Directory.CreateTempSubdirectory("hsgw").FullName;

        // Programs that gave up root must find their files.
        Allow(Folder);
    }

    public string Client { get; }

    public string Gateway { get; }

    public string Internet { get; }

    /// <summary>The runtime folder of the test.</summary>
    public string Folder { get; }

    public IPAddress Server { get; } = IPAddress.Parse("203.0.113.2");

    public IPAddress Server6 { get; } = IPAddress.Parse("2001:db8:77::2");

    /// <summary>Makes the machines, or says why this one cannot.</summary>
    public static async Task<NamespaceRig> CreateAsync(params string[] programs)
    {
        if (!OperatingSystem.IsLinux() || !GatewayCalls.IsRoot)
        {
            Assert.Ignore("network namespaces need root on Linux: run the tests as root there");
        }

        foreach (var program in programs.Append("ip").Where(static program => SystemPrograms.Find(program) is null))
        {
            Assert.Ignore($"{program} is missing: install its package (iproute2, nftables, dnsmasq-base, busybox-static, iputils-ping)");
        }

        var rig = new NamespaceRig();
        try
        {
            await rig.MakeAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program in a namespace; fails the test where it fails.</summary>
    public static async Task<string> RunAsync(string space, params string[] command)
    {
        var (exitCode, text) = await TryAsync(space, command);
        Assert.That(exitCode, Is.Zero, $"{string.Join(' ', command)} in {space}: {text}");
        return text;
    }

    /// <summary>Runs a program in a namespace to its end.</summary>
    public static Task<(int ExitCode, string Text)> TryAsync(string space, params string[] command) => ExecuteAsync(["ip", "netns", "exec", space, .. command]);

    /// <summary>Waits until something is so.</summary>
    public static Task WaitAsync(string what, Func<Task<bool>> condition) => Eventually.IsTrueAsync(condition, what, Limit);

    /// <summary>Lets everybody read and run a file or folder.</summary>
    public static void Allow(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    /// <summary>A setting of the kernel in a namespace.</summary>
    public static async Task<string> SettingAsync(string space, string path) =>
        (await RunAsync(space, "cat", $"/proc/sys/net/{path}")).Trim();

    /// <summary>A socket of a namespace.</summary>
    public static Task<Socket> SocketAsync(string space, AddressFamily family) =>
        NamespaceThread.RunAsync(space, () => new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>A server on a free port of the internet.</summary>
    public async Task<Socket> ListenAsync(IPAddress address)
    {
        var socket = await SocketAsync(Internet, address.AddressFamily);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen();
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var space in _made)
        {
            await ExecuteAsync(["ip", "netns", "del", space]);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task MakeAsync()
    {
        foreach (var space in new[] { Client, Gateway, Internet })
        {
            await MustAsync($"netns add {space}");
            _made.Add(space);
            await MustAsync($"-n {space} link set lo up");
        }

        await MustAsync($"-n {Gateway} link add {Port} type veth peer name {ClientLink} netns {Client}");
        await MustAsync($"-n {Gateway} link add {Uplink} type veth peer name i0 netns {Internet}");
        await MustAsync($"-n {Internet} addr add {Server}/24 dev i0");
        await MustAsync($"-n {Internet} addr add {Server6}/64 dev i0 nodad");
        await MustAsync($"-n {Internet} link set i0 up");
        await MustAsync($"-n {Gateway} addr add 203.0.113.1/24 dev {Uplink}");
        await MustAsync($"-n {Gateway} addr add 2001:db8:77::1/64 dev {Uplink} nodad");
        await MustAsync($"-n {Gateway} link set {Uplink} up");
        await MustAsync($"-n {Gateway} link set {Port} up");
        await MustAsync($"-n {Client} link set {ClientLink} up");
        await MustAsync($"-n {Gateway} route add default via {Server}");
        await MustAsync($"-n {Gateway} -6 route add default via {Server6}");
    }

    private static async Task MustAsync(string arguments)
    {
        var (exitCode, text) = await ExecuteAsync(["ip", .. arguments.Split(' ')]);
        Assert.That(exitCode, Is.Zero, $"ip {arguments}: {text}");
    }

    private static async Task<(int ExitCode, string Text)> ExecuteAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return (process.ExitCode, await output + await error);
    }
}
