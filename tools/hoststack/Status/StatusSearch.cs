namespace HostStack.Cli.Status;

/// <summary>A running hoststack that was found.</summary>
/// <param name="Path">Its status socket.</param>
/// <param name="Status">Its answer.</param>
internal sealed record RunningHost(string Path, StatusDocument Status);

/// <summary>Finds the hosts that run.</summary>
internal static class StatusSearch
{
    /// <summary>Asks every socket where one may be.</summary>
    /// <returns>Those that answer: at least one.</returns>
    /// <exception cref="CommandFailedException">None does.</exception>
    public static async Task<IReadOnlyList<RunningHost>> RunAsync(CommandEnvironment environment, CancellationToken stop)
    {
        var folders = StatusFolder.All(environment.Variable, environment.SystemRun);
        var found = new List<RunningHost>();
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
                catch (CommandFailedException refused)
                {
                    // Left over from a process that was killed, or another user's.
                    closed ??= refused.ExitCode == ExitCode.NoPermission ? socket : null;
                }
            }
        }

        return (found.Count, closed) switch
        {
            ( > 0, _) => found,
            (_, { } other) => throw new CommandFailedException(
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
