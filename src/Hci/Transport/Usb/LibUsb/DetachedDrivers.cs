using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>From which interfaces this user's processes have detached the kernel's driver and not attached it again: a file for
/// each device. What is left there by a process that was killed, the next one gives back.</summary>
/// <remarks>A note is of one plugging in: the place, the address on the bus, the ids and the boot. It is written before the driver
/// is detached, and removed after it was attached; where it cannot be written, all else goes on without it.</remarks>
/// <param name="folder">Where the notes are; made at the first one. Only this user writes there.</param>
/// <param name="boot">This boot of the machine.</param>
/// <param name="log">Where to log.</param>
internal sealed class DetachedDrivers(string folder, string boot, ILogger log)
{
    private const UnixFileMode FileAccessMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderAccessMode = FileAccessMode | UnixFileMode.UserExecute;

    /// <summary>This boot (random(4), <c>/proc/sys/kernel/random/boot_id</c>); null where the system does not tell it.</summary>
    public static string? CurrentBoot { get; } = ReadBoot();

    /// <summary>The interfaces of a device that have lost their driver; none where it was plugged in again since.</summary>
    public IReadOnlyList<byte> Read(UsbDeviceInfo device)
    {
        try
        {
            var path = PathOf(device);
            return File.Exists(path) ? Parse(File.ReadAllText(path), device) : [];
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
        var path = PathOf(device);
        try
        {
            if (interfaces.Count == 0)
            {
                File.Delete(path);
                return;
            }

            MakeFolder();

            // In one step: a reader sees the old note or the new one.
            var temporary = path + ".new";
            File.Delete(temporary);
            using (var file = new FileStream(temporary, Private()))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(LineOf(device, Join(interfaces))));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            UsbLog.NotNoted(log, folder, failure);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderAccessMode);
        }
    }

    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileAccessMode;
        }

        return options;
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

    private string PathOf(UsbDeviceInfo device) => Path.Combine(folder, $"{device.Location}.detached");
}
