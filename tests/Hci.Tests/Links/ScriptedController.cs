using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

/// <summary>A controller whose answers are octets written by hand: each command is answered at once, by Command Complete
/// with the return parameters of its script, or by Command Status.</summary>
internal sealed class ScriptedController
{
    public const ushort Inquiry = 0x0401;
    public const ushort InquiryCancel = 0x0402;
    public const ushort CreateConnection = 0x0405;
    public const ushort Disconnect = 0x0406;
    public const ushort CreateConnectionCancel = 0x0408;
    public const ushort AcceptConnection = 0x0409;
    public const ushort RejectConnection = 0x040A;
    public const ushort RemoteNameRequest = 0x0419;
    public const ushort RemoteFeatures = 0x041B;
    public const ushort RemoteExtendedFeatures = 0x041C;
    public const ushort SwitchRole = 0x080B;
    public const ushort SetEventMask = 0x0C01;
    public const ushort Reset = 0x0C03;
    public const ushort WriteScanEnable = 0x0C1A;
    public const ushort WriteSupervisionTimeout = 0x0C37;
    public const ushort WriteExtendedInquiryResponse = 0x0C52;
    public const ushort WriteSecureConnections = 0x0C7A;
    public const ushort WriteSimplePairing = 0x0C56;
    public const ushort ReadVersion = 0x1001;
    public const ushort ReadCommands = 0x1002;
    public const ushort ReadFeatures = 0x1003;
    public const ushort ReadExtendedFeatures = 0x1004;
    public const ushort ReadBufferSize = 0x1005;
    public const ushort ReadBdAddr = 0x1009;

    // Commands that Command Status acknowledges.
    private static readonly HashSet<ushort> StatusCommands =
    [
        Inquiry, CreateConnection, Disconnect, AcceptConnection, RejectConnection, RemoteNameRequest, RemoteFeatures,
        RemoteExtendedFeatures, SwitchRole,
    ];

    private readonly FakeHciTransport _transport;

    public ScriptedController(FakeHciTransport transport)
    {
        _transport = transport;
        transport.OnSend = Take;
    }

    /// <summary>Return parameters by command, status octet first; null: the command is not answered. Absent: status 0.</summary>
    public Dictionary<ushort, byte[]?> Returns { get; } = new()
    {
        // BCM20702: HCI and LMP 4.0, Broadcom.
        [ReadVersion] = [0x00, 0x06, 0x00, 0x10, 0x06, 0x0F, 0x00, 0x0E, 0x22],
        [ReadCommands] = [0x00, .. Enumerable.Repeat((byte)0xFF, 64)],
        // 3- and 5-slot, encryption, role switch, sniff, RSSI, EIR, SSP, pause encryption, non-flushable, extended.
        [ReadFeatures] = [0x00, 0xA7, 0x00, 0x00, 0x40, 0x00, 0x04, 0x49, 0x80],
        [ReadExtendedFeatures] = [0x00, 0x02, 0x02, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
        [ReadBufferSize] = [0x00, 0xFD, 0x03, 0x40, 0x08, 0x00, 0x01, 0x00],
        [0x0C12] = [0x00, 0x00, 0x00],
        [WriteSupervisionTimeout] = [0x00, 0x0B, 0x00],
        [CreateConnectionCancel] = [0x00, 0x34, 0x12, 0x66, 0x70, 0xF3, 0x5C],
        [ReadBdAddr] = [0x00, 0x01, 0x00, 0xCA, 0xF1, 0x5E, 0x00],
    };

    /// <summary>Status by command that Command Status acknowledges; null: it is not answered. Absent: 0.</summary>
    public Dictionary<ushort, byte?> Statuses { get; } = [];

    /// <summary>Called with opcode and parameters after the answer: events that follow.</summary>
    public Action<ushort, byte[]>? Then { get; set; }

    /// <summary>The commands that came, in order.</summary>
    public List<(ushort OpCode, byte[] Parameters)> Commands { get; } = [];

    public IEnumerable<ushort> OpCodes => Commands.Select(command => command.OpCode);

    /// <summary>The parameters of the last command with this code.</summary>
    public byte[] Last(ushort opCode) => Commands.Last(command => command.OpCode == opCode).Parameters;

    public int Count(ushort opCode) => Commands.Count(command => command.OpCode == opCode);

    public void Event(byte code, params ReadOnlySpan<byte> parameters) =>
        _transport.Deliver([0x04, code, (byte)parameters.Length, .. parameters]);

    private void Take(byte[] packet)
    {
        if (packet[0] != 0x01)
        {
            return;
        }

        var opCode = (ushort)(packet[1] | (packet[2] << 8));
        var parameters = packet[4..];
        Commands.Add((opCode, parameters));
        if (StatusCommands.Contains(opCode))
        {
            if (!Statuses.TryGetValue(opCode, out var status) || status is not null)
            {
                Event(0x0F, status ?? 0x00, 0x01, packet[1], packet[2]);
            }
        }
        else if (!Returns.TryGetValue(opCode, out var returned) || returned is not null)
        {
            Event(0x0E, [0x01, packet[1], packet[2], .. returned ?? [0x00]]);
        }

        Then?.Invoke(opCode, parameters);
    }
}
