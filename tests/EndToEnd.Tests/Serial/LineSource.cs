using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Testing.Serial;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Transport;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>A simulated controller at the other end of a serial line: each opening is a new pair of pseudo-terminals, opened by
/// the host as any port is, <c>h4:serial:/dev/pts/3?baud=921600</c>.</summary>
internal sealed class LineSource(SimulatedController controller, string scheme, string options = "") : IControllerSource, IAsyncDisposable
{
    private StreamServer? _server;

    /// <summary>How the controller behaves on an H5 line.</summary>
    public H5LineOptions Line { get; init; } = new();

    /// <summary>Put around the controller's end, to inject faults.</summary>
    public Func<Stream, Stream> Wrap { get; set; } = static line => line;

    /// <summary>The clock of the host's end of an H5 line; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    public int Openings { get; private set; }

    /// <summary>The line of the last opening.</summary>
    public PseudoTerminal Terminal { get; private set; } = null!;

    /// <summary>The controller's end of an H5 line.</summary>
    public H5Stream H5 { get; private set; } = null!;

    public string Uri => $"{scheme}:";

    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync();
        Openings++;
        Terminal = new PseudoTerminal();
        var line = Wrap(Terminal.Line);
        if (scheme.StartsWith("h5", StringComparison.Ordinal))
        {
            line = H5 = new H5Stream(line, Line);
        }

        _server = StreamServer.Serve(controller, line);
        var address = $"{Terminal.Path}?{options}";
        var source = Time is null ? ControllerSources.CreateDefault().Open($"{scheme}:{address}") : SerialControllerSource.ParseH5(address, time: Time);
        return await source.OpenAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task CloseAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }
}
