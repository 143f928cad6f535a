using System.Globalization;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>Opens serial ports of Linux and macOS: <c>/dev/ttyUSB0</c>, <c>/dev/cu.usbserial-1</c>.</summary>
public static class TermiosPorts
{
    private const int LeaveLimit = 100; // Milliseconds, as below.
    private const int LeaveLook = 5;

    /// <summary>Opens a port for this process alone, in raw mode, with what had come thrown away.</summary>
    /// <param name="name">The path of its device.</param>
    /// <param name="settings">How it is set up.</param>
    /// <exception cref="ControllerUnavailableException">It cannot be opened; the message names the remedy.</exception>
    public static ISerialPort Open(string name, SerialSettings settings) =>
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
            ? Open(name, settings, Terminal.OfThisSystem, UnixTerminalCalls.Instance)
            : throw new ControllerUnavailableException(
                $"{name} cannot be opened by termios, which this system has not; build with -p:PackageAdapters=true for the adapter on System.IO.Ports.");

    /// <summary>Says why a port cannot be opened, as far as that is known without an opening, which would move its lines: it is not
    /// there, or this process has no right to it. Who has it open is not known.</summary>
    /// <param name="name">The path of its device.</param>
    /// <returns>One sentence with the remedy; null where nothing speaks against it, and on systems without termios.</returns>
    public static string? Probe(string name) =>
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? Probe(name, UnixTerminalCalls.Instance) : null;

    internal static string? Probe(string name, ITerminalCalls calls) =>
        calls.MayOpen(name) is not Errno.None and var error ? CannotOpen(name, error) : null;

    internal static TermiosPort Open(
        string name, SerialSettings settings, Terminal terminal, ITerminalCalls calls, Func<WakeDescriptor>? wake = null)
    {
        if (settings.BaudRate is < TermiosPort.LeastBaudRate or > TermiosPort.GreatestBaudRate)
        {
            throw new ControllerUnavailableException(CannotDo(name, settings.BaudRate));
        }

        var device = calls.TryOpen(name, out var error)
            ?? throw new ControllerUnavailableException(CannotOpen(name, error));
        try
        {
            SetUp(name, device, settings, terminal, calls);
            return new TermiosPort(name, device, settings.BaudRate, terminal, calls, (wake ?? WakeDescriptor.Create)());
        }
        catch (IOException failure)
        {
            device.Dispose();
            throw new ControllerUnavailableException(
                $"{name} cannot be opened ({failure.Message}); close programs, or raise the limit of open files (ulimit -n).", failure);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private static void SetUp(
        string name, FileDescriptor device, SerialSettings settings, Terminal terminal, ITerminalCalls calls)
    {
        if (calls.Lock(device) != Errno.None)
        {
            throw new ControllerUnavailableException(InUse(name, "another program has locked it"));
        }

        // A terminal whose octets go to a driver of the kernel is a Bluetooth controller that btattach has taken.
        if (Terminal.ReadInt(calls, device, terminal.GetLineDiscipline, out var discipline) == Errno.None && discipline != 0)
        {
            throw new ControllerUnavailableException(InUse(name, string.Create(
                CultureInfo.InvariantCulture, $"the kernel's line discipline {discipline} has it")));
        }

        var error = calls.Control(device, terminal.TakeExclusively);
        device.BeforeClosing = error == Errno.None ? last => LetGo(last, terminal, calls) : null;
        error = error == Errno.None ? terminal.SetUp(calls, device, settings) : error;
        error = error == Errno.None ? terminal.Discard(calls, device) : error;
        if (error == Errno.EINVAL)
        {
            throw new ControllerUnavailableException(CannotDo(name, settings.BaudRate));
        }

        if (error != Errno.None)
        {
            throw new ControllerUnavailableException(CannotOpen(name, error));
        }
    }

    // A driver waits up to 30 s for octets that cannot leave before it closes, and nobody could open the port meanwhile: what
    // does not leave soon is thrown away.
    private static void LetGo(FileDescriptor device, Terminal terminal, ITerminalCalls calls)
    {
        var since = Environment.TickCount64;
        while (terminal.ReadUnsent(calls, device, out var octets) == Errno.None && octets > 0)
        {
            if (Environment.TickCount64 - since > LeaveLimit)
            {
                _ = terminal.DiscardUnsent(calls, device);
                break;
            }

            LibC.Wait(LeaveLook);
        }

        _ = calls.Control(device, terminal.GiveUpExclusively);
    }

    private static string CannotDo(string name, int baudRate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name} cannot do {baudRate} baud; choose a rate from {TermiosPort.LeastBaudRate} to {TermiosPort.GreatestBaudRate} that its UART has.");

    private static string InUse(string name, string who) =>
        $"{name} is in use: {who}; end that program (btattach, hciattach, ModemManager, a terminal program) and try again.";

    private static string CannotOpen(string name, Errno error) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => $"There is no serial port {name}; plug it in, or check its name (ls /dev/tty*).",
        Errno.ENXIO or Errno.ENODEV or Errno.EIO => $"There is no device behind {name}; plug it in, or check its name.",
        Errno.EACCES or Errno.EPERM =>
            $"No permission to open {name}; join the group that owns it (sudo usermod -aG dialout $USER, then log in again), or run as root.",
        Errno.EBUSY => InUse(name, "another program has it for itself"),
        Errno.ENOTTY or Errno.EINVAL or Errno.EISDIR => $"{name} is no serial port; name one like /dev/ttyUSB0.",
        _ => $"{name} cannot be opened ({UnixError.NameOf(error)}); check the device and its driver (dmesg).",
    };
}
