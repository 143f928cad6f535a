using System.Globalization;
using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>The adapters of a Linux kernel: its HCI sockets (net/bluetooth/hci_sock.c) and its tree of devices in sysfs.</summary>
/// <param name="classFolder">Where sysfs lists them; null: where Linux does.</param>
/// <param name="statusFile">Where the kernel tells this process's capabilities; null: where Linux does.</param>
/// <param name="askFlags">Asks the kernel for an adapter's flags; null: by its ioctl.</param>
internal sealed unsafe class KernelAdapters(
    string? classFolder = null, string? statusFile = null, KernelAdapters.FlagsAsker? askFlags = null) : IKernelAdapters
{
    private const string UsualClassFolder = "/sys/class/bluetooth";
    private const string UsualStatusFile = "/proc/self/status";
    private const string Capabilities = "CapEff:";
    private const string Prefix = "hci";

    private const int AF_BLUETOOTH = 31;
    private const int SOCK_RAW = 3;
    private const int BTPROTO_HCI = 1;
    private const ushort HCI_CHANNEL_USER = 1;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUFFORCE = 33;

    // HCIGETDEVINFO, and where its struct hci_dev_info has the flags; no kernel's is longer (include/net/bluetooth/hci_sock.h).
    private const uint GetDeviceInfo = 0x8004_48D3;
    private const int DeviceInfoSize = 128;
    private const int FlagsAt = 16;
    private const uint HCI_UP = 1 << 0;
    private const uint HCI_INIT = 1 << 1;
    private const int CAP_NET_ADMIN = 12;

    // What does not fit is lost without a word, a credit among it. Data that waits while the loop is busy for a moment fits.
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    private readonly string _classFolder = classFolder ?? UsualClassFolder;
    private readonly string _statusFile = statusFile ?? UsualStatusFile;
    private readonly FlagsAsker _askFlags = askFlags ?? AskFlags;

    /// <summary>Asks the kernel for the flags of an adapter.</summary>
    /// <param name="number">N of hciN.</param>
    /// <param name="flags">Its flags (include/net/bluetooth/hci.h).</param>
    /// <returns>None, or why it does not tell.</returns>
    public delegate Errno FlagsAsker(ushort number, out uint flags);

    public IReadOnlyList<ushort> List()
    {
        if (!Directory.Exists(_classFolder))
        {
            return [];
        }

        // Connections are listed beside the adapters, as hci0:256.
        var numbers = new List<ushort>();
        foreach (var folder in Directory.EnumerateFileSystemEntries(_classFolder, Prefix + "*"))
        {
            if (ushort.TryParse(Path.GetFileName(folder).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    public ControllerDevice Describe(ushort number)
    {
        // The adapter's own device is an interface of the USB device, which is the folder above it.
        var link = new DirectoryInfo(Path.Combine(_classFolder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"), "device"));
        var device = Resolve(link)?.Parent?.FullName;
        return device is not null
            && UsbId.TryParse($"{Text(device, "idVendor")}:{Text(device, "idProduct")}", out var id)
            ? new ControllerDevice
            {
                IsStarted = true,
                Usb = id,
                Release = ushort.TryParse(Text(device, "bcdDevice"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var release)
                    ? release
                    : (ushort)0,
                SerialNumber = Text(device, "serial"),
                Product = Text(device, "product"),
            }
            : new ControllerDevice { IsStarted = true };
    }

    // In the kernel's order (net/bluetooth/hci_sock.c, hci_sock_bind). An adapter whose user channel another program has is up,
    // too, and the flags do not tell the one from the other.
    public Errno Probe(ushort number)
    {
        var asked = _askFlags(number, out var flags);
        return asked is not (Errno.None or Errno.ENODEV) ? asked
            : !MayAdminister() ? Errno.EPERM
            : asked == Errno.ENODEV ? asked
            : (flags & (HCI_UP | HCI_INIT)) != 0 ? Errno.EBUSY
            : IsBlocked(number) ? Errno.ERFKILL
            : Errno.None;
    }

    public Errno TryOpen(ushort number, out FileDescriptor? descriptor)
    {
        descriptor = FileDescriptor.TryOwn(
            LibC.Socket(AF_BLUETOOTH, SOCK_RAW | LibC.O_CLOEXEC | LibC.O_NONBLOCK, BTPROTO_HCI), out var error);
        if (descriptor is null)
        {
            return error;
        }

        var size = ReceiveBuffer;
        _ = LibC.SetSocketOption(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(int)); // Without it, the usual size.
        var address = new HciSocketAddress { Family = AF_BLUETOOTH, Device = number, Channel = HCI_CHANNEL_USER };
        if (LibC.Bind(descriptor, &address, (uint)sizeof(HciSocketAddress)) == 0)
        {
            return Errno.None;
        }

        error = UnixError.Last;
        descriptor.Dispose();
        descriptor = null;
        return error;
    }

    private static Errno AskFlags(ushort number, out uint flags)
    {
        flags = 0;
        using var socket = FileDescriptor.TryOwn(LibC.Socket(AF_BLUETOOTH, SOCK_RAW | LibC.O_CLOEXEC, BTPROTO_HCI), out var error);
        if (socket is null)
        {
            return error;
        }

        var info = stackalloc byte[DeviceInfoSize];
        *(ushort*)info = number;
        if (LibC.IoControl(socket, GetDeviceInfo, info) < 0)
        {
            return UnixError.Last;
        }

        flags = *(uint*)(info + FlagsAt);
        return Errno.None;
    }

    // Where the kernel does not tell, the opening will.
    private bool MayAdminister()
    {
        try
        {
            var line = File.ReadLines(_statusFile).FirstOrDefault(static line => line.StartsWith(Capabilities, StringComparison.Ordinal));
            return line is null
                || !ulong.TryParse(line.AsSpan(Capabilities.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var effective)
                || (effective & (1UL << CAP_NET_ADMIN)) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    // The switch of a radio is a folder in its adapter's (net/bluetooth/hci_core.c, hci_register_dev).
    private bool IsBlocked(ushort number)
    {
        var adapter = Path.Combine(_classFolder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"));
        try
        {
            return Directory.EnumerateDirectories(adapter, "rfkill*").Any(static radio =>
                Text(radio, "soft") == "1" || Text(radio, "hard") == "1");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // Unplugged meanwhile.
        }
    }

    private static FileSystemInfo? ResolveLink(DirectoryInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException)
        {
            return null; // Unplugged meanwhile.
        }
    }

    // The class's entry is a link itself, and so is "device" within it: both are followed.
    private static DirectoryInfo? Resolve(DirectoryInfo device)
    {
        var adapter = device.Parent!;
        var adapterTarget = ResolveLink(adapter)?.FullName ?? adapter.FullName;
        return ResolveLink(new DirectoryInfo(Path.Combine(adapterTarget, device.Name))) as DirectoryInfo;
    }

    private static string? Text(string folder, string name)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, name)).Trim();
            return text.Length == 0 ? null : text;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>struct sockaddr_hci.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HciSocketAddress
{
    public ushort Family;
    public ushort Device;
    public ushort Channel;
}
