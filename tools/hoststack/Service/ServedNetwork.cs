using HostStack.Cli.Commands;
using HostStack.Cli.Configuration;
using HostStack.Cli.Networks;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Service;

/// <summary>One role that the service serves, with the port behind it.</summary>
internal sealed class ServedNetwork
{
    private readonly HostSession _session;
    private readonly NetworkAttachment _attachment;
    private readonly PanNetwork _network;

    private ServedNetwork(HostSession session, NetworkAttachment attachment, PanNetwork network)
    {
        _session = session;
        _attachment = attachment;
        _network = network;
        _session.Happened += Happened;
    }

    /// <summary>The name of its port.</summary>
    public string Port => _attachment.Port.Name;

    /// <summary>Makes the port and serves the role on it. A port whose role cannot be served is taken down.</summary>
    /// <exception cref="NetDevices.Interfaces.NetDeviceException">The machine does not allow the port.</exception>
    public static async Task<ServedNetwork> OpenAsync(
        NetworkSection section, ServiceConfiguration file, HostSession session, CommandContext context, string hostName, TakingDown down)
    {
        var attachment = await new AttachmentOpening(
            context, ConfiguredChoices.Attachment(section), session.Host.Address, hostName).OpenServerAsync();
        try
        {
            var network = await session.Host.ServeAsync(
                section.Role, attachment.Port, ConfiguredChoices.Service(section, file, new TerminalAuthorizer(context.Questions)));
            return new ServedNetwork(session, attachment, network);
        }
        catch
        {
            await down.StepAsync($"the port {attachment.Port.Name}", () => attachment.DisposeAsync().AsTask());
            throw;
        }
    }

    /// <summary>Ends the role, and takes the port down whatever becomes of that.</summary>
    public async Task EndAsync(TakingDown down)
    {
        _session.Happened -= Happened;
        await down.StepAsync($"the address of {Port}", _attachment.LeaveAsync);
        await down.StepAsync($"the {_network.Role.Name()} on {Port}", () => _network.DisposeAsync().AsTask());
        await down.StepAsync($"the port {Port}", () => _attachment.DisposeAsync().AsTask());
    }

    private void Happened(HostEvent happened)
    {
        if (happened is PeerJoined joined && joined.Role == _network.Role)
        {
            _attachment.Begin();
        }
    }
}
