using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Vendors;

/// <summary>A CSR chip with its stores: the address is a key in one of them, and counts after a warm reset, which is not
/// answered.</summary>
public sealed class CsrModel : VendorModel
{
    private const ushort Reset = 0x0C03;
    private const ushort ReadVersion = 0x1001;
    private const ushort Bccmd = 0xFC00;
    private const ushort Company = 10;
    private const byte Channel = 0xC2;
    private const ushort Set = 2;
    private const ushort PersistentStore = 0x7003;
    private const ushort WarmReset = 0x4002;
    private const ushort AddressKey = 1;
    private const ushort Ram = 0x0008;

    private BdAddr? _stored;
    private BdAddr? _own;
    private bool _isWarm;

    /// <summary>HCI version; 0x06 is 4.0.</summary>
    public byte HciVersion { get; init; } = 0x06;

    /// <summary>The firmware's number: 0x22BB for a CSR8510 A10.</summary>
    public ushort Build { get; init; } = 0x22BB;

    /// <summary>Whether it leaves its bus for a moment when it starts over, as behind USB.</summary>
    public bool LeavesItsBus { get; init; }

    /// <summary>Whether it leaves its bus at Reset as well, without an answer, as early firmware does.</summary>
    public bool LeavesAtReset { get; init; }

    /// <summary>How long it is away.</summary>
    public TimeSpan AwayTime { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>Whether it takes an address and keeps its own, as copies do.</summary>
    public bool KeepsItsAddress { get; init; }

    /// <summary>The status of an answer to a message; 0 for success.</summary>
    public ushort MessageStatus { get; init; }

    /// <summary>Times that it started over.</summary>
    public int Restarts { get; private set; }

    internal override void PowerLost()
    {
        if (_isWarm)
        {
            return; // Off the bus, not without power.
        }

        _stored = null;
        Controller.Address = _own ?? Controller.Address;
    }

    private protected override VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters)
    {
        if (opCode == ReadVersion)
        {
            return Version(HciVersion, Build, Company, Build);
        }

        if (opCode == Reset && LeavesAtReset)
        {
            Restarts++;
            Leave();
            return VendorAnswer.Silence;
        }

        if (opCode != Bccmd)
        {
            return null;
        }

        if (parameters.Length < 19 || parameters[0] != Channel || Word(parameters, 0) != Set || Word(parameters, 4) != 0
            || parameters.Length != 1 + (Word(parameters, 1) * 2))
        {
            Violate($"a message of {parameters.Length} octets is malformed");
            return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }

        switch (Word(parameters, 3))
        {
            case PersistentStore when Word(parameters, 5) == AddressKey && Word(parameters, 6) == 4 && Word(parameters, 7) == Ram:
                return Store(parameters);
            case WarmReset:
                StartOver();
                return VendorAnswer.Silence;
            default:
                Violate($"a message sets variable 0x{Word(parameters, 3):X4}");
                return VendorAnswer.Complete(VendorAnswer.InvalidParameters);
        }
    }

    // Words of 16 bits, counted behind the channel octet.
    private static ushort Word(ReadOnlySpan<byte> message, int index) =>
        BinaryPrimitives.ReadUInt16LittleEndian(message[(1 + (index * 2))..]);

    private VendorAnswer Store(ReadOnlySpan<byte> message)
    {
        // NAP, UAP and the lower part in two words, the higher one first.
        var (high, low, uap, nap) = (Word(message, 8), Word(message, 9), Word(message, 10), Word(message, 11));
        if (MessageStatus == 0)
        {
            _stored = new BdAddr(((ulong)nap << 32) | ((ulong)(uap & 0xFF) << 24) | ((ulong)(high & 0xFF) << 16) | low);
        }

        var answer = message.ToArray();
        answer[1] = 0x01; // The kind of an answer.
        answer[9] = (byte)MessageStatus;
        answer[10] = (byte)(MessageStatus >> 8);
        return VendorAnswer.Event(answer);
    }

    private void StartOver()
    {
        Restarts++;
        _own ??= Controller.Address;
        if (!KeepsItsAddress && _stored is { } address)
        {
            Controller.Address = address;
        }

        if (LeavesItsBus)
        {
            Leave();
        }
        else
        {
            Controller.Reset();
        }
    }

    private void Leave()
    {
        _isWarm = true;
        Controller.PowerOffNow("The controller left its bus.");
        _isWarm = false;
        Controller.Radio.After(AwayTime, Controller.PowerOn);
    }
}
