using System.Globalization;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Transport.Serial;

/// <summary>What stands behind <c>h4:serial:</c> or <c>h5:serial:</c>: a port, and how it and its controller are set up.</summary>
/// <remarks><c>/dev/ttyUSB0?baud=921600&amp;flow=rtscts</c>. Without options: 115200 baud; for H4 RTS and CTS and no parity,
/// for H5 no flow control and even parity, as the two transports want (Core, Vol 4, Part A, 3 and Part D, 4).</remarks>
internal sealed record SerialAddress(string Port, SerialSettings Settings, ThreeWireOptions ThreeWire, ControllerDevice Device)
{
    private const string Common = "baud, flow, parity, reset, break, vendor and speed";

    /// <summary>Reads an address.</summary>
    /// <param name="scheme"><c>h4:serial</c> or <c>h5:serial</c>.</param>
    /// <param name="address">The text behind the scheme's colon.</param>
    /// <exception cref="FormatException">It is malformed; the message is one sentence with what may be written.</exception>
    public static SerialAddress Parse(string scheme, string address)
    {
        var isThreeWire = scheme == SerialControllerSource.H5Scheme;
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var port = question < 0 ? address : address[..question];
        if (string.IsNullOrWhiteSpace(port))
        {
            throw new FormatException($"'{scheme}:{address}' needs a serial port; write it like {scheme}:/dev/ttyUSB0?baud=921600.");
        }

        var read = new SerialAddress(
            port,
            isThreeWire
                ? new SerialSettings { Parity = SerialParity.Even }
                : new SerialSettings { FlowControl = SerialFlowControl.RtsCts },
            new ThreeWireOptions(),
            new ControllerDevice());
        var options = question < 0 ? string.Empty : address[(question + 1)..];
        foreach (var option in options.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (option, string.Empty) : (option[..equals], option[(equals + 1)..]);
            read = read.With(name, value, isThreeWire);
        }

        return read.Checked();
    }

    private static SerialFlowControl Flow(string value) => value switch
    {
        "rtscts" => SerialFlowControl.RtsCts,
        "none" => SerialFlowControl.None,
        _ => throw Bad("flow", value, "rtscts or none"),
    };

    private static SerialParity ReadParity(string value) => value switch
    {
        "none" => SerialParity.None,
        "even" => SerialParity.Even,
        _ => throw Bad("parity", value, "none or even"),
    };

    private static SerialResetLine Reset(string value) => value switch
    {
        "dtr" => SerialResetLine.Dtr,
        "rts" => SerialResetLine.Rts,
        "none" => SerialResetLine.None,
        _ => throw Bad("reset", value, "dtr, rts or none"),
    };

    private static bool Flag(string name, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw Bad(name, value, "yes or no"),
    };

    private static int Number(string name, string value, int least, int greatest) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= greatest
            ? number
            : throw Bad(name, value, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {greatest}"));

    private static int Rate(string name, string value) =>
        Number(name, value, TermiosPort.LeastBaudRate, TermiosPort.GreatestBaudRate);

    private static string Vendor(string value) => ChipFamilyNames.All.Contains(value, StringComparer.OrdinalIgnoreCase)
        ? value
        : throw Bad("vendor", value, "one of " + string.Join(", ", ChipFamilyNames.All));

    private static FormatException Bad(string name, string value, string expected) =>
        new($"'{name}={value}' is no option of a serial port; write {name}= with {expected}.");

    private SerialAddress With(string name, string value, bool isThreeWire) => name switch
    {
        "baud" => this with { Settings = Settings with { BaudRate = Rate(name, value) } },
        "flow" => this with { Settings = Settings with { FlowControl = Flow(value) } },
        "parity" => this with { Settings = Settings with { Parity = ReadParity(value) } },
        "reset" => this with { Settings = Settings with { ResetLine = Reset(value) } },
        "break" => this with { Settings = Settings with { Break = Flag(name, value) } },
        "vendor" => this with { Device = Device with { Vendor = Vendor(value) } },
        "speed" => this with { Device = Device with { OperatingRate = Rate(name, value) } },
        "window" when isThreeWire =>
            this with { ThreeWire = ThreeWire with { Window = Number(name, value, 1, ThreeWireOptions.LargestWindow) } },
        "crc" when isThreeWire => this with { ThreeWire = ThreeWire with { IntegrityCheck = Flag(name, value) } },
        "oof" when isThreeWire => this with { ThreeWire = ThreeWire with { FlowControl = Flag(name, value) } },
        _ => throw new FormatException(
            $"'{name}' is no option of a serial port; the options are {Common}{(isThreeWire ? ", and window, crc and oof" : string.Empty)}."),
    };

    private SerialAddress Checked()
    {
        if (Settings is { ResetLine: SerialResetLine.Rts, FlowControl: SerialFlowControl.RtsCts })
        {
            throw new FormatException("RTS cannot both reset the controller and hold it back; write reset=dtr, or flow=none.");
        }

        // Nobody else's start-up changes the rate.
        return Device.OperatingRate is { } rate && KnownControllers.FamilyOf(Device) is not (ChipFamily.Broadcom or ChipFamily.Realtek)
            ? throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"speed={rate} needs vendor=bcm or vendor=rtk, whose start-up can change the rate; name the maker, or write baud={rate} for a controller that is at that rate."))
            : this;
    }
}
