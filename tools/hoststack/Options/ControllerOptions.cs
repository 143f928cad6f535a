using System.CommandLine;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Cli.Options;

/// <summary>The options of every command that opens a controller.</summary>
internal sealed class ControllerOptions
{
    public const string Variable = "HOSTSTACK_CONTROLLER";

    public Option<string?> Controller { get; } = new("--controller", "-c")
    {
        Description = $"The controller, 'hoststack controllers' lists them: usb:, usb:vid:pid[#n] or usb:bus.port, h4:serial:/dev/tty..., h5:serial:/dev/tty..., hci-user:N, h4:unix:/path, h4:tcp:host:port, or virtual: for one that is alone in this process. Default: ${Variable}.",
        HelpName = "URI",
    };

    public Option<bool> AcceptController { get; } = new("--accept-controller")
    {
        Description = "After the controller was lost, use another one that is in its place, also one with the same address; else only the same one is used again. At the start, take over bonds that a controller of the same address made with other versions.",
    };

    public Option<string?> Firmware { get; } = new("--firmware")
    {
        Description = "A folder with firmware for the controller, asked before the system's: DIR/rtl_bt/rtl8761bu_fw.bin or DIR/rtl8761bu_fw.bin.",
        HelpName = "DIR",
        CustomParser = static result => OptionParsers.Parse<string?>(result, static text =>
            Directory.Exists(text) ? text : throw new FormatException($"--firmware cannot be '{text}'; give a folder that is there.")),
    };

    public Option<BdAddr?> DeviceAddress { get; } = new("--device-address")
    {
        Description = "Give the controller this address, where its chip takes one (CSR, Broadcom): it has none, or the same as many others.",
        HelpName = "BDADDR",
        CustomParser = static result => OptionParsers.Parse<BdAddr?>(result, static text =>
            BdAddr.TryParse(text, out var address) && address is { IsZero: false, IsMulticast: false }
                ? address
                : throw new FormatException($"--device-address cannot be '{text}'; write six octets like 5C:F3:70:66:12:34, the first one even.")),
    };

    public Option<string> Name { get; } = new("--name")
    {
        Description = "The device's name.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "HostStack",
        CustomParser = static result => OptionParsers.Parse(result, static text =>
            System.Text.Encoding.UTF8.GetByteCount(text) is > 0 and <= DeviceName.Size
                ? text
                : throw new FormatException($"--name must have 1 to {DeviceName.Size} octets of UTF-8; give another one.")) ?? "",
    };

    public Option<string?> Keys { get; } = new("--keys")
    {
        Description = "The file of link keys. Default: hoststack/link-keys.json in $XDG_DATA_HOME (~/.local/share), on Windows in %LOCALAPPDATA%.",
        HelpName = "FILE",
    };

    public Option<PairingInterface> Io { get; } = new("--io")
    {
        Description = "What the terminal gives to pairing: none, display, yesno or keyboard. Default: yesno where somebody can be asked, else none.",
        HelpName = "WHAT",
        CustomParser = static result => OptionParsers.Parse(result, static text => text.ToLowerInvariant() switch
        {
            "none" => PairingInterface.None,
            "display" => PairingInterface.Display,
            "yesno" => PairingInterface.YesNo,
            "keyboard" => PairingInterface.Keyboard,
            _ => throw new FormatException($"--io cannot be '{text}'; write none, display, yesno or keyboard."),
        }),
    };

    public Option<PinCode?> Pin { get; } = new("--pin")
    {
        Description = "Allow pairing with devices older than Bluetooth 2.1, by this PIN.",
        HelpName = "PIN",
        CustomParser = static result => OptionParsers.Parse<PinCode?>(result, static text =>
            PinCode.TryFrom(text, out var pin)
                ? pin
                : throw new FormatException("--pin cannot be that; a PIN has 1 to 16 octets.")),
    };

    public void AddTo(Command command)
    {
        command.Add(Controller);
        command.Add(AcceptController);
        command.Add(Firmware);
        command.Add(DeviceAddress);
        command.Add(Name);
        command.Add(Keys);
        command.Add(Io);
        command.Add(Pin);
    }
}

/// <summary>What the terminal gives to pairing.</summary>
internal enum PairingInterface
{
    /// <summary>As much as there is: yes and no where somebody can be asked.</summary>
    Automatic = 0,

    /// <summary>Nothing: Just Works while the pairing window is open.</summary>
    None,

    /// <summary>Shows digits.</summary>
    Display,

    /// <summary>Shows digits and asks for yes or no.</summary>
    YesNo,

    /// <summary>Takes digits.</summary>
    Keyboard,
}
