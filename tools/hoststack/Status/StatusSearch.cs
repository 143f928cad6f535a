using System.Net.Sockets;

namespace HostStack.Cli.Status;

/// <summary>A running hoststack that was found.</summary>
/// <param name="Path">Its status socket.</param>
/// <param name="Status">Its answer.</param>
internal sealed record RunningHost(string Path, StatusDocument Status);

/// <summary>What a search found.</summary>
/// <param name="Hosts">Those that answer: at least one.</param>
/// <param name="Troubles">Those that run, and answer nothing of use: the socket, and a sentence.</param>
internal sealed record FoundHosts(IReadOnlyList<RunningHost> Hosts, IReadOnlyList<(string Path, string Sentence)> Troubles);

/// <summary>Finds the hosts that run.</summary>
internal static class StatusSearch
{
    /// <summary>Asks every socket where one may be.</summary>
    /// <exception cref="CommandFailedException">None answers.</exception>
    public static async Task<FoundHosts> RunAsync(CommandEnvironment environment, CancellationToken stop)
    {
        var folders = StatusFolder.All(environment.Variable, environment.SystemRun);
        var found = new List<RunningHost>();
        var troubles = new List<(string Path, string Sentence)>();
        string? closed = null;
        foreach (var folder in folders)
        {
            // Services of the system have users of their own; only root can have made their folders.
            if (folder == folders[0] && !StatusFolder.IsOwn(folder))
            {
                closed ??= folder;
                continue;
            }

            foreach (var socket in SocketsOf(folder, ref closed))
            {
                try
                {
                    found.Add(new RunningHost(socket, await StatusClient.AskAsync(socket, environment.Time, stop)));
                }
                catch (CommandFailedException refused) when (refused.ExitCode == ExitCode.NoPermission)
                {
                    closed ??= socket;
                }
                catch (CommandFailedException refused)
                {
                    // Where nobody listens it is left over from a process that was killed.
                    if (refused.InnerException is not SocketException)
                    {
                        troubles.Add((socket, refused.Message));
                    }
                }
            }
        }

        return (found.Count, troubles, closed) switch
        {
            ( > 0, _, _) => new FoundHosts(found, troubles),
            (_, [var trouble, ..], _) => throw new CommandFailedException(ExitCode.Unavailable, trouble.Sentence),
            (_, _, { } other) => throw new CommandFailedException(
                ExitCode.NoPermission, $"'{other}' belongs to another user; ask as that user, or as root."),
            _ => throw new CommandFailedException(
                ExitCode.Unavailable,
                $"No hoststack that runs was found in {string.Join(", ", folders)}; start one (gn, nap, panu or run), or name its socket with --socket."),
        };
    }

    private static IReadOnlyList<string> SocketsOf(string folder, ref string? closed)
    {
        try
        {
            return StatusFolder.Sockets(folder);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            closed ??= folder;
            return [];
        }
    }
}
