using System.Runtime.ExceptionServices;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux;

/// <summary>A network namespace of Linux: its own interfaces, addresses, routes and sockets (network_namespaces(7)).</summary>
/// <remarks>A socket belongs to the namespace of the thread that made it, for good; so what <see cref="Run{T}"/> opens may
/// be used from any thread. What is called there must not start tasks: a new thread of the pool would stay in the namespace.
/// Thread-safe.</remarks>
public sealed class LinuxNetworkNamespace : IDisposable
{
    /// <summary>Where <c>ip netns add</c> keeps the names.</summary>
    public const string NamesFolder = "/run/netns";

    private const string OwnPath = "/proc/thread-self/ns/net";

    private readonly FileDescriptor _descriptor;

    internal LinuxNetworkNamespace(FileDescriptor descriptor, string name)
    {
        _descriptor = descriptor;
        Name = name;
        Inode = FileIdentity.InodeOf(descriptor);
    }

    /// <summary>The name or path that it was opened by.</summary>
    public string Name { get; }

    /// <summary>What tells namespaces apart; 0 where the system does not say.</summary>
    internal ulong Inode { get; }

    /// <summary>Opens a namespace.</summary>
    /// <param name="nameOrPath">A name of <c>ip netns</c>, or a path such as <c>/proc/1234/ns/net</c>.</param>
    /// <exception cref="NetDeviceException">There is none of that name, or the system refuses.</exception>
    public static LinuxNetworkNamespace Open(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Network namespaces are Linux's; leave the name out on this system.");
        }

        var path = nameOrPath.Contains('/', StringComparison.Ordinal) ? nameOrPath : $"{NamesFolder}/{nameOrPath}";
        return new LinuxNetworkNamespace(
            FileDescriptor.TryOpen(path, LibC.O_RDONLY, out var error)
                ?? throw LinuxError.Exception($"The network namespace {nameOrPath} cannot be opened", error, $"make it with ip netns add {nameOrPath}"),
            nameOrPath);
    }

    /// <summary>The namespace of the calling thread.</summary>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    public static LinuxNetworkNamespace OpenCurrent() => Open(OwnPath);

    /// <summary>Makes a call on a short-lived thread inside the namespace; waits for it.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="call">Opens sockets or devices; must not wait for the caller.</param>
    /// <returns>What the call gave.</returns>
    /// <exception cref="NetDeviceException">The namespace may not be entered; or what the call threw.</exception>
    public T Run<T>(Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectDisposedException.ThrowIf(_descriptor.IsClosed, this);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = call();
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        })
        { IsBackground = true, Name = $"in {Name}" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Makes a call on a short-lived thread inside the namespace; waits for it.</summary>
    /// <param name="call">Must not wait for the caller.</param>
    /// <exception cref="NetDeviceException">The namespace may not be entered; or what the call threw.</exception>
    public void Run(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Run<object?>(() =>
        {
            call();
            return null;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Name;

    // A thread that asked for its own namespace needs no privilege to stay there.
    private void Enter()
    {
        using var own = FileDescriptor.TryOpen(OwnPath, LibC.O_RDONLY, out _);
        if (own is not null && Inode != 0 && FileIdentity.InodeOf(own) == Inode)
        {
            return;
        }

        if (LibC.SetNamespace(_descriptor, LibC.CLONE_NEWNET) < 0)
        {
            var error = LinuxError.Last;
            throw error == Errno.EPERM
                ? new NetDeviceException($"The network namespace {Name} cannot be entered (EPERM); run as root or give the program CAP_SYS_ADMIN.", isPermission: true)
                : LinuxError.Exception($"The network namespace {Name} cannot be entered", error, "name a network namespace");
        }
    }
}
