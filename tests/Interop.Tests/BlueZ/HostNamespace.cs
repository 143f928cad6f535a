using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>A network namespace of this machine with a TAP interface of ours in it, and the programs that run there. It
/// goes with everything in it.</summary>
internal sealed class HostNamespace : IAsyncDisposable
{
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromSeconds(90);
    private static int _count;

    private readonly List<Process> _programs = [];

    private HostNamespace(string name) => Name = name;

    public string Name { get; }

    public LinuxTapPort Port { get; private set; } = null!;

    /// <summary>Makes the namespace, with the TAP interface <c>pan</c> that has 10.9.0.1/24 and fd09::1/64.</summary>
    /// <param name="address">The MAC address of the interface.</param>
    public static async Task<HostNamespace> CreateAsync(MacAddress address)
    {
        var network = new HostNamespace($"hs-bluez-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        await DoAsync("ip", "netns", "add", network.Name);
        try
        {
            await DoAsync("ip", "-n", network.Name, "link", "set", "lo", "up");
            network.Port = LinuxTapPort.Create(new TapOptions
            {
                Name = "pan",
                Address = address,
                NetworkNamespace = network.Name,
                DetectDuplicates = false,
                Addresses = [InterfaceAddress.Parse("10.9.0.1/24"), InterfaceAddress.Parse("fd09::1/64")],
            });
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program to its end in the namespace.</summary>
    /// <returns>What it wrote.</returns>
    public Task<string> RunAsync(params string[] command) => DoAsync(["ip", "netns", "exec", Name, .. command]);

    /// <summary>Gets a page from within the namespace.</summary>
    public async Task<string> GetAsync(Uri page)
    {
        using var inside = LinuxNetworkNamespace.Open(Name);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var address = IPAddress.Parse(context.DnsEndPoint.Host);
                var socket = inside.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = ProgramLimit };
        return await client.GetStringAsync(page);
    }

    /// <summary>Starts a program that runs until the namespace goes.</summary>
    public void Start(params string[] command) =>
        _programs.Add(Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Name, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync();
            program.Dispose();
        }

        if (Port is not null)
        {
            await Port.DisposeAsync();
        }

        await DoAsync("ip", "netns", "del", Name);
    }

    private static async Task<string> DoAsync(params string[] command)
    {
        using var program = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = program.StandardOutput.ReadToEndAsync();
        var errors = program.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(ProgramLimit);
        try
        {
            await program.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: true);
        }

        var said = await output + await errors;
        Assert.That(program.ExitCode, Is.Zero, $"{string.Join(' ', command)}\n{said}");
        return said;
    }
}
