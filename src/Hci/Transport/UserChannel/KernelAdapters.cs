using System.Globalization;
using System.Runtime.InteropServices;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>The adapters of a Linux kernel: its HCI sockets (net/bluetooth/hci_sock.c) and its tree of devices in sysfs.</summary>
/// <param name="classFolder">Where sysfs lists them; null: where Linux does.</param>
internal sealed unsafe class KernelAdapters(string? classFolder = null) : IKernelAdapters
{
    private const string UsualClassFolder = "/sys/class/bluetooth";
    private const string Prefix = "hci";

    private const int AF_BLUETOOTH = 31;
    private const int SOCK_RAW = 3;
    private const int BTPROTO_HCI = 1;
    private const ushort HCI_CHANNEL_USER = 1;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUFFORCE = 33;

    // What does not fit is lost without a word, a credit among it. Data that waits while the loop is busy for a moment fits.
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    private readonly string _classFolder = classFolder ?? UsualClassFolder;

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
