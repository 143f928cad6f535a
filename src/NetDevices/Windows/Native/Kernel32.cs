using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>What a TAP device needs of kernel32. A BOOL is a 32-bit number.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Kernel32
{
    public const uint GenericRead = 0x8000_0000;
    public const uint GenericWrite = 0x4000_0000;
    public const uint OpenExisting = 3;
    public const uint AttributeSystem = 0x4;
    public const uint FlagOverlapped = 0x4000_0000;
    public const uint WaitObject0 = 0;
    public const uint Infinite = 0xFFFF_FFFF;

    /// <summary>The error of the thread's last call.</summary>
    public static WindowsError LastError => (WindowsError)Marshal.GetLastPInvokeError();

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateFile(
        string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "CreateEventW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint CreateEvent(nint security, int manualReset, int initialState, string? name);

    [LibraryImport("kernel32", EntryPoint = "SetEvent")]
    public static partial int SetEvent(nint handle);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    public static partial int CloseHandle(nint handle);

    [LibraryImport("kernel32", EntryPoint = "WaitForMultipleObjects", SetLastError = true)]
    public static partial uint WaitForMultiple(uint count, nint* handles, int all, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "ReadFile", SetLastError = true)]
    public static partial int ReadFile(SafeFileHandle file, byte* buffer, uint count, uint* read, OverlappedBlock* overlapped);

    [LibraryImport("kernel32", EntryPoint = "WriteFile", SetLastError = true)]
    public static partial int WriteFile(SafeFileHandle file, byte* buffer, uint count, uint* written, OverlappedBlock* overlapped);

    [LibraryImport("kernel32", EntryPoint = "DeviceIoControl", SetLastError = true)]
    public static partial int DeviceIoControl(
        SafeFileHandle file,
        uint control,
        byte* input,
        uint inputSize,
        byte* output,
        uint outputSize,
        uint* returned,
        OverlappedBlock* overlapped);

    [LibraryImport("kernel32", EntryPoint = "GetOverlappedResult", SetLastError = true)]
    public static partial int GetOverlappedResult(SafeFileHandle file, OverlappedBlock* overlapped, uint* count, int wait);

    [LibraryImport("kernel32", EntryPoint = "CancelIoEx", SetLastError = true)]
    public static partial int CancelIoEx(SafeFileHandle file, OverlappedBlock* overlapped);
}
