using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Cli.Sessions;

/// <summary>Makes the link to a peer that is to be joined.</summary>
internal static class Reaching
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    // The default supervision timeout is 20 s (Core, Vol 4, Part E, 6.21).
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Makes the link. A peer that still believes in the link of a run that was killed, or of a controller that was
    /// pulled, takes no new one until it has noticed: that is waited for.</summary>
    /// <exception cref="CommandFailedException">The peer is not there.</exception>
    public static async Task EnsureAsync(BluetoothHost host, PeerAddress peer, CommandContext context, CancellationToken stop)
    {
        context.Report.Working($"reaching {peer}");
        var start = context.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var link = await host.ConnectLinkAsync(peer, stop);
            if (link.Link is not null)
            {
                return;
            }

            if (link.Status != HciStatus.ConnectionAlreadyExists || context.Time.GetElapsedTime(start) > s_longest)
            {
                throw Browsing.NoLink(peer, link.Status);
            }

            if (attempt == 1)
            {
                context.Report.Happened(
                    "held-link",
                    $"{peer} still holds a link that this device has lost; it is tried again until it lets go, which takes up to 20 s",
                    Tone.Plain,
                    ("peer", peer));
            }

            await Task.Delay(s_pause, context.Time, stop);
        }
    }
}
