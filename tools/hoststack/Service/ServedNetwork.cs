using HostStack.Cli.Commands;
using HostStack.Cli.Configuration;
using HostStack.Cli.Networks;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Service;

/// <summary>One role that the service serves, with the port behind it.</summary>
internal sealed class ServedNetwork : IAsyncDisposable
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

    /// <summary>Makes the port and serves the role on it.</summary>
    /// <exception cref="NetDevices.Interfaces.NetDeviceException">The machine does not allow the port.</exception>
    public static async Task<ServedNetwork> OpenAsync(
        NetworkSection section, ServiceConfiguration file, HostSession session, CommandContext context, string hostName)
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
            await attachment.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _session.Happened -= Happened;
        await _attachment.LeaveAsync();
        await _network.DisposeAsync();
        await _attachment.DisposeAsync();
    }

    private void Happened(HostEvent happened)
    {
        if (happened is PeerJoined joined && joined.Role == _network.Role)
        {
            _attachment.Begin();
        }
    }
}
