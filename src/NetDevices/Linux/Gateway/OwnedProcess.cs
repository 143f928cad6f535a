using System.ComponentModel;
using System.Diagnostics;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>A program that runs as long as we want it to, and whose lines we read.</summary>
/// <remarks>One thread starts it, reads it and lives as long as it: the kernel's "parent death signal" means that thread.</remarks>
internal sealed class OwnedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeProvider _time;

    private OwnedProcess(Process process, TimeProvider time, Task completion)
    {
        _process = process;
        _time = time;
        Completion = completion;
        Identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, 0);
    }

    /// <summary>Which process it is.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Ends when the program has, and its last line was read.</summary>
    public Task Completion { get; }

    /// <summary>The program's exit code, behind <see cref="Completion"/>.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    /// <param name="line">Takes each line that it writes to standard error, on its thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NetDeviceException">It cannot be started.</exception>
    public static Task<OwnedProcess> StartAsync(
        IReadOnlyList<string> command, string? networkNamespace, Action<string> line, TimeProvider time)
    {
        var started = new TaskCompletionSource<OwnedProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        NamespaceThread.Start(
            networkNamespace,
            Path.GetFileName(command[0]),
            () =>
            {
                var process = Start(command);
                process.StandardInput.Close();
                process.StandardOutput.Close();
                started.SetResult(new OwnedProcess(process, time, ended.Task));
                while (process.StandardError.ReadLine() is { } text)
                {
                    line(text);
                }

                process.WaitForExit();
                ended.SetResult();
            },
            failure =>
            {
                if (!started.TrySetException(failure))
                {
                    ended.TrySetResult();
                }
            });
        return started.Task;
    }

    /// <summary>Ends the program: asked first, after two seconds made to.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!Completion.IsCompleted)
            {
                GatewayCalls.AskToEnd(_process.Id);
            }

            await Completion.WaitAsync(Patience, _time);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await Completion;
        }

        _process.Dispose();
    }

    /// <summary>Starts a program with its three streams in our hands.</summary>
    internal static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // What is read must be English.
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refused)
        {
            throw new NetDeviceException($"{command[0]} cannot be started ({refused.Message}); check its permissions.", inner: refused);
        }
    }
}
