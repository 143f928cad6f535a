using HostStack.Cli.Options;
using HostStack.Hci.Capture;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.Cli.Sessions;

/// <summary>How a host is opened, whoever chose: the command line or a configuration.</summary>
internal sealed record HostChoices
{
    /// <summary>The controller; null: the one in the environment.</summary>
    public string? Uri { get; init; }

    /// <summary>The device's name.</summary>
    public required string Name { get; init; }

    /// <summary>The file of link keys; null: the usual one.</summary>
    public string? Keys { get; init; }

    /// <summary>What the terminal gives to pairing.</summary>
    public PairingInterface Io { get; init; }

    /// <summary>The PIN of legacy pairing; null: there is none.</summary>
    public PinCode? Pin { get; init; }

    /// <summary>Sees every packet; null: nobody does.</summary>
    public IPacketTap? Capture { get; init; }

    /// <summary>The host's own defaults, changed where somebody chose.</summary>
    public BluetoothHostOptions Host { get; init; } = new();

    /// <summary>How the controller is started: a folder of firmware before the system's, an address instead of its own.</summary>
    public static HciOptions Start(string? firmware, BdAddr? address) => new()
    {
        Firmware = firmware is null ? FirmwareFolders.System : new FirmwareFolders(firmware),
        Address = address,
    };

    /// <summary>What an operator who accepts other controllers, or does not, says to each.</summary>
    public static Func<ControllerInfo, ControllerInfo, bool>? OperatorsWord(bool accepts) => accepts ? static (_, _) => true : null;

    /// <summary>Whose events they are, where a command runs several hosts; empty for the only one.</summary>
    public string Who { get; init; } = "";
}
