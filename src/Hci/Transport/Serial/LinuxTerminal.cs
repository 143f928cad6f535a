using System.Buffers.Binary;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>Terminals of Linux: termios2, whose speed is any number (asm-generic/termbits.h and ioctls.h, which x64, arm,
/// arm64, riscv64 and loongarch64 share).</summary>
/// <remarks><c>| iflag 4 | oflag 4 | cflag 4 | lflag 4 | line 1 | control characters 19 | input speed 4 | output speed 4 |</c>,
/// in the machine's order.</remarks>
internal sealed class LinuxTerminal : Terminal
{
    private const uint DrainRequest = 0x5409;
    private const uint FlushRequest = 0x540B;
    private const int WithoutBreak = 1;
    private const int OutputQueue = 1;
    private const int BothQueues = 2;

    // Percent: octets bear about 5 between the two sides, and the clock of the other one is off, too.
    private const int GreatestDeviation = 3;

    private const int Size = 44;
    private const int InputFlags = 0;
    private const int OutputFlags = 4;
    private const int ControlFlags = 8;
    private const int LocalFlags = 12;
    private const int Discipline = 16;
    private const int Characters = 17;
    private const int MinimumCharacter = 6;
    private const int InputSpeed = 36;
    private const int OutputSpeed = 40;

    private const uint IgnoreBreak = 0x1;
    private const uint IgnoreParityErrors = 0x4;
    private const uint CheckParity = 0x10;
    private const uint EightBits = 0x30;
    private const uint Receive = 0x80;
    private const uint Parity = 0x100;
    private const uint HangUp = 0x400;
    private const uint Local = 0x800;
    private const uint OtherSpeed = 0x1000;
    private const uint HardwareFlow = 0x8000_0000;

    /// <inheritdoc/>
    protected override int TermiosSize => Size;

    /// <inheritdoc/>
    protected override uint GetTermios => 0x802C_542A;

    /// <inheritdoc/>
    protected override uint SetTermios => 0x402C_542B;

    /// <inheritdoc/>
    public override uint TakeExclusively => 0x540C;

    /// <inheritdoc/>
    public override uint GiveUpExclusively => 0x540D;

    /// <inheritdoc/>
    public override uint GetLineDiscipline => 0x5424;

    /// <inheritdoc/>
    protected override uint GetLines => 0x5415;

    /// <inheritdoc/>
    protected override uint SetLines => 0x5416;

    /// <inheritdoc/>
    protected override uint ClearLines => 0x5417;

    /// <inheritdoc/>
    protected override uint BeginBreak => 0x5427;

    /// <inheritdoc/>
    protected override uint EndBreak => 0x5428;

    /// <inheritdoc/>
    protected override uint GetUnsent => 0x5411;

    /// <inheritdoc/>
    public override Errno SetSpeed(ITerminalCalls calls, FileDescriptor device, int baudRate)
    {
        Span<byte> termios = stackalloc byte[Size];
        var error = Read(calls, device, termios);
        if (error != Errno.None)
        {
            return error;
        }

        const uint speedBits = 0x100F_100F; // Of both directions; without a speed of its own, input goes by output's.
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(termios[ControlFlags..]) & ~speedBits;
        Put(termios, ControlFlags, flags | OtherSpeed);
        Put(termios, InputSpeed, (uint)baudRate);
        Put(termios, OutputSpeed, (uint)baudRate);
        error = calls.Control(device, SetTermios, termios);
        return error != Errno.None ? error : Confirm(calls, device, baudRate);
    }

    /// <inheritdoc/>
    public override Errno Drain(ITerminalCalls calls, FileDescriptor device) =>
        calls.Control(device, DrainRequest, WithoutBreak);

    /// <inheritdoc/>
    public override Errno Discard(ITerminalCalls calls, FileDescriptor device) =>
        calls.Control(device, FlushRequest, BothQueues);

    /// <inheritdoc/>
    public override Errno DiscardUnsent(ITerminalCalls calls, FileDescriptor device) =>
        calls.Control(device, FlushRequest, OutputQueue);

    /// <inheritdoc/>
    protected override void Describe(Span<byte> termios, SerialSettings settings)
    {
        // A parity error loses its octet: H5 sends the frame again, and H4 has no parity.
        var parity = settings.Parity == SerialParity.Even;
        Put(termios, InputFlags, IgnoreBreak | (parity ? IgnoreParityErrors | CheckParity : 0));
        Put(termios, OutputFlags, 0);
        Put(termios, ControlFlags, EightBits | Receive | Local | HangUp | OtherSpeed | (parity ? Parity : 0)
            | (settings.FlowControl == SerialFlowControl.RtsCts ? HardwareFlow : 0));
        Put(termios, LocalFlags, 0);
        termios[Discipline] = 0;
        termios[Characters..InputSpeed].Clear();
        termios[Characters + MinimumCharacter] = 1;
        Put(termios, InputSpeed, (uint)settings.BaudRate);
        Put(termios, OutputSpeed, (uint)settings.BaudRate);
    }

    /// <inheritdoc/>
    protected override int SpeedOf(ReadOnlySpan<byte> termios) => BinaryPrimitives.ReadInt32LittleEndian(termios[OutputSpeed..]);

    /// <inheritdoc/>
    protected override Errno Complete(ITerminalCalls calls, FileDescriptor device, SerialSettings settings) =>
        Confirm(calls, device, settings.BaudRate);

    // A rate that the UART has not is no error of the request: the driver takes another one, and writes it back.
    private Errno Confirm(ITerminalCalls calls, FileDescriptor device, int baudRate)
    {
        var error = GetSpeed(calls, device, out var taken);
        return error != Errno.None ? error
            : Math.Abs((long)taken - baudRate) * 100 > (long)baudRate * GreatestDeviation ? Errno.EINVAL : Errno.None;
    }

    // All of .NET's processors that have these numbers are little-endian.
    private static void Put(Span<byte> termios, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(termios[offset..], value);
}
