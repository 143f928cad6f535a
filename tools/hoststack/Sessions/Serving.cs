using System.CommandLine;
using HostStack.Cli.Commands;
using HostStack.Cli.Networks;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;
using ControllerOptions = HostStack.Cli.Options.ControllerOptions;

namespace HostStack.Cli.Sessions;

/// <summary>Serves a role until Ctrl-C or the time that was given; both are a success.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(
        PanRole role,
        ParseResult arguments,
        CommandContext context,
        ControllerOptions controller,
        NetworkOptions options,
        AttachmentOptions attachments,
        CancellationToken stop)
    {
        var request = attachments.Request(arguments, options.Addresses(arguments));
        await using var session = await HostSession.OpenAsync(context, controller, arguments, stop);
        session.OfferStatus(role.Name().ToLowerInvariant());
        await using var attachment = await new AttachmentOpening(
            context, request, session.Host.Address, arguments.GetValue(controller.Name)!).OpenServerAsync();
        session.Happened += happened => React(happened, session.Host, attachment);
        await using var network = await session.Host.ServeAsync(
            role, attachment.Port, options.Service(arguments, new TerminalAuthorizer(context.Questions)));
        if (arguments.GetValue(options.Pair) is { } window)
        {
            await session.Host.SetDiscoverableAsync(true);
            await session.Host.OpenPairingWindowAsync(window);
        }

        context.Report.Working($"serving the {role.Name()}; Ctrl-C ends it");
        await WaitAsync(context, arguments.GetValue(options.For), stop);
        session.IsEnding = true;
        await TellPeersAsync(context.Report, network);
        await attachment.LeaveAsync();
        return ExitCode.Success;
    }

    /// <summary>Waits for the time or for Ctrl-C.</summary>
    public static async Task WaitAsync(CommandContext context, TimeSpan? time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(time ?? Timeout.InfiniteTimeSpan, context.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how serving ends.
        }
    }

    private static void React(HostEvent happened, BluetoothHost host, NetworkAttachment attachment)
    {
        switch (happened)
        {
            case PeerJoined:
                attachment.Begin();
                break;
            case PairingWindowChanged { IsOpen: false }:
                _ = HideAsync(host);
                break;
        }
    }

    /// <summary>Who cannot pair need not find the device.</summary>
    public static async Task HideAsync(BluetoothHost host)
    {
        try
        {
            await host.SetDiscoverableAsync(false);
        }
        catch (Exception gone) when (gone is ControllerUnavailableException or ObjectDisposedException or OperationCanceledException)
        {
            // The wish is kept for the next opening; a closed host is hidden anyway.
        }
    }

    private static async Task TellPeersAsync(IReport report, PanNetwork network)
    {
        var status = await network.GetStatusAsync();
        if (status.Peers.Count > 0)
        {
            report.Table(
                "peer",
                $"Peers of the {status.Role.Name()} at its end",
                ["Peer", "Role", "Frames in", "Octets in", "Frames out", "Octets out", "Dropped"],
                status.Peers.Select(static peer => new object?[]
                {
                    peer.Peer.ToString(), peer.Role.Name(), peer.Counters.FramesIn, peer.Counters.OctetsIn,
                    peer.Counters.FramesOut, peer.Counters.OctetsOut, peer.Counters.DroppedOut + peer.Counters.DroppedIn,
                }));
        }
    }
}
