using System.CommandLine;
using HostStack.Cli.Controllers;
using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.UserChannel;

namespace HostStack.Cli.Commands;

/// <summary><c>hoststack controllers</c>: the controllers of this machine, by the URIs that <c>--controller</c> takes.</summary>
internal sealed class ControllersCommand : CliCommand
{
    private const string RowKind = "controller";

    private readonly Option<string?> _firmware = new ControllerOptions().Firmware;

    public ControllersCommand()
        : base("controllers", "List the controllers of this machine, whether each can be opened, and what helps where it cannot.")
    {
        Add(_firmware);
    }

    public override bool HasHost => false;

    // The bus blocks, for a device that sleeps: off this thread, so that Ctrl-C ends the command.
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop)
    {
        context.Report.Working("asking the bus");
        var (usb, trouble) = await Task.Run(() => AskUsb(context, arguments.GetValue(_firmware)), stop).WaitAsync(stop);
        var adapters = context.Environment.KernelAdapters();
        var ports = SerialPorts.Find(context.Environment.SystemRoot, context.Environment.ProbeSerialPort);
        if (usb.Count + adapters.Count + ports.Count == 0)
        {
            return trouble is null ? TellNone(context.Report) : throw trouble;
        }

        if (usb.Count == 0 && trouble is null)
        {
            context.Report.Note("no-usb-controller", "No USB controller is plugged in.", Tone.Plain);
        }

        TellUsb(context.Report, usb);
        TellKernel(context.Report, adapters);
        TellSerial(context.Report, ports);
        if (trouble is not null)
        {
            context.Report.Note("controllers-trouble", trouble.Message, Tone.Bad, ("door", "usb"), ("reason", trouble.Message));
        }

        return ExitCode.Success;
    }

    private static (IReadOnlyList<UsbController> Found, ControllerUnavailableException? Trouble) AskUsb(
        CommandContext context, string? firmware)
    {
        try
        {
            return (UsbController.Survey(context.Usb, new FirmwareFolders(firmware, context.Environment.FirmwareFolders)), null);
        }
        catch (ControllerUnavailableException trouble)
        {
            return ([], trouble);
        }
    }

    private static int TellNone(IReport report)
    {
        report.Note("no-controller", "There is no controller here; plug in a USB dongle, or try 'hoststack demo', which needs none.", Tone.Plain);
        return ExitCode.Success;
    }

    private static void TellKernel(IReport report, IReadOnlyList<KernelAdapter> adapters)
    {
        report.Table(
            RowKind,
            "Adapters of the kernel",
            ["Controller", "Product", "USB", "Usable"],
            [.. adapters.Select(static adapter => new ReportRow(
                [adapter.Uri, adapter.Device.Product, adapter.Device.Usb?.ToString(), adapter.CanOpen ? "yes" : "no"],
                ("door", "kernel"),
                ("uri", adapter.Uri),
                ("usbId", adapter.Device.Usb?.ToString()),
                ("product", adapter.Device.Product),
                ("serialNumber", adapter.Device.SerialNumber),
                ("canOpen", adapter.CanOpen),
                ("problem", adapter.Problem)))]);
        foreach (var adapter in adapters)
        {
            TellProblem(report, adapter.Uri, adapter.Problem);
        }
    }

    private static void TellSerial(IReport report, IReadOnlyList<SerialPort> ports)
    {
        report.Table(
            RowKind,
            "Serial ports, where a controller may be",
            ["H4", "H5 (three wires)", "Usable"],
            [.. ports.Select(static port => new ReportRow(
                [$"h4:serial:{port.Name}", $"h5:serial:{port.Name}", port.CanOpen ? "yes" : "no"],
                ("door", "serial"),
                ("uri", $"h4:serial:{port.Name}"),
                ("port", port.Name),
                ("canOpen", port.CanOpen),
                ("problem", port.Problem)))]);
        foreach (var port in ports)
        {
            TellProblem(report, $"h4:serial:{port.Name}", port.Problem);
        }
    }

    private static void TellProblem(IReport report, string uri, string? problem)
    {
        if (problem is not null)
        {
            TellAdvice(report, uri, problem, Tone.Bad);
        }
    }

    private static void TellAdvice(IReport report, string uri, string sentence, Tone tone) =>
        report.Note("controller-advice", sentence, tone, ("uri", uri), ("advice", sentence));

    private static void TellUsb(IReport report, IReadOnlyList<UsbController> controllers)
    {
        report.Table(
            RowKind,
            "USB controllers",
            ["Controller", "Port", "Product", "Chip", "Driver", "Usable"],
            [.. controllers.Select(static controller => controller.Row)]);
        foreach (var controller in controllers)
        {
            foreach (var (sentence, isProblem) in controller.Advice)
            {
                TellAdvice(report, controller.Uri, sentence, isProblem ? Tone.Bad : Tone.Warning);
            }
        }

        if (controllers.FirstOrDefault(static controller => controller.Access is { CanOpen: true, Driver: not null }) is { } bound)
        {
            var sentence = $"The driver {bound.Access.Driver} gives way while hoststack uses a controller, and gets it back afterwards.";
            report.Note("controller-driver", sentence, Tone.Plain, ("driver", bound.Access.Driver));
        }
    }
}
