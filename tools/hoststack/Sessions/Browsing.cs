using HostStack.Cli.Terminal;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Cli.Sessions;

/// <summary>Reads a peer's records; failures say which step failed.</summary>
internal static class Browsing
{
    /// <summary>Reads the records.</summary>
    /// <param name="host">The host.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="pattern">A UUID that stands in them; null: the public browse group.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <exception cref="CommandFailedException">The peer does not answer.</exception>
    public static async Task<IReadOnlyList<ServiceRecord>> RunAsync(
        BluetoothHost host, PeerAddress peer, SdpUuid? pattern, CancellationToken stop)
    {
        var link = await host.ConnectLinkAsync(peer, stop);
        if (link.Link is null)
        {
            throw NoLink(peer, link.Status);
        }

        var answer = await host.BrowseAsync(peer, pattern, stop);
        return answer.IsSuccess
            ? answer.Value
            : throw new CommandFailedException(
                answer.Outcome == SdpOutcome.ServerError ? ExitCode.Refused : ExitCode.Failed,
                $"The service records of {peer} cannot be read ({answer.ToString().TrimEnd('.')}); try again.");
    }

    /// <summary>There is no link to a peer.</summary>
    public static CommandFailedException NoLink(PeerAddress peer, HciStatus status) =>
        new(ExitCode.Failed, $"{peer} cannot be reached ({EventReporter.Words(status)}); check the address, and that it is on, near and connectable.");
}
