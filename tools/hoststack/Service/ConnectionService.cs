using System.Globalization;
using HostStack.Cli.Commands;
using HostStack.Cli.Configuration;
using HostStack.Cli.Networks;
using HostStack.Cli.Sessions;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;
using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Service;

/// <summary>Keeps one connection to a peer's network: pairs where there is no bond, joins, and comes back.</summary>
internal sealed class ConnectionService(ConnectionSection section, HostSession session, CommandContext context, string hostName, string who)
{
    private readonly PeerAddress _peer = new(section.Peer);
    private string _port = "";
    private string _state = "waiting";

    /// <summary>Runs until it is told to end, or gives up as its policy says.</summary>
    /// <exception cref="NetDevices.Interfaces.NetDeviceException">The machine does not allow the port.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var attachment = await new AttachmentOpening(
            context, ConfiguredChoices.Attachment(section), session.Host.Address, hostName).OpenUserAsync(section.Role);
        _port = attachment.Port.Name;
        session.Happened += Happened;
        var down = new TakingDown(context.Report, who);
        await down.WorkAsync(() => KeepAsync(attachment, stop));
        session.Happened -= Happened;
        await down.StepAsync($"the address of {_port}", attachment.LeaveAsync);
        await down.StepAsync($"the port {_port}", () => attachment.DisposeAsync().AsTask());
        down.End();

        void Happened(HostEvent happened)
        {
            if (happened is PanConnected connected && connected.Peer == _peer)
            {
                attachment.Begin();
            }
        }
    }

    /// <summary>Tells how it stands, where the stack has no connection to tell of.</summary>
    public ConnectionEntry? Missing(ControllerEntry entry) =>
        entry.Connections.Any(connection => connection.Peer == _peer.ToString())
            ? null
            : new ConnectionEntry(
                _peer.ToString(), null, section.Role.Name(), _port, _state, new SecurityEntry("off", 0, null), 0, new TrafficEntry(0, 0, 0, 0, 0, 0, null, null));

    private async Task KeepAsync(NetworkAttachment attachment, CancellationToken stop)
    {
        var wait = section.Reconnect.FirstWait;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (wasUp, reason) = await JoinAsync(attachment, stop);
                wait = wasUp ? section.Reconnect.FirstWait : wait;
                if (attempt >= section.Reconnect.Attempts)
                {
                    _state = "given up";
                    Tell($"{reason} It is given up after {attempt} attempts, as configured.", null);
                    return;
                }

                Tell(string.Create(CultureInfo.InvariantCulture, $"{reason} It is tried again in {wait.TotalSeconds:0.#} s."), wait);
                await Task.Delay(wait, context.Time, stop);
                wait = wait + wait < section.Reconnect.LongestWait ? wait + wait : section.Reconnect.LongestWait;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // Gives why it is over.
    private async Task<(bool WasUp, string Reason)> JoinAsync(NetworkAttachment attachment, CancellationToken stop)
    {
        try
        {
            var options = ConfiguredChoices.Client(section);
            if (section.Pair)
            {
                await Pairing.EnsureAsync(session.Host, _peer, options.Security, context.Report, stop);
            }

            var result = await session.Host.TryConnectAsync(_peer, section.Role, attachment.Port, options, stop);
            if (result.Connection is not { } connection)
            {
                return (false, $"{result.Refusal!.Rule}. {result.Refusal.Remedy}");
            }

            await using (connection)
            {
                var reason = await connection.Completion.WaitAsync(stop);
                var status = await connection.GetStatusAsync();
                return (status.Losses > 0, $"The connection is over: {reason.TrimEnd('.')}.");
            }
        }
        catch (CommandFailedException refused)
        {
            return (false, refused.Message);
        }
        catch (ControllerUnavailableException lost)
        {
            return (false, lost.Message);
        }
        catch (ObjectDisposedException closed) when (!stop.IsCancellationRequested)
        {
            return (false, closed.Message);
        }
    }

    private void Tell(string sentence, TimeSpan? wait) =>
        context.Report.Happened(
            "connection-waiting",
            $"{section.Role.Name()} of {_peer}: {sentence}",
            Tone.Warning,
            [.. EventReporter.Whose(who), ("peer", _peer), ("reason", sentence), ("wait", wait)]);
}
