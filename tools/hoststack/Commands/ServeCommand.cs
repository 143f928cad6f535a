using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Pan;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack gn</c>, <c>hoststack nap</c>: serves a network until it is ended.</summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly PanRole _role;
    private readonly ControllerOptions _controller = new();
    private readonly NetworkOptions _network = new(hasSwitch: true);
    private readonly AttachmentOptions _attachment;

    public ServeCommand(PanRole role)
        : base(
            role.Name().ToLowerInvariant(),
            role == PanRole.Gn
                ? "Serve a group network (GN): devices that join it reach each other and this one."
                : "Serve a network access point (NAP): devices that join it reach the network behind this one.")
    {
        _role = role;
        _attachment = new AttachmentOptions(role);
        _controller.AddTo(this);
        _network.AddTo(this);
        _attachment.AddTo(this);
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop) =>
        Serving.RunAsync(_role, arguments, context, _controller, _network, _attachment, stop);
}
