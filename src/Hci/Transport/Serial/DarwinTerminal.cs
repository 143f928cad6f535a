using System.Buffers.Binary;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>Terminals of macOS: termios as the kernel has it, and IOSSIOSPEED for any speed (sys/termios.h, sys/ttycom.h,
/// IOKit/serial/ioss.h).</summary>
/// <remarks>
/// <para><c>| iflag 8 | oflag 8 | cflag 8 | lflag 8 | control characters 20 | nothing 4 | input speed 8 | output speed 8 |</c>,
/// little-endian.</para>
/// <para>Written from Apple's headers; the octets that it passes are tested, it was not run on macOS here.</para>
/// </remarks>
internal sealed class DarwinTerminal : Terminal
{
    private const uint SetAnySpeed = 0x8008_5402;
    private const uint DrainRequest = 0x2000_745E;
    private const uint FlushRequest = 0x8004_7410;

    private const int BothQueues = 0;
    private const int OutputQueue = 2; // FWRITE.

    private const int Size = 72;
    private const int InputFlags = 0;
    private const int OutputFlags = 8;
    private const int ControlFlags = 16;
    private const int LocalFlags = 24;
    private const int Characters = 32;
    private const int CharactersEnd = 52;
    private const int MinimumCharacter = 16;
    private const int InputSpeed = 56;
    private const int OutputSpeed = 64;
    private const ulong UsualSpeed = 9600;

    private const ulong IgnoreBreak = 0x1;
    private const ulong IgnoreParityErrors = 0x4;
    private const ulong CheckParity = 0x10;
    private const ulong EightBits = 0x300;
    private const ulong Receive = 0x800;
    private const ulong Parity = 0x1000;
    private const ulong HangUp = 0x4000;
    private const ulong Local = 0x8000;
    private const ulong HardwareFlow = 0x3_0000;

    /// <inheritdoc/>
    protected override int TermiosSize => Size;

    /// <inheritdoc/>
    protected override uint GetTermios => 0x4048_7413;

    /// <inheritdoc/>
    protected override uint SetTermios => 0x8048_7414;

    /// <inheritdoc/>
    public override uint TakeExclusively => 0x2000_740D;

    /// <inheritdoc/>
    public override uint GiveUpExclusively => 0x2000_740E;

    /// <inheritdoc/>
    public override uint GetLineDiscipline => 0x4004_741A;

    /// <inheritdoc/>
    protected override uint GetLines => 0x4004_746A;

    /// <inheritdoc/>
    protected override uint SetLines => 0x8004_746C;

    /// <inheritdoc/>
    protected override uint ClearLines => 0x8004_746B;

    /// <inheritdoc/>
    protected override uint BeginBreak => 0x2000_747B;

    /// <inheritdoc/>
    protected override uint EndBreak => 0x2000_747A;

    /// <inheritdoc/>
    protected override uint GetUnsent => 0x4004_7473;

    /// <inheritdoc/>
    public override Errno SetSpeed(ITerminalCalls calls, FileDescriptor device, int baudRate)
    {
        Span<byte> speed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(speed, (ulong)baudRate);
        return calls.Control(device, SetAnySpeed, speed);
    }

    /// <inheritdoc/>
    public override Errno Drain(ITerminalCalls calls, FileDescriptor device) => calls.Control(device, DrainRequest);

    /// <inheritdoc/>
    public override Errno Discard(ITerminalCalls calls, FileDescriptor device) => Flush(calls, device, BothQueues);

    /// <inheritdoc/>
    public override Errno DiscardUnsent(ITerminalCalls calls, FileDescriptor device) => Flush(calls, device, OutputQueue);

    /// <inheritdoc/>
    protected override void Describe(Span<byte> termios, SerialSettings settings)
    {
        var parity = settings.Parity == SerialParity.Even;
        Put(termios, InputFlags, IgnoreBreak | (parity ? IgnoreParityErrors | CheckParity : 0));
        Put(termios, OutputFlags, 0);
        Put(termios, ControlFlags, EightBits | Receive | Local | HangUp | (parity ? Parity : 0)
            | (settings.FlowControl == SerialFlowControl.RtsCts ? HardwareFlow : 0));
        Put(termios, LocalFlags, 0);
        termios[Characters..CharactersEnd].Clear();
        termios[Characters + MinimumCharacter] = 1;

        // A speed that every driver has; the real one follows, since only IOSSIOSPEED takes any.
        Put(termios, InputSpeed, UsualSpeed);
        Put(termios, OutputSpeed, UsualSpeed);
    }

    /// <inheritdoc/>
    protected override int SpeedOf(ReadOnlySpan<byte> termios) =>
        (int)BinaryPrimitives.ReadUInt64LittleEndian(termios[OutputSpeed..]);

    /// <inheritdoc/>
    protected override Errno Complete(ITerminalCalls calls, FileDescriptor device, SerialSettings settings) =>
        SetSpeed(calls, device, settings.BaudRate);

    private static Errno Flush(ITerminalCalls calls, FileDescriptor device, int queues)
    {
        Span<byte> argument = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(argument, queues);
        return calls.Control(device, FlushRequest, argument);
    }

    private static void Put(Span<byte> termios, int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(termios[offset..], value);
}
