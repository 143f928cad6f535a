using System.Diagnostics;
using System.Globalization;
using HostStack.Hci.Transport;

namespace HostStack.Interop.Tests.Btvirt;

/// <summary>BlueZ's controller emulator, <c>btvirt -s</c>: controllers that nobody here wrote. Its sockets have fixed paths
/// in /tmp, so it runs in a mount namespace of its own with an empty /tmp, and is reached through /proc.</summary>
/// <remarks>What it cannot do: two links of one controller, role switch, supervision timeouts, Secure Connections; a packet
/// header that is cut between two writes loses its sync; and hosts that close may crash it (5.66 goes on with events of a
/// batch whose owner it has just freed), whatever they did before.</remarks>
internal sealed class BtvirtServer : IAsyncDisposable
{
    private const string SocketName = "bt-server-bredr";

    // The last one that it makes: when this is there, it listens on the other. (To try the other by a connection would take
    // the first address.)
    private const string LastSocketName = "bt-server-mon";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CrashLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private BtvirtServer(Process process) => _process = process;

    /// <summary>Whether the emulator is alive.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Where hosts connect; each connection gets a controller.</summary>
    public string Uri => string.Create(CultureInfo.InvariantCulture, $"h4:unix:{Path}");

    private string Path => PathOf(SocketName);

    /// <summary>Starts one. Where it cannot run the test ends as ignored.</summary>
    public static async Task<BtvirtServer> StartAsync()
    {
        Requires.LinuxRoot();
        Requires.Programs(("btvirt", "bluez-test-tools"), ("unshare", "util-linux"), ("mount", "mount"));
        var start = new ProcessStartInfo(Requires.Find("unshare")!)
        {
            ArgumentList =
            {
                "--mount", "--propagation", "private", "/bin/sh", "-c", "mount -t tmpfs none /tmp && exec \"$0\" -s", Requires.Find("btvirt")!,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var server = new BtvirtServer(process);
        try
        {
            await server.WaitAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the emulator has ended, or is about to: what crashes closes its sockets before its end can be
    /// seen.</summary>
    public async Task<bool> HasCrashedAsync()
    {
        using var limit = new CancellationTokenSource(CrashLimit, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A controller for one host.</summary>
    public IControllerSource NewController() => ControllerSources.CreateDefault().Open(Uri);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string PathOf(string socket) => string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/root/tmp/{socket}");

    private async Task WaitAsync()
    {
        await Eventually.IsTrueAsync(() => !IsRunning || File.Exists(PathOf(LastSocketName)), $"btvirt serves at {Path}", StartLimit);
        if (!IsRunning)
        {
            Assert.Ignore(
                "btvirt could not be started in a mount namespace of its own: give the test process CAP_SYS_ADMIN. "
                + (await _process.StandardError.ReadToEndAsync()).Trim());
        }
    }
}
