using System.Globalization;
using System.Runtime.InteropServices;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Native;

/// <summary>Makes the one sentence that says what the system refused, with the name of its error and what helps.</summary>
internal static class LinuxError
{
    /// <summary>What helps against EPERM and EACCES.</summary>
    public const string PrivilegeRemedy = "run as root or give the program CAP_NET_ADMIN";

    /// <summary>The error of the call that this thread made last.</summary>
    public static Errno Last => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Whether more privilege would help.</summary>
    public static bool IsPermission(Errno error) => error is Errno.EPERM or Errno.EACCES;

    /// <summary>The name of an error, or its number where it has none here.</summary>
    public static string NameOf(Errno error) =>
        Enum.IsDefined(error) ? error.ToString() : string.Create(CultureInfo.InvariantCulture, $"errno {(int)error}");

    /// <summary>Makes the exception.</summary>
    /// <param name="what">What cannot be done, without a full stop: <c>The interface tap0 cannot be made</c>.</param>
    /// <param name="error">The system's error.</param>
    /// <param name="remedy">What helps, without a full stop; null: the usual remedy of the error.</param>
    /// <param name="detail">What the kernel said in words; null where it said nothing.</param>
    public static NetDeviceException Exception(string what, Errno error, string? remedy = null, string? detail = null)
    {
        var why = detail is null ? NameOf(error) : $"{NameOf(error)}, {detail.TrimEnd('.')}";
        var permission = IsPermission(error);
        var help = permission ? PrivilegeRemedy : remedy ?? UsualRemedy(error);
        return new NetDeviceException(help is null ? $"{what} ({why})." : $"{what} ({why}); {help}.", permission);
    }

    private static string? UsualRemedy(Errno error) => error switch
    {
        Errno.EEXIST => "it is there already: take another name or metric, or remove the other one",
        Errno.EBUSY => "another program uses it: end that one or take another name",
        Errno.ENODEV or Errno.ENXIO => "the interface is gone: make the port again",
        Errno.EBADFD => "the interface was removed: make the port again",
        Errno.ENETDOWN => "set the interface up",
        Errno.ENETUNREACH or Errno.EHOSTUNREACH => "give the interface an address of the gateway's network first",
        Errno.EMFILE or Errno.ENFILE => "raise the limit of open files (ulimit -n)",
        Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT or Errno.EPROTONOSUPPORT => "this kernel was built without it",
        _ => null,
    };
}
