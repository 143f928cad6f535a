namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>The operating systems whose USB differs: in the library's name, in who may open a device, in the remedies.</summary>
internal enum UsbPlatform
{
    /// <summary>Linux; also what is like it.</summary>
    Linux = 0,

    /// <summary>Windows: a device needs the WinUSB driver.</summary>
    Windows,

    /// <summary>macOS.</summary>
    MacOs,
}

/// <summary>Which of them this process runs on.</summary>
internal static class UsbPlatforms
{
    public static UsbPlatform Current =>
        OperatingSystem.IsWindows() ? UsbPlatform.Windows
        : OperatingSystem.IsMacOS() ? UsbPlatform.MacOs
        : UsbPlatform.Linux;
}
