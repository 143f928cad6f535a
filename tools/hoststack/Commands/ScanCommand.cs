using System.CommandLine;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Links;
using HostStack.Pan;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack scan</c>: looks for devices.</summary>
internal sealed class ScanCommand : CliCommand
{
    private readonly ControllerOptions _controller = new();

    private readonly Option<TimeSpan?> _seconds = new("--seconds")
    {
        Description = "How long to look, in steps of 1.28 s. Default: 10.24.",
        HelpName = "SECONDS",
        CustomParser = OptionParsers.Seconds("--seconds"),
    };

    private readonly Option<bool> _noNames = new("--no-names")
    {
        Description = "Do not ask devices for names that they did not tell by themselves.",
    };

    public ScanCommand()
        : base("scan", "Look for discoverable devices.")
    {
        _controller.AddTo(this);
        Add(_seconds);
        Add(_noNames);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        await using var session = await HostSession.OpenAsync(context, _controller, arguments, stop);
        context.Report.Working("looking for devices");
        var request = new InquiryRequest { ResolveNames = !arguments.GetValue(_noNames) };
        request = arguments.GetValue(_seconds) is { } time ? request with { Duration = time } : request;
        var found = 0;
        var devices = await session.Host.InquireAsync(
            request,
            device => context.Report.Working($"looking for devices: {Interlocked.Increment(ref found)} answers, the last of {Title(device)}"),
            stop);
        context.Report.Table(
            "device",
            devices.Count == 0 ? "No device answered; is one discoverable and near?" : $"{devices.Count} device{(devices.Count == 1 ? "" : "s")}",
            ["Address", "Name", "Class", "RSSI", "Services"],
            devices.OrderByDescending(static device => device.Rssi ?? sbyte.MinValue).ThenBy(static device => device.Address.Value).Select(ToRow));
        return ExitCode.Success;
    }

    /// <summary>The networks that a device told of; "networking" where only its class says so.</summary>
    internal static IReadOnlyList<string> Services(DiscoveredDevice device)
    {
        var told = new[] { PanRole.Nap, PanRole.Gn, PanRole.Panu }
            .Where(role => device.Information.Offers((uint)role)).Select(static role => role.Name()).ToArray();
        return told.Length == 0 && device.ClassOfDevice.OffersNetworking ? ["networking"] : told;
    }

    private static string Title(DiscoveredDevice device) =>
        device.Name is { Length: > 0 } name ? PlainText.Of(name) : device.Address.ToString();

    private static object?[] ToRow(DiscoveredDevice device) =>
    [
        device.Address.ToString(),
        device.Name is { } name ? PlainText.Of(name) : null,
        $"{device.ClassOfDevice} {device.ClassOfDevice.Major}",
        device.Rssi is { } rssi ? (int)rssi : null,
        Services(device),
    ];
}
