using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The few system calls of a gateway.</summary>
internal static partial class GatewayCalls
{
    private const int OpenReadOnly = 0;
    private const int OpenCloseOnExec = 0x80000;
    private const int CloneNewNet = 0x40000000;
    private const int LockExclusive = 2;
    private const int Terminate = 15;

    /// <summary>Whether this process is root.</summary>
    public static bool IsRoot => GetEffectiveUser() == 0;

    /// <summary>Moves the calling thread to a network namespace.</summary>
    /// <param name="path">The namespace's file.</param>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static void EnterNetworkNamespace(string path)
    {
        using var file = Open(path, OpenReadOnly | OpenCloseOnExec);
        if (file.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        Check(SetNamespace(file, CloneNewNet));
    }

    /// <summary>Waits for the only lock of an open file; it ends with the handle.</summary>
    public static void Lock(SafeFileHandle file) => Check(FileLock(file, LockExclusive));

    /// <summary>Asks a process to end.</summary>
    public static void AskToEnd(int id) => _ = Kill(id, Terminate);

    /// <summary>Gives a file to a user and the group of the same number.</summary>
    public static void GiveTo(string path, uint user) => Check(ChangeOwner(path, user, user));

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle file, int type);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int id, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();
}
