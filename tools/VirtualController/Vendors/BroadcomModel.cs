using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Vendors;

/// <summary>What a Broadcom chip does wrong on purpose.</summary>
public sealed record BroadcomFaults
{
    /// <summary>The Write RAM, from 0, that is refused; null for none.</summary>
    public int? RefusesAt { get; init; }

    /// <summary>The Write RAM, from 0, that is not answered; null for none.</summary>
    public int? SilentAt { get; init; }

    /// <summary>The Write RAM, from 0, in the middle of which the device is unplugged; null for none.</summary>
    public int? UnpluggedAt { get; init; }

    /// <summary>The rate of the UART that is refused; null for none.</summary>
    public int? RefusesRate { get; init; }

    /// <summary>The rate of the UART that it is told without an answer; null for none.</summary>
    public int? SilentAtRate { get; init; }

    /// <summary>Whether the minidriver is refused.</summary>
    public bool RefusesMinidriver { get; init; }

    /// <summary>Whether what was written cannot be launched.</summary>
    public bool RefusesLaunch { get; init; }

    /// <summary>Whether the address cannot be written.</summary>
    public bool RefusesAddress { get; init; }
}

/// <summary>A Broadcom chip: a ROM, a minidriver that writes into RAM, and what was written once it is launched. It needs its
/// time after each change, and its UART falls back to the first rate when it launches.</summary>
public sealed class BroadcomModel : VendorModel
{
    private const ushort Reset = 0x0C03;
    private const ushort ReadVersion = 0x1001;
    private const ushort WriteAddress = 0xFC01;
    private const ushort SetRate = 0xFC18;
    private const ushort DownloadMinidriver = 0xFC2E;
    private const ushort SetClock = 0xFC45;
    private const ushort WriteRam = 0xFC4C;
    private const ushort LaunchRam = 0xFC4E;
    private const ushort Company = 15;
    private const int FastRate = 3_000_000;

    private static readonly TimeSpan MinidriverTime = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LaunchTime = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<uint, byte> _ram = [];
    private bool _inMinidriver;
    private bool _hasFastClock;
    private int _writes;
    private int? _nextRate;
    private long _changed;
    private TimeSpan _settling;

    /// <summary>LMP subversion: 0x220E for a BCM20702A1.</summary>
    public ushort Subversion { get; init; } = 0x220E;

    /// <summary>What the RAM must hold when it is launched: octets by address.</summary>
    public required IReadOnlyDictionary<uint, byte> Expected { get; init; }

    /// <summary>The build that the patch tells.</summary>
    public ushort PatchBuild { get; init; } = 1467;

    /// <summary>The rate after power-up and launch.</summary>
    public int FirstRate { get; init; } = 115_200;

    /// <summary>What goes wrong.</summary>
    public BroadcomFaults Faults { get; init; } = new();

    /// <summary>Whether the patch runs.</summary>
    public bool IsPatched { get; private set; }

    /// <summary>Patches that were launched.</summary>
    public int Launches { get; private set; }

    internal override void PowerLost()
    {
        (IsPatched, _inMinidriver, _hasFastClock, _settling) = (false, false, false, TimeSpan.Zero);
        _ram.Clear();
        _writes = 0;
        if (Line is { } line)
        {
            line.ChipRate = FirstRate;
        }
    }

    internal override void Answered(ushort opCode)
    {
        if (Line is { } line && _nextRate is { } rate)
        {
            line.ChipRate = rate;
            _nextRate = null;
        }
    }

    private protected override VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters)
    {
        var timers = Controller.Radio.Loop.Timers;
        if (timers.Since(_changed) < _settling)
        {
            Violate($"command 0x{opCode:X4} comes {timers.Since(_changed).TotalMilliseconds} ms after a change that takes {_settling.TotalMilliseconds} ms");
            return VendorAnswer.Silence;
        }

        _settling = TimeSpan.Zero;
        if (opCode == Reset)
        {
            _inMinidriver = false; // A download that was left off is forgotten; a patch that runs stays.
            return null;
        }

        if (_inMinidriver && opCode is not (WriteRam or LaunchRam))
        {
            Violate($"command 0x{opCode:X4} in the minidriver");
            return VendorAnswer.Status(VendorAnswer.UnknownCommand);
        }

        switch (opCode)
        {
            case ReadVersion:
                return Version(0x06, (ushort)(0x1000 | (IsPatched ? PatchBuild : 0)), Company, Subversion);
            case WriteAddress when parameters.Length == 6 && !Faults.RefusesAddress:
                Controller.Address = BdAddr.Parse(
                    $"{parameters[5]:X2}:{parameters[4]:X2}:{parameters[3]:X2}:{parameters[2]:X2}:{parameters[1]:X2}:{parameters[0]:X2}");
                return VendorAnswer.Complete(VendorAnswer.Success);
            case WriteAddress:
                return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
            case SetClock when Line is not null && parameters is [1]:
                _hasFastClock = true;
                return VendorAnswer.Complete(VendorAnswer.Success);
            case SetRate when Line is not null && parameters.Length == 6:
                return ChangeRate(BinaryPrimitives.ReadUInt16LittleEndian(parameters), BinaryPrimitives.ReadInt32LittleEndian(parameters[2..]));
            case DownloadMinidriver when Faults.RefusesMinidriver:
                return VendorAnswer.Complete(VendorAnswer.Disallowed);
            case DownloadMinidriver when parameters.IsEmpty:
                _inMinidriver = true;
                _ram.Clear();
                _writes = 0;
                Settle(MinidriverTime);
                return VendorAnswer.Complete(VendorAnswer.Success);
            case WriteRam or LaunchRam when !_inMinidriver:
                Violate($"command 0x{opCode:X4} outside the minidriver");
                return VendorAnswer.Complete(VendorAnswer.Disallowed);
            case WriteRam:
                return Write(parameters);
            case LaunchRam:
                return Launch(parameters);
            default:
                return null;
        }
    }

    // | encoded rate 2, 0 where it stands for itself | rate 4 |, little-endian.
    private VendorAnswer ChangeRate(ushort encoded, int rate)
    {
        if (encoded != 0 || (rate != Device.OperatingRate && rate != FirstRate))
        {
            Violate($"Update UART Rate to {rate}, encoded 0x{encoded:X4}, where {Device.OperatingRate} was wanted, not encoded");
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        if (rate > FastRate && !_hasFastClock)
        {
            Violate($"{rate} bits per second on the slow clock");
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        if (rate == Faults.SilentAtRate || rate == Faults.RefusesRate)
        {
            return rate == Faults.SilentAtRate ? VendorAnswer.Silence : VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        _nextRate = rate;
        return VendorAnswer.Complete(VendorAnswer.Success);
    }

    private VendorAnswer Write(ReadOnlySpan<byte> parameters)
    {
        var write = _writes++;
        if (write == Faults.SilentAt)
        {
            return VendorAnswer.Silence;
        }

        if (write == Faults.UnpluggedAt)
        {
            Controller.PowerOffNow("The controller was unplugged.");
            return VendorAnswer.Silence;
        }

        if (write == Faults.RefusesAt || parameters.Length < 5)
        {
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        var address = BinaryPrimitives.ReadUInt32LittleEndian(parameters);
        foreach (var octet in parameters[4..])
        {
            _ram[address++] = octet;
        }

        return VendorAnswer.Complete(VendorAnswer.Success);
    }

    private VendorAnswer Launch(ReadOnlySpan<byte> parameters)
    {
        if (Faults.RefusesLaunch)
        {
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        if (!parameters.SequenceEqual((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]))
        {
            Violate("the RAM is launched at an odd address");
        }

        if (_ram.Count != Expected.Count || Expected.Any(octet => !_ram.TryGetValue(octet.Key, out var value) || value != octet.Value))
        {
            Violate($"the RAM holds {_ram.Count} octets, which are not the {Expected.Count} of the patch");
        }

        _inMinidriver = false;
        _hasFastClock = false;
        IsPatched = true;
        Launches++;
        _nextRate = Line is null ? null : FirstRate;
        Settle(LaunchTime);
        return VendorAnswer.Complete(VendorAnswer.Success);
    }

    private void Settle(TimeSpan time)
    {
        _changed = Controller.Radio.Loop.Timers.Now;
        _settling = time;
    }
}
