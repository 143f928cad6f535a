using System.Buffers.Binary;

namespace HostStack.Replay.Engine;

/// <summary>The few fields of an L2CAP PDU that a replay maps and compares. It reads octets by itself, so that the stack
/// is not compared by its own codec.</summary>
internal readonly ref struct L2capView(ReadOnlySpan<byte> pdu)
{
    public const ushort SignalingCid = 0x0001;
    public const byte CommandReject = 0x01;
    public const byte ConnectionRequest = 0x02;
    public const byte ConnectionResponse = 0x03;
    public const byte ConfigurationRequest = 0x04;
    public const byte ConfigurationResponse = 0x05;
    public const byte DisconnectionRequest = 0x06;
    public const byte DisconnectionResponse = 0x07;
    public const byte EchoResponse = 0x09;
    public const byte InformationResponse = 0x0B;

    private const int BasicHeader = 4;
    private const int CommandHeader = 4;

    private readonly ReadOnlySpan<byte> _pdu = pdu;

    public ushort Cid => U16(2);

    public bool IsSignal => Cid == SignalingCid && _pdu.Length >= BasicHeader + CommandHeader;

    public byte Code => IsSignal ? _pdu[4] : (byte)0;

    public byte Identifier => IsSignal ? _pdu[5] : (byte)0;

    /// <summary>Whether the signal answers a request: odd codes do, and Command Reject.</summary>
    public bool IsResponse => Code is CommandReject or ConnectionResponse or ConfigurationResponse or DisconnectionResponse or EchoResponse or InformationResponse;

    public ReadOnlySpan<byte> Payload => _pdu[BasicHeader..];

    /// <summary>A 16-bit field of the signal's data.</summary>
    public ushort Field(int index) => U16(BasicHeader + CommandHeader + (2 * index));

    public bool HasField(int index) => _pdu.Length >= BasicHeader + CommandHeader + (2 * index) + 2;

    /// <summary>A signal in words, in hcidump's names, which people who meet traces know.</summary>
    public string Describe() => Code switch
    {
        CommandReject => $"Command rej: reason {Field(0)}",
        ConnectionRequest => $"Connect req: psm {Field(0)} scid 0x{Field(1):x4}",
        ConnectionResponse => $"Connect rsp: result {Field(2)} ({Result(Field(2))}) status {Field(3)}",
        ConfigurationRequest => "Config req",
        ConfigurationResponse => $"Config rsp: result {Field(2)}",
        DisconnectionRequest => "Disconn req",
        DisconnectionResponse => "Disconn rsp",
        0x08 => "Echo req",
        EchoResponse => "Echo rsp",
        0x0A => $"Info req: type {Field(0)}",
        InformationResponse => $"Info rsp: type {Field(0)} result {Field(1)}",
        0 => $"data on cid 0x{Cid:x4}, {_pdu.Length - BasicHeader} octets",
        _ => $"signal 0x{Code:x2}",
    };

    private static string Result(ushort result) => result switch
    {
        0 => "successful",
        1 => "pending",
        2 => "refused - PSM not supported",
        3 => "refused - security block",
        4 => "refused - no resources",
        _ => "refused",
    };

    private ushort U16(int offset) =>
        _pdu.Length >= offset + 2 ? BinaryPrimitives.ReadUInt16LittleEndian(_pdu[offset..]) : (ushort)0;
}
