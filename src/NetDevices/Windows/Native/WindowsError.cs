using System.Globalization;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>Errors of Windows that mean something here (winerror.h).</summary>
internal enum WindowsError : uint
{
    None = 0,
    FileNotFound = 2,
    AccessDenied = 5,
    InvalidHandle = 6,
    GeneralFailure = 31,
    SharingViolation = 32,
    Busy = 170,
    OperationAborted = 995,
    IoIncomplete = 996,
    IoPending = 997,
    NotFound = 1168,
    DeviceNotConnected = 1167,
    ElevationRequired = 740,
    ObjectAlreadyExists = 5010,
}

/// <summary>Sentences of errors.</summary>
internal static class WindowsErrors
{
    /// <summary>Makes the exception: what cannot be done, the error's name, what helps.</summary>
    /// <param name="what">A sentence without its end.</param>
    /// <param name="error">The error.</param>
    /// <param name="remedy">What helps; null: as administrator where that is the matter.</param>
    public static NetDeviceException Exception(string what, WindowsError error, string? remedy = null)
    {
        var isPermission = error is WindowsError.AccessDenied or WindowsError.ElevationRequired;
        remedy = isPermission ? "run as administrator" : remedy ?? "check the adapter in the network connections";
        return new NetDeviceException($"{what} ({NameOf(error)}); {remedy}.", isPermission);
    }

    /// <summary>The name, or the number.</summary>
    /// <param name="error">The error.</param>
    public static string NameOf(WindowsError error) => error switch
    {
        WindowsError.FileNotFound => "ERROR_FILE_NOT_FOUND",
        WindowsError.AccessDenied => "ERROR_ACCESS_DENIED",
        WindowsError.InvalidHandle => "ERROR_INVALID_HANDLE",
        WindowsError.GeneralFailure => "ERROR_GEN_FAILURE",
        WindowsError.SharingViolation => "ERROR_SHARING_VIOLATION",
        WindowsError.Busy => "ERROR_BUSY",
        WindowsError.OperationAborted => "ERROR_OPERATION_ABORTED",
        WindowsError.NotFound => "ERROR_NOT_FOUND",
        WindowsError.DeviceNotConnected => "ERROR_DEVICE_NOT_CONNECTED",
        WindowsError.ElevationRequired => "ERROR_ELEVATION_REQUIRED",
        WindowsError.ObjectAlreadyExists => "ERROR_OBJECT_ALREADY_EXISTS",
        _ => string.Create(CultureInfo.InvariantCulture, $"error {(uint)error}"),
    };
}
