using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Status;

/// <summary>A command's status socket: a board and who answers with it.</summary>
internal sealed class StatusOffer : IAsyncDisposable
{
    private readonly StatusServer _server;

    private StatusOffer(StatusBoard board, StatusServer server)
    {
        Board = board;
        _server = server;
    }

    /// <summary>What is told.</summary>
    public StatusBoard Board { get; }

    /// <summary>The socket.</summary>
    public string Path => _server.Path;

    /// <summary>Begins to answer.</summary>
    /// <param name="context">The run.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="path">The socket; null: the usual one.</param>
    /// <exception cref="CommandFailedException">The socket that was named cannot be had.</exception>
    /// <returns>Null where the usual socket cannot be had: that is told, and no reason to end.</returns>
    public static StatusOffer? Begin(CommandContext context, string command, string? path = null)
    {
        var board = new StatusBoard(context.Environment, command);
        try
        {
            var server = StatusServer.Listen(
                board, path, StatusFolder.Own(context.Environment.Variable), context.Time, context.Loggers.CreateLogger("HostStack.Status"));
            return new StatusOffer(board, server);
        }
        catch (IOException failure)
        {
            board.Dispose();
            if (path is not null)
            {
                throw new CommandFailedException(ExitCode.CannotCreate, failure.Message, failure);
            }

            context.Report.Happened(
                "status-unavailable", $"'hoststack status' cannot ask here: {failure.Message}", Tone.Warning, ("reason", failure.Message));
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _server.DisposeAsync();
        }
        finally
        {
            Board.Dispose();
        }
    }
}
