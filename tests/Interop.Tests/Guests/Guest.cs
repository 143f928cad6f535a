using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace HostStack.Interop.Tests.Guests;

/// <summary>What a guest has besides processor, command port and controller.</summary>
internal sealed record GuestHardware
{
    /// <summary>Memory in MiB.</summary>
    public int Memory { get; init; } = 512;

    /// <summary>Whether its controller is behind a 16550 and the kernel's hci_uart, not behind hci_vhci.</summary>
    public bool Uart { get; init; }

    /// <summary>The path of a Unix socket on which QEMU listens, for USB/IP; null: the guest has no USB.</summary>
    public string? Usb { get; init; }

    /// <summary>Folders of the host, which the guest reads by their names.</summary>
    public IReadOnlyList<(string Name, string Path)> Shares { get; init; } = [];
}

/// <summary>A virtual machine with Linux and BlueZ, whose Bluetooth controller is a byte stream of H4 at a Unix socket. It
/// has no network but Bluetooth.</summary>
/// <remarks>It ends when disposed, and when the test process ends however it ends: a wrapper around QEMU holds a pipe of
/// the test process and kills QEMU when that closes. A kernel that panics ends QEMU.</remarks>
internal sealed class Guest : IAsyncDisposable
{
    private const string CommandPort = "command";
    private const string ControllerPort = "bt0";
    private const string UsbPort = "usb0";

    // Ends QEMU when the pipe on its input closes, and itself when QEMU ends.
    private const string Leash =
        "exec 3<&0; \"$@\" </dev/null 3<&- & qemu=$!; { read -r _ <&3; kill -9 $qemu; } & leash=$!; "
        + "wait $qemu; status=$?; kill $leash 2>/dev/null; exit $status";

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ScriptLimit = TimeSpan.FromMinutes(3);

    private readonly Process _qemu;
    private readonly StringWriter _said = new(CultureInfo.InvariantCulture);
    private readonly Task _exited;
    private GuestCommandPort? _commands;

    private Guest(string name, string folder, Process qemu)
    {
        Name = name;
        Folder = folder;
        _qemu = qemu;
        _exited = WatchAsync();
    }

    public string Name { get; }

    /// <summary>Where its console and its artefacts are.</summary>
    public string Folder { get; }

    /// <summary>From the start of QEMU until BlueZ was ready.</summary>
    public TimeSpan BootTime { get; private set; }

    public bool IsRunning => !_exited.IsCompleted;

    private string ConsoleFile => Path.Combine(Folder, $"{Name}.console.log");

    /// <summary>Starts a guest and waits until BlueZ in it has its controller powered; one with USB begins without
    /// BlueZ.</summary>
    /// <param name="image">What it boots.</param>
    /// <param name="name">Its name.</param>
    /// <param name="controller">The path of a Unix socket that serves H4.</param>
    /// <param name="folder">An empty or shared folder for console and artefacts; a short path, as sockets live there.</param>
    /// <param name="hardware">What else it has; null: nothing special.</param>
    public static async Task<Guest> StartAsync(
        GuestImage image, string name, string controller, string folder, GuestHardware? hardware = null)
    {
        var socketPath = Path.Combine(folder, $"{name}.{CommandPort}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen(1);
        var clock = Stopwatch.StartNew();
        var guest = new Guest(name, folder, StartQemu(image, name, controller, socketPath, folder, hardware ?? new()));
        try
        {
            using var limit = new CancellationTokenSource(ReadyLimit);
            guest._commands = new GuestCommandPort(await guest.UnlessGoneAsync(listener.AcceptAsync(limit.Token).AsTask()));
            var ready = await guest.RunAsync("until [ -e /run/ready ]; do usleep 50000; done", ReadyLimit);
            Assert.That(ready.Succeeded, Is.True, () => $"{name} is ready within {ReadyLimit}: {guest.Describe()}");
            guest.BootTime = clock.Elapsed;
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script in the guest.</summary>
    /// <param name="script">For its shell; the functions of <c>guest-lib.sh</c> are there.</param>
    /// <param name="limit">After this the guest kills it; three minutes unless given.</param>
    public async Task<ScriptResult> RunAsync(string script, TimeSpan? limit = null)
    {
        try
        {
            return await _commands!.RunAsync($". /etc/guest-lib.sh\n{script}\n", limit ?? ScriptLimit);
        }
        catch (IOException gone)
        {
            throw new IOException(Describe(), gone);
        }
    }

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="script">The script.</param>
    /// <param name="limit">After this the guest kills it; three minutes unless given.</param>
    /// <returns>What it wrote.</returns>
    public async Task<string> DoAsync(string script, TimeSpan? limit = null)
    {
        var result = await RunAsync(script, limit);
        Assert.That(result.Status, Is.Zero, $"{Name}: {script}\n{result.Text}");
        return result.Text;
    }

    /// <summary>Tries a script until it succeeds.</summary>
    /// <param name="script">The script; it must do no harm when it is run again.</param>
    /// <param name="what">What is waited for, in words.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>What it wrote at last.</returns>
    public async Task<string> UntilAsync(string script, string what, int seconds = 60)
    {
        var loop = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
              end=$(( $(cut -d. -f1 /proc/uptime) + {{seconds}} ))
              while :; do
                said=$( { {{script}}
                } 2>&1 ) && { echo "$said"; exit 0; }
                [ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || { echo "$said"; exit 1; }
                usleep 100000
              done
              """);
        var result = await RunAsync(loop, TimeSpan.FromSeconds(seconds * 4));
        Assert.That(result.Status, Is.Zero, $"{Name}: waited {seconds} s of its time until {what}\n{result.Text}");
        return result.Text;
    }

    /// <summary>Copies a file of the guest, where guest and file are there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="copy">The copy.</param>
    public async Task FetchAsync(string path, string copy)
    {
        try
        {
            if (await RunAsync($"cat {path}") is { Succeeded: true } result)
            {
                await File.WriteAllBytesAsync(copy, result.Output);
            }
        }
        catch (IOException)
        {
            // A guest that is gone has left its console.
        }
    }

    /// <summary>The end of its console, and how QEMU ended.</summary>
    public string Describe()
    {
        var console = File.Exists(ConsoleFile) ? File.ReadAllText(ConsoleFile) : "(no console)";
        var state = _exited.IsCompleted ? $"QEMU ended with {_qemu.ExitCode}" : "QEMU runs";
        return $"{Name}: {state}. {_said}\n{(console.Length > 3000 ? console[^3000..] : console)}";
    }

    public async ValueTask DisposeAsync()
    {
        _qemu.StandardInput.Close();
        await _exited;
        if (_commands is not null)
        {
            await _commands.DisposeAsync();
        }

        _qemu.Dispose();
    }

    private static Process StartQemu(
        GuestImage image, string name, string controller, string socketPath, string folder, GuestHardware hardware)
    {
        string[] ports = [CommandPort, .. hardware.Uart ? (string[])[] : [ControllerPort], .. hardware.Usb is null ? (string[])[] : [UsbPort]];

        // no_timer_check: on a busy machine the emulated timer may not tick while the kernel looks whether it does, and it panics.
        string[] words =
        [
            "console=ttyS0", "quiet", "panic=-1", "oops=panic", "no_timer_check", "tsc=reliable", "mitigations=off",
            "random.trust_cpu=on",
            $"guest.name={name}", $"guest.ports={string.Join(',', ports)}", hardware.Uart ? "guest.uart=ttyS1" : string.Empty,
            hardware.Usb is null ? string.Empty : "guest.usb=1",
        ];
        string[] usb = hardware.Usb is null ? [] :
        [
            "-chardev", $"socket,path={hardware.Usb},server=on,wait=off,id={UsbPort}",
            "-device", $"virtserialport,chardev={UsbPort},name={UsbPort}",
        ];
        string[] arguments =
        [
            "-c", Leash, "leash",
            "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-M", "q35", "-smp", "1",
            "-m", hardware.Memory.ToString(CultureInfo.InvariantCulture),
            "-nodefaults", "-display", "none", "-no-reboot", "-nic", "none",
            "-kernel", image.Kernel, "-initrd", image.Initramfs, "-append", string.Join(' ', words),
            "-serial", $"file:{Path.Combine(folder, $"{name}.console.log")}",
            "-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random",
            "-device", "virtio-serial-pci",
            "-chardev", $"socket,path={socketPath},id={CommandPort}",
            "-device", $"virtserialport,chardev={CommandPort},name={CommandPort}",
            "-chardev", $"socket,path={controller},id={ControllerPort}",
            "-device", hardware.Uart ? $"isa-serial,chardev={ControllerPort}" : $"virtserialport,chardev={ControllerPort},name={ControllerPort}",
            .. usb,
            .. hardware.Shares.SelectMany(static share =>
                (string[])["-virtfs", $"local,path={share.Path},mount_tag={share.Name},security_model=none,readonly=on,multidevs=remap"]),
        ];
        return Process.Start(new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private async Task WatchAsync()
    {
        _qemu.OutputDataReceived += Say;
        _qemu.ErrorDataReceived += Say;
        _qemu.BeginOutputReadLine();
        _qemu.BeginErrorReadLine();
        await _qemu.WaitForExitAsync();

        void Say(object sender, DataReceivedEventArgs line)
        {
            lock (_said)
            {
                _said.WriteLine(line.Data);
            }
        }
    }

    private async Task<T> UnlessGoneAsync<T>(Task<T> task)
    {
        if (await Task.WhenAny(task, _exited) == _exited)
        {
            throw new IOException(Describe());
        }

        return await task;
    }
}
