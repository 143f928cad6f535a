using System.Buffers.Binary;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Vendors;

/// <summary>What a Realtek chip does wrong on purpose.</summary>
public sealed record RealtekFaults
{
    /// <summary>The download command, from 0, that is refused; null for none.</summary>
    public int? RefusesAt { get; init; }

    /// <summary>The download command, from 0, that is not answered; null for none.</summary>
    public int? SilentAt { get; init; }

    /// <summary>The download command, from 0, that is answered by a status alone; null for none.</summary>
    public int? ShortAnswerAt { get; init; }

    /// <summary>The download command, from 0, in the middle of which the device is unplugged; null for none.</summary>
    public int? UnpluggedAt { get; init; }

    /// <summary>The rate of the UART that is refused; null for none.</summary>
    public int? RefusesRate { get; init; }

    /// <summary>The rate of the UART that it is told without an answer; null for none.</summary>
    public int? SilentAtRate { get; init; }

    /// <summary>Whether it refuses to drop its patch.</summary>
    public bool KeepsPatch { get; init; }

    /// <summary>Whether it leaves its bus when it drops its patch, for 100 ms.</summary>
    public bool LeavesWhenItDrops { get; init; }

    /// <summary>Whether the ROM goes on after the patch was taken.</summary>
    public bool StaysInRom { get; init; }
}

/// <summary>A Realtek chip: it runs from its ROM until it has taken a patch, in 252-octet commands whose indices count as they
/// must, and then tells other versions.</summary>
public sealed class RealtekModel : VendorModel
{
    private const ushort Reset = 0x0C03;
    private const ushort ReadVersion = 0x1001;
    private const ushort SetRate = 0xFC17;
    private const ushort Download = 0xFC20;
    private const ushort ReadRegister = 0xFC61;
    private const ushort DropPatch = 0xFC66;
    private const ushort ReadRomVersion = 0xFC6D;
    private const ushort Company = 93;
    private const int FragmentSize = 252;

    private static readonly TimeSpan RateTime = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DropTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AwayTime = TimeSpan.FromMilliseconds(100);

    private static readonly Dictionary<uint, int> s_rates = new()
    {
        [0x0252_C014] = 115_200,
        [0x0252_A00A] = 230_400,
        [0x05F7_5004] = 921_600,
        [0x0000_5004] = 1_000_000,
        [0x0492_8002] = 1_500_000,
        [0x0112_8002] = 1_500_000,
        [0x0000_5002] = 2_000_000,
        [0x0000_B001] = 2_500_000,
        [0x0492_8001] = 3_000_000,
        [0x052A_6001] = 3_500_000,
        [0x0000_5001] = 4_000_000,
    };

    private readonly List<byte> _received = [];
    private long? _rateChanged;
    private long? _dropped;
    private int _commands;
    private int _nextIndex;
    private int? _nextRate;

    /// <summary>LMP subversion of the ROM: 0x8761 for an RTL8761B.</summary>
    public ushort RomSubversion { get; init; } = 0x8761;

    /// <summary>HCI revision of the ROM.</summary>
    public ushort RomRevision { get; init; } = 0x000B;

    /// <summary>HCI version of the ROM.</summary>
    public byte RomHciVersion { get; init; } = 0x0A;

    /// <summary>The ROM version, which chooses the patch.</summary>
    public byte RomVersion { get; init; } = 1;

    /// <summary>The number of the key by which patches are checked; 0 for none.</summary>
    public byte Key { get; init; }

    /// <summary>The patch and the configuration, as they must arrive.</summary>
    public required IReadOnlyList<byte> Expected { get; init; }

    /// <summary>The rate that the configuration gives a UART; null for none.</summary>
    public int? ConfiguredRate { get; init; }

    /// <summary>The rate after power-up.</summary>
    public int FirstRate { get; init; } = 115_200;

    /// <summary>What goes wrong; changed while no host is there.</summary>
    public RealtekFaults Faults { get; set; } = new();

    /// <summary>Whether the patch runs.</summary>
    public bool IsPatched { get; private set; }

    /// <summary>Patches that were dropped.</summary>
    public int Drops { get; private set; }

    /// <summary>Patches that were taken whole.</summary>
    public int Downloads { get; private set; }

    /// <summary>The indices of the download commands, in order.</summary>
    public IReadOnlyList<byte> Indices => _indices;

    private readonly List<byte> _indices = [];

    internal override void PowerLost()
    {
        IsPatched = false;
        (_nextRate, _rateChanged, _dropped) = (null, null, null);
        if (Line is { } line)
        {
            line.ChipRate = FirstRate;
        }

        Begin();
    }

    internal override void Answered(ushort opCode)
    {
        if (_nextRate is { } rate)
        {
            Line!.ChipRate = rate;
            _nextRate = null;
            _rateChanged = Controller.Radio.Loop.Timers.Now;
        }
    }

    private protected override VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters)
    {
        var timers = Controller.Radio.Loop.Timers;
        if (_rateChanged is { } changed && timers.Since(changed) < RateTime)
        {
            Violate($"command 0x{opCode:X4} comes {timers.Since(changed).TotalMilliseconds} ms after a change of rate that takes {RateTime.TotalMilliseconds} ms");
        }

        if (_dropped is { } dropped && timers.Since(dropped) < DropTime)
        {
            Violate($"command 0x{opCode:X4} comes {timers.Since(dropped).TotalMilliseconds} ms after the order to drop the patch, which takes {DropTime.TotalMilliseconds} ms");
        }

        switch (opCode)
        {
            case DropPatch when !Faults.KeepsPatch:
                Drop(parameters.Length);
                return VendorAnswer.Silence;
            case Reset:
                Begin(); // A download that was left off begins again; a patch that runs stays.
                return null;
            case ReadVersion:
                return IsPatched && !Faults.StaysInRom
                    ? Version(RomHciVersion, 0xDFC6, Company, 0xD922)
                    : Version(RomHciVersion, RomRevision, Company, RomSubversion);
            case ReadRomVersion:
                return VendorAnswer.Complete(VendorAnswer.Success, RomVersion);
            case ReadRegister when parameters.SequenceEqual((ReadOnlySpan<byte>)[0x10, 0xA4, 0x0D, 0x00, 0xB0]):
                return VendorAnswer.Complete(VendorAnswer.Success, Key, 0x00);
            case SetRate when Line is not null && parameters.Length == 4:
                return ChangeRate(BinaryPrimitives.ReadUInt32LittleEndian(parameters));
            case Download:
                return Take(parameters);
            default:
                return null;
        }
    }

    // Its ROM goes on, as after power-up.
    private void Drop(int parameters)
    {
        if (!IsPatched || parameters != 0)
        {
            Violate($"a patch is dropped by {parameters} octets, and {(IsPatched ? "one" : "none")} runs");
        }

        if (Line is { } line && line.ChipRate != FirstRate)
        {
            Violate($"the patch is dropped at {line.ChipRate} bits per second, and the rate of the ROM is {FirstRate}");
        }

        Drops++;
        PowerLost();
        _dropped = Controller.Radio.Loop.Timers.Now;
        if (Faults.LeavesWhenItDrops)
        {
            Controller.PowerOffNow("The controller left its bus.");
            Controller.Radio.After(AwayTime, Controller.PowerOn);
        }
    }

    private VendorAnswer ChangeRate(uint code)
    {
        if (!s_rates.TryGetValue(code, out var rate))
        {
            Violate($"0x{code:X8} is no rate");
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        if (rate != ConfiguredRate && !(IsPatched && rate == FirstRate))
        {
            Violate($"{rate} bits per second are not the {ConfiguredRate ?? 0} of the configuration");
        }

        if (rate == Faults.SilentAtRate || rate == Faults.RefusesRate)
        {
            return rate == Faults.SilentAtRate ? VendorAnswer.Silence : VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        _nextRate = rate;
        return VendorAnswer.Complete(VendorAnswer.Success);
    }

    private VendorAnswer Take(ReadOnlySpan<byte> parameters)
    {
        var command = _commands++;
        if (command == Faults.SilentAt)
        {
            return VendorAnswer.Silence;
        }

        if (command == Faults.UnpluggedAt)
        {
            Controller.PowerOffNow("The controller was unplugged.");
            return VendorAnswer.Silence;
        }

        if (command == Faults.RefusesAt || parameters.IsEmpty)
        {
            Begin();
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters, 0x00);
        }

        var index = parameters[0];
        _indices.Add(index);
        var isLast = (index & 0x80) != 0;
        if ((index & 0x7F) != _nextIndex)
        {
            Violate($"download command {command} has index {index & 0x7F}, not {_nextIndex}");
        }

        if (isLast ? parameters.Length > FragmentSize : parameters.Length != FragmentSize + 1)
        {
            Violate($"download command {command} has {parameters.Length - 1} octets");
        }

        if (IsPatched)
        {
            Violate("a patch is downloaded although one runs");
        }

        _received.AddRange(parameters[1..]);
        _nextIndex = _nextIndex == 0x7F ? 1 : _nextIndex + 1;
        if (isLast)
        {
            Finish();
        }

        return command == Faults.ShortAnswerAt ? VendorAnswer.Complete(VendorAnswer.Success) : VendorAnswer.Complete(VendorAnswer.Success, index);
    }

    private void Finish()
    {
        if (_received.SequenceEqual(Expected))
        {
            IsPatched = true;
            Downloads++;
        }
        else
        {
            Violate($"{_received.Count} octets came, which are not the {Expected.Count} of the patch");
        }

        Begin();
    }

    private void Begin()
    {
        _received.Clear();
        _commands = 0;
        _nextIndex = 0;
    }
}
