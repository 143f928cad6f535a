using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Transport;

/// <summary>Serves one controller as H4 on one stream of octets, until either ends: the other side of a serial line. With an
/// <see cref="H5Stream"/> around the line it is served as H5.</summary>
public sealed class StreamServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private StreamServer(SimulatedController controller, Stream stream)
    {
        var connection = new H4Connection(controller, stream);
        Ended = Task.Run(() => connection.RunAsync(_stop.Token));
    }

    /// <summary>Completes when the line has ended, or this was disposed.</summary>
    public Task Ended { get; }

    /// <summary>Begins to serve. The radio must run on a thread of its own.</summary>
    /// <param name="controller">Not open for anybody else.</param>
    /// <param name="stream">Taken over.</param>
    /// <exception cref="InvalidOperationException">The controller is open already, or unplugged.</exception>
    public static StreamServer Serve(SimulatedController controller, Stream stream) =>
        controller.TryOpen()
            ? new StreamServer(controller, stream)
            : throw new InvalidOperationException($"The controller {controller.Name} is open already, or unplugged; close its host first.");

    /// <summary>Ends serving and closes the stream. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
    }
}
