using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>A folder of files that looks like <c>/sys/bus/usb/devices</c>, with a kernel that the test plays while the code
/// under test waits.</summary>
internal sealed class SysfsTree : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hs-sysfs").FullName;

    public SysfsTree() => Devices = new SysfsUsbDevices(Path.Combine(_root, "devices"), time =>
    {
        Waited.Add(time);
        Kernel?.Invoke();
    });

    public SysfsUsbDevices Devices { get; }

    /// <summary>Runs at each wait.</summary>
    public Action? Kernel { get; set; }

    public List<TimeSpan> Waited { get; } = [];

    public void Write(string path, string text)
    {
        var file = Path.Combine(_root, "devices", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(_root, "devices", path));

    /// <summary>Links an interface to a driver, as the kernel does.</summary>
    public void Bind(string interfaceName, string driver)
    {
        var target = Directory.CreateDirectory(Path.Combine(_root, "drivers", driver)).FullName;
        var folder = Directory.CreateDirectory(Path.Combine(_root, "devices", interfaceName)).FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, "driver"), target);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
