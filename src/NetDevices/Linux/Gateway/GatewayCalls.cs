using System.ComponentModel;
using System.Runtime.InteropServices;
using HostStack.NetDevices.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The few system calls of a gateway.</summary>
internal static partial class GatewayCalls
{
    private const int OpenReadOnly = 0;
    private const int OpenCloseOnExec = 0x80000;
    private const int CloneNewNet = 0x40000000;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Terminate = 15;
    private const int NoSignal = 0;

    /// <summary>Whether this process is root.</summary>
    public static bool IsRoot => GetEffectiveUser() == 0;

    /// <summary>The user that this process runs as.</summary>
    public static uint OwnUser => GetEffectiveUser();

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

    /// <summary>Takes the only lock of an open file, which ends with the handle.</summary>
    /// <returns>Whether it was free.</returns>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static bool TryLock(SafeFileHandle file)
    {
        var result = FileLock(file, LockExclusive | LockNonBlocking);
        if (result < 0 && LinuxError.Last is (Errno.EAGAIN or Errno.EINTR))
        {
            return false;
        }

        Check(result);
        return true;
    }

    /// <summary>Whether a process has an id, also one of another user's that <c>/proc</c> hides (proc(5), hidepid).</summary>
    public static bool Exists(int id) => id > 0 && (Kill(id, NoSignal) == 0 || LinuxError.Last != Errno.ESRCH);

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
