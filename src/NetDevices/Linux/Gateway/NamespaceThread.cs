using System.ComponentModel;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Threads in a network namespace. A thread that entered one never comes back: it ends there.</summary>
internal static class NamespaceThread
{
    private const string Folder = "/run/netns";

    /// <summary>Runs something on a thread of its own in a namespace.</summary>
    /// <param name="name">The namespace; null: this process's.</param>
    /// <param name="action">What to run. Programs that it starts are in the namespace, too.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="NetDeviceException">The namespace cannot be entered.</exception>
    public static Task<T> RunAsync<T>(string? name, Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Start(name, $"namespace {name}", () => done.SetResult(action()), done.SetException);
        return done.Task;
    }

    /// <summary>Starts a thread in a namespace.</summary>
    /// <param name="name">The namespace; null: this process's.</param>
    /// <param name="threadName">The thread's name.</param>
    /// <param name="action">What to run.</param>
    /// <param name="failed">Told where that throws, or where the namespace cannot be entered.</param>
    public static void Start(string? name, string threadName, Action action, Action<Exception> failed)
    {
        var thread = new Thread(() =>
        {
            try
            {
                if (name is not null)
                {
                    Enter(name);
                }

                action();
            }
#pragma warning disable CA1031 // A thread must not take the process with it: its starter is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failed(failure);
            }
        })
        {
            Name = threadName,
            IsBackground = true,
        };
        thread.Start();
    }

    private static void Enter(string name)
    {
        try
        {
            GatewayCalls.EnterNetworkNamespace(Path.Combine(Folder, name));
        }
        catch (Win32Exception refused)
        {
            throw new NetDeviceException(
                $"The network namespace {name} cannot be entered ({refused.Message}); 'ip netns list' shows those there are, and root may enter them.",
                isPermission: true,
                refused);
        }
    }
}
