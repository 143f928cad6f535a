using System.Reflection;
using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Usb.LibUsb;

/// <summary>Finds libusb-1.0 once in the life of the process: what is missing is one sentence, not a failure of the
/// loader.</summary>
internal static unsafe class LibUsbLibrary
{
    private static readonly Version s_least = new(1, 0, 21);
    private static readonly string[] s_linuxNames = ["libusb-1.0.so.0", "libusb-1.0.so"];
    private static readonly string[] s_windowsNames = ["libusb-1.0.dll"];

    // Homebrew's folders are not on the loader's path.
    private static readonly string[] s_macNames =
    [
        "libusb-1.0.dylib", "libusb-1.0.0.dylib",
        "/opt/homebrew/lib/libusb-1.0.dylib", "/usr/local/lib/libusb-1.0.dylib", "/opt/local/lib/libusb-1.0.dylib",
    ];

    private static readonly Lock s_gate = new();
    private static nint s_handle;
    private static LibUsbNative? s_library;
    private static bool s_isResolving;

    /// <summary>Finds the library.</summary>
    /// <exception cref="ControllerUnavailableException">There is none, or it is too old; the message says what to
    /// install.</exception>
    public static ILibUsb Load()
    {
        lock (s_gate)
        {
            return s_library ??= Find(UsbPlatforms.Current);
        }
    }

    /// <summary>The file names that are tried, in this order.</summary>
    public static IReadOnlyList<string> Names(UsbPlatform platform) => platform switch
    {
        UsbPlatform.Windows => s_windowsNames,
        UsbPlatform.MacOs => s_macNames,
        _ => s_linuxNames,
    };

    /// <summary>The folders that a name without one is looked for in; null for those of the system's loader.</summary>
    /// <remarks>The loader of Windows also looks in the folder that the process happens to be in, where anybody may have put
    /// a file of this name.</remarks>
    public static DllImportSearchPath? Folders(UsbPlatform platform) => platform == UsbPlatform.Windows
        ? DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.System32
        : null;

    /// <summary>Says that there is no library, and what to install on this system.</summary>
    /// <param name="platform">The system.</param>
    /// <param name="osRelease">What <c>/etc/os-release</c> says; empty where there is no such file.</param>
    public static string Missing(UsbPlatform platform, string osRelease) =>
        $"USB needs libusb-1.0, which is not there ({Names(platform)[0]}); {Remedy(platform, osRelease)}.";

    /// <summary>What is wrong with a version; null where it serves.</summary>
    public static string? TooOld(Version version) =>
        version >= s_least ? null : $"libusb {version} is too old for USB controllers; install {s_least} or later.";

    private static LibUsbNative Find(UsbPlatform platform)
    {
        foreach (var name in Names(platform))
        {
            if (NativeLibrary.TryLoad(name, typeof(LibUsbLibrary).Assembly, Folders(platform), out s_handle))
            {
                break;
            }
        }

        if (s_handle == 0)
        {
            throw new ControllerUnavailableException(Missing(platform, ReadOsRelease()));
        }

        // Once for the assembly, however often the library is looked for.
        if (!s_isResolving)
        {
            NativeLibrary.SetDllImportResolver(typeof(LibUsbLibrary).Assembly, Resolve);
            s_isResolving = true;
        }

        var version = LibUsbNative.GetVersion();
        return TooOld(new Version(version->Major, version->Minor, version->Micro)) is { } problem
            ? throw new ControllerUnavailableException(problem)
            : new LibUsbNative();
    }

    // Zero lets the runtime look for the libraries of others by their own names.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == LibUsbNative.Library ? s_handle : 0;

    private static string Remedy(UsbPlatform platform, string osRelease) => platform switch
    {
        UsbPlatform.Windows => "put libusb-1.0.dll, from the releases of libusb.info, beside the program",
        UsbPlatform.MacOs => "run \"brew install libusb\"",
        _ => Family(osRelease) switch
        {
            "debian" => "run \"apt install libusb-1.0-0\"",
            "fedora" => "run \"dnf install libusb1\"",
            "alpine" => "run \"apk add libusb\"",
            "arch" => "run \"pacman -S libusb\"",
            "suse" => "run \"zypper install libusb-1_0-0\"",
            _ => "install libusb-1.0-0 (Debian, Ubuntu), libusb1 (Fedora) or libusb (Alpine, Arch)",
        },
    };

    // ID and ID_LIKE of os-release(5): the distribution, and those that it descends from.
    private static string? Family(string osRelease)
    {
        string[] known = ["debian", "fedora", "alpine", "arch", "suse"];
        var words = osRelease.Split('\n', StringSplitOptions.TrimEntries)
            .Where(static line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(static line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'').Split(' '))
            .Select(static word => word switch { "ubuntu" => "debian", "rhel" or "centos" => "fedora", _ => word })
            .ToHashSet();
        return known.FirstOrDefault(words.Contains);
    }

    private static string ReadOsRelease()
    {
        try
        {
            return File.ReadAllText("/etc/os-release");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
