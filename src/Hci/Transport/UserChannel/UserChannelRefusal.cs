using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>Why an adapter's user channel cannot be opened, and what to do: one sentence for each error of the kernel
/// (net/bluetooth/hci_sock.c and hci_core.c).</summary>
internal static class UserChannelRefusal
{
    /// <summary>Says it.</summary>
    /// <param name="error">The kernel's error.</param>
    /// <param name="number">N of hciN.</param>
    /// <param name="adapters">The adapters that are there.</param>
    public static string Of(Errno error, ushort number, IReadOnlyList<ushort> adapters) => error switch
    {
        Errno.EBUSY =>
            $"The adapter hci{number} is up, or the kernel still sets it up; take it down ('bluetoothctl power off' or 'hciconfig hci{number} down'), or stop BlueZ ('systemctl stop bluetooth'), and try again.",
        Errno.EUSERS =>
            $"Another program has the user channel of hci{number}, which is for one at a time; end that program.",
        Errno.EPERM or Errno.EACCES =>
            $"No permission to open the user channel of hci{number}; run as root, give the program CAP_NET_ADMIN ('setcap cap_net_admin+ep' on it), or use the systemd unit, which grants it.",
        Errno.ENODEV =>
            NotThere($"hci{number}", adapters),
        Errno.EAFNOSUPPORT or Errno.EPROTONOSUPPORT =>
            "This kernel offers no Bluetooth sockets here; load its module ('modprobe bluetooth'), allow AF_BLUETOOTH where a sandbox forbids it, or use usb: or h4:serial: in place of hci-user:.",
        Errno.EINVAL =>
            $"This kernel has no user channel for hci{number}; it came with Linux 3.13: use a newer kernel, or usb: or h4:serial:.",
        Errno.ERFKILL =>
            $"The radio of hci{number} is blocked; unblock it ('rfkill unblock bluetooth'), or use the machine's switch for it.",
        Errno.EMFILE or Errno.ENFILE =>
            $"No file is left to open hci{number} with; close programs, or raise the limit of open files (ulimit -n).",
        _ =>
            $"The kernel cannot start hci{number} ({UnixError.NameOf(error)}); look into its log (dmesg), and unplug the adapter and plug it in again.",
    };

    /// <summary>Says that an adapter is not there, and which are.</summary>
    /// <param name="wanted">What was looked for: <c>hci0</c>.</param>
    /// <param name="adapters">The adapters that are there.</param>
    public static string NotThere(string wanted, IReadOnlyList<ushort> adapters) => adapters.Count == 0
        ? $"The kernel has no Bluetooth adapter {wanted}, nor any other; plug one in, and check that the kernel has its driver (dmesg)."
        : $"The kernel has no Bluetooth adapter {wanted}, only {string.Join(", ", adapters.Select(static number => $"hci{number}"))}; plug it in, or name one of those.";
}
