using System.Globalization;
using System.Runtime.Versioning;
using HostStack.Hci.Transport.Unix;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>From which interfaces this user's processes have detached the kernel's driver and not attached it again: a file for
/// each device. What is left there by a process that was killed, the next one gives back.</summary>
/// <remarks>A note is of one plugging in: the place, the address on the bus, the ids and the boot. It is written before the driver
/// is detached, and removed after it was attached; where it cannot be written, all else goes on without it.</remarks>
/// <param name="folder">Where the notes are; made at the first one. Where others than this user and root can write there, it is
/// not used.</param>
/// <param name="boot">This boot of the machine.</param>
/// <param name="log">Where to log.</param>
internal sealed class DetachedDrivers(string folder, string boot, ILogger log)
{
    private const UnixFileMode FolderAccessMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Octets. The longest note of a controller has less than a hundred.
    private const int NoteLimit = 512;

    private bool _isRefusalTold;

    /// <summary>This boot (random(4), <c>/proc/sys/kernel/random/boot_id</c>); null where the system does not tell it.</summary>
    public static string? CurrentBoot { get; } = ReadBoot();

    /// <summary>The interfaces of a device that have lost their driver; none where it was plugged in again since.</summary>
    public IReadOnlyList<byte> Read(UsbDeviceInfo device)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        try
        {
            using var notes = Open();
            return notes?.Read(NameOf(device), NoteLimit) is { } text ? Parse(text, device) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            UsbLog.NotesNotRead(log, folder, failure);
            return [];
        }
    }

    /// <summary>Notes that the driver of an interface is about to be detached.</summary>
    public void Add(UsbDeviceInfo device, byte interfaceNumber) => Write(device, [.. Read(device).Append(interfaceNumber).Distinct()]);

    /// <summary>Notes that an interface has its driver again. Idempotent.</summary>
    public void Remove(UsbDeviceInfo device, byte interfaceNumber)
    {
        var before = Read(device);
        if (before.Contains(interfaceNumber))
        {
            Write(device, [.. before.Where(other => other != interfaceNumber)]);
        }
    }

    // | boot | ids | address | interfaces, with commas |: one line. A device that is plugged in again gets another address.
    private string LineOf(UsbDeviceInfo device, string interfaces) =>
        string.Create(CultureInfo.InvariantCulture, $"{boot} {device.Id} {device.Address} {interfaces}\n");

    private List<byte> Parse(string text, UsbDeviceInfo device)
    {
        var found = new List<byte>();
        foreach (var number in text.TrimEnd('\n').Split(' ')[^1].Split(','))
        {
            if (!byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var interfaceNumber))
            {
                return [];
            }

            found.Add(interfaceNumber);
        }

        return text == LineOf(device, Join(found)) ? found : [];
    }

    private static string Join(IEnumerable<byte> interfaces) =>
        string.Join(',', interfaces.Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    private void Write(UsbDeviceInfo device, IReadOnlyList<byte> interfaces)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            if (interfaces.Count > 0)
            {
                Directory.CreateDirectory(folder, FolderAccessMode);
            }

            using var notes = Open();
            if (interfaces.Count > 0)
            {
                notes?.Write(NameOf(device), LineOf(device, Join(interfaces)));
            }
            else
            {
                notes?.Delete(NameOf(device));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            UsbLog.NotNoted(log, folder, failure);
        }
    }

    // Whoever could write there could give a driver to a device from which it was taken on purpose.
    [SupportedOSPlatform("linux")]
    private TrustedFolder? Open()
    {
        var opened = TrustedFolder.TryOpen(folder, out var error);
        if (opened is null && error is not (Errno.None or Errno.ENOENT or Errno.ENOTDIR))
        {
            throw UnixError.Failure("opening", error);
        }

        if (opened is null && error == Errno.None && !_isRefusalTold)
        {
            _isRefusalTold = true;
            UsbLog.NotesNotTrusted(log, folder);
        }

        return opened;
    }

    private static string? ReadBoot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NameOf(UsbDeviceInfo device) => $"{device.Location}.detached";
}
