using System.Collections.Frozen;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Commands;

/// <summary>Carries out one command. Its length has been checked.</summary>
/// <param name="controller">By whom.</param>
/// <param name="parameters">The command's parameters.</param>
/// <param name="results">Where return parameters go, without the status; for commands that complete.</param>
/// <returns>The status of the answer.</returns>
internal delegate HciStatus CommandHandler(SimulatedController controller, ref WireReader parameters, ref WireWriter results);

/// <summary>One command that the controller knows.</summary>
/// <param name="Code">Its code.</param>
/// <param name="SupportedBit">Its bit in the supported commands; -1: it has none (mandatory, Core, Vol 4, Part E, 6.27).</param>
/// <param name="Length">Octets of its parameters; -1: they vary.</param>
/// <param name="Completes">Answered by Command Complete; else by Command Status, and the outcome is an event.</param>
/// <param name="Silent">Not answered where all is well (Host Number Of Completed Packets).</param>
/// <param name="Handler">What it does.</param>
internal sealed record Command(
    ushort Code, int SupportedBit, int Length, bool Completes, bool Silent, CommandHandler Handler);

/// <summary>The commands of a controller: the one source of what it does and of what it says that it does.</summary>
internal sealed class CommandTable
{
    public const int SupportedSize = 64;

    private readonly Dictionary<ushort, Command> _building = [];
    private FrozenDictionary<ushort, Command> _commands = FrozenDictionary<ushort, Command>.Empty;

    private CommandTable()
    {
    }

    /// <summary>The supported commands as the controller reports them.</summary>
    public byte[] Supported { get; } = new byte[SupportedSize];

    public IReadOnlyCollection<Command> All => _commands.Values;

    /// <summary>The table of a controller with these options.</summary>
    public static CommandTable For(ControllerOptions options)
    {
        var table = new CommandTable();
        InformationCommands.AddTo(table);
        ModeCommands.AddTo(table);
        SettingCommands.AddTo(table);
        ScanCommands.AddTo(table);
        InquiryCommands.AddTo(table);
        ConnectionCommands.AddTo(table);
        RemoteCommands.AddTo(table);
        LinkCommands.AddTo(table);
        AuthenticationCommands.AddTo(table);
        if (options.SimplePairing)
        {
            SimplePairingCommands.AddTo(table, options.SecureConnections);
        }

        if (options.DualMode)
        {
            LeCommands.AddTo(table);
        }

        foreach (var code in options.UnsupportedCommands)
        {
            table._building.Remove(code, out var claimed);
            if (claimed is not null && options.ClaimedCommands.Contains(code))
            {
                table.Claim(claimed.SupportedBit);
            }
        }

        table.Freeze();
        return table;
    }

    /// <summary>Adds a command that is answered by Command Complete.</summary>
    public void Complete(ushort code, int supportedBit, int length, CommandHandler handler) =>
        _building.Add(code, new Command(code, supportedBit, length, Completes: true, Silent: false, handler));

    /// <summary>Adds a command that is answered by Command Status.</summary>
    public void Status(ushort code, int supportedBit, int length, CommandHandler handler) =>
        _building.Add(code, new Command(code, supportedBit, length, Completes: false, Silent: false, handler));

    /// <summary>Adds a command that has no answer.</summary>
    public void Silent(ushort code, int supportedBit, int length, CommandHandler handler) =>
        _building.Add(code, new Command(code, supportedBit, length, Completes: true, Silent: true, handler));

    public Command? Find(ushort code) => _commands.GetValueOrDefault(code);

    private void Freeze()
    {
        _commands = _building.ToFrozenDictionary();
        foreach (var command in _building.Values)
        {
            Claim(command.SupportedBit);
        }
    }

    private void Claim(int bit)
    {
        if (bit >= 0)
        {
            Supported[bit / 8] |= (byte)(1 << (bit % 8));
        }
    }
}
