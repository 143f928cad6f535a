using System.Globalization;
using System.Runtime.InteropServices;

namespace HostStack.Hci.Transport.Unix;

/// <summary>What the system said to a call that failed.</summary>
internal static class UnixError
{
    private const int DarwinTryAgain = 35;

    /// <summary>The error of the call that this thread made last.</summary>
    public static Errno Last => From(Marshal.GetLastPInvokeError(), OperatingSystem.IsMacOS());

    /// <summary>The error behind a number of the system.</summary>
    public static Errno From(int number, bool isMacOS) =>
        isMacOS && number == DarwinTryAgain ? Errno.EAGAIN : (Errno)number;

    /// <summary>The name of an error, or its number where it has none here.</summary>
    public static string NameOf(Errno error) =>
        Enum.IsDefined(error) ? error.ToString() : string.Create(CultureInfo.InvariantCulture, $"errno {(int)error}");

    /// <summary>Makes the failure of a call on an open descriptor. Its message stands in brackets in a sentence of others.</summary>
    /// <param name="what">What failed: <c>reading</c>.</param>
    /// <param name="error">The system's error.</param>
    public static IOException Failure(string what, Errno error) => new($"{what} failed: {NameOf(error)}{MeaningOf(error)}");

    private static string MeaningOf(Errno error) => error switch
    {
        Errno.EIO or Errno.ENXIO or Errno.ENODEV or Errno.EPIPE => ", the device is gone",
        Errno.ENETDOWN => ", the adapter was set down",
        _ => string.Empty,
    };
}
