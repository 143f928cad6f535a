using System.CommandLine;
using System.Globalization;
using HostStack.Cli.Options;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Wire;
using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack sdp</c>: prints the service records of a device.</summary>
internal sealed class SdpCommand : CliCommand
{
    private readonly ControllerOptions _controller = new();

    private readonly Argument<PeerAddress> _peer = new("address")
    {
        Description = "The device.",
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Peer),
    };

    private readonly Option<SdpUuid?> _uuid = new("--uuid")
    {
        Description = "Only records that hold this UUID: nap, gn, panu, bnep, 0x1116 or a whole one. Default: the public browse group.",
        HelpName = "UUID",
        CustomParser = static result => OptionParsers.Parse<SdpUuid?>(result, static text => ParseUuid(text)),
    };

    public SdpCommand()
        : base("sdp", "Print the service records of a device.")
    {
        Add(_peer);
        Add(_uuid);
        _controller.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        var peer = arguments.GetValue(_peer);
        await using var session = await HostSession.OpenAsync(context, _controller, arguments, stop);
        _ = session.Other(peer);
        context.Report.Working($"reading the service records of {peer}");
        var records = await Browsing.RunAsync(session.Host, peer, arguments.GetValue(_uuid), stop);
        context.Report.Tree(
            "record",
            records.Count == 0 ? $"{peer} has no such record" : $"{peer}: {records.Count} record{(records.Count == 1 ? "" : "s")}",
            records.Select(ToTree));
        return ExitCode.Success;
    }

    private static SdpUuid ParseUuid(string text) => text.ToLowerInvariant() switch
    {
        "nap" => KnownUuid.Nap,
        "gn" => KnownUuid.Gn,
        "panu" => KnownUuid.Panu,
        "bnep" => KnownUuid.Bnep,
        "pnp" => KnownUuid.PnpInformation,
        _ when ushort.TryParse(
            text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text,
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) => new SdpUuid(number),
        _ when SdpUuid.TryParse(text, out var uuid) => uuid,
        _ => throw new FormatException($"--uuid cannot be '{text}'; write nap, gn, panu, bnep, 0x1116 or a whole UUID."),
    };

    private static ReportTree ToTree(ServiceRecord record)
    {
        var summary = ServiceSummary.Read(record);
        var description = RecordDescription.Describe(record);
        return new ReportTree(
            description,
            ("handle", summary.Handle),
            ("name", summary.Name is { } name ? PlainText.Of(name) : null),
            ("classes", summary.Classes.Select(static uuid => uuid.ToString())),
            ("profiles", summary.Profiles.Select(static profile => profile.ToString())),
            ("psm", summary.Psm),
            ("networkTypes", summary.NetworkPacketTypes.Select(static type => $"0x{type:X4}")),
            ("security", summary.Security),
            ("accessType", summary.NetAccessType),
            ("maximumRate", (long?)summary.MaxNetAccessRate),
            ("lines", description.Children.Select(static child => child.Text)));
    }
}
