using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>What a system calls the things that a terminal can be told: its requests, its structures, its bits.</summary>
internal abstract class Terminal
{
    private const int DataTerminalReady = 0x002;
    private const int RequestToSend = 0x004;
    private const int IntSize = 4;
    private const int LongestTermios = 128;

    /// <summary>How this system speaks of terminals.</summary>
    public static Terminal OfThisSystem { get; } = OperatingSystem.IsMacOS() ? new DarwinTerminal() : new LinuxTerminal();

    /// <summary>Nobody but this process, and root, may open the device from now on.</summary>
    public abstract uint TakeExclusively { get; }

    /// <summary>Anybody may open it again: the other request outlasts the descriptor it was made with.</summary>
    public abstract uint GiveUpExclusively { get; }

    /// <summary>Who handles the octets: 0 is the terminal itself. A request.</summary>
    public abstract uint GetLineDiscipline { get; }

    /// <summary>Which modem lines are active.</summary>
    protected abstract uint GetLines { get; }

    /// <summary>Makes modem lines active.</summary>
    protected abstract uint SetLines { get; }

    /// <summary>Makes modem lines inactive.</summary>
    protected abstract uint ClearLines { get; }

    /// <summary>Holds the line in break.</summary>
    protected abstract uint BeginBreak { get; }

    /// <summary>Ends the break.</summary>
    protected abstract uint EndBreak { get; }

    /// <summary>How many octets were written and have not left.</summary>
    protected abstract uint GetUnsent { get; }

    /// <summary>Octets of the structure that describes a terminal.</summary>
    protected abstract int TermiosSize { get; }

    /// <summary>Gives that structure.</summary>
    protected abstract uint GetTermios { get; }

    /// <summary>Takes that structure, at once.</summary>
    protected abstract uint SetTermios { get; }

    /// <summary>Sets the port up: 8 data bits, 1 stop bit, raw, as the settings say.</summary>
    public Errno SetUp(ITerminalCalls calls, FileDescriptor device, SerialSettings settings)
    {
        Span<byte> termios = stackalloc byte[LongestTermios];
        termios = termios[..TermiosSize];
        var error = Read(calls, device, termios);
        if (error != Errno.None)
        {
            return error;
        }

        Describe(termios, settings);
        error = calls.Control(device, SetTermios, termios);
        return error != Errno.None ? error : Complete(calls, device, settings);
    }

    /// <summary>Changes the speed alone. Takes effect at once.</summary>
    public abstract Errno SetSpeed(ITerminalCalls calls, FileDescriptor device, int baudRate);

    /// <summary>The speed that the driver says it has.</summary>
    public Errno GetSpeed(ITerminalCalls calls, FileDescriptor device, out int baudRate)
    {
        Span<byte> termios = stackalloc byte[LongestTermios];
        termios = termios[..TermiosSize];
        var error = Read(calls, device, termios);
        baudRate = SpeedOf(termios);
        return error;
    }

    /// <summary>Waits until what the driver holds has left (tcdrain).</summary>
    public abstract Errno Drain(ITerminalCalls calls, FileDescriptor device);

    /// <summary>Throws away what came and what has not left (tcflush).</summary>
    public abstract Errno Discard(ITerminalCalls calls, FileDescriptor device);

    /// <summary>Throws away what has not left (tcflush).</summary>
    public abstract Errno DiscardUnsent(ITerminalCalls calls, FileDescriptor device);

    /// <summary>Makes DTR active or not.</summary>
    public Errno SetDataTerminalReady(ITerminalCalls calls, FileDescriptor device, bool active) =>
        SetLine(calls, device, DataTerminalReady, active);

    /// <summary>Makes RTS active or not.</summary>
    public Errno SetRequestToSend(ITerminalCalls calls, FileDescriptor device, bool active) =>
        SetLine(calls, device, RequestToSend, active);

    /// <summary>Whether DTR and RTS are active.</summary>
    public Errno ReadLines(ITerminalCalls calls, FileDescriptor device, out bool dataTerminalReady, out bool requestToSend)
    {
        var error = ReadInt(calls, device, GetLines, out var lines);
        dataTerminalReady = (lines & DataTerminalReady) != 0;
        requestToSend = (lines & RequestToSend) != 0;
        return error;
    }

    /// <summary>Begins or ends a break.</summary>
    public Errno SetBreak(ITerminalCalls calls, FileDescriptor device, bool active) =>
        calls.Control(device, active ? BeginBreak : EndBreak);

    /// <summary>How many octets have not left.</summary>
    public Errno ReadUnsent(ITerminalCalls calls, FileDescriptor device, out int octets) =>
        ReadInt(calls, device, GetUnsent, out octets);

    /// <summary>Asks for an int.</summary>
    public static Errno ReadInt(ITerminalCalls calls, FileDescriptor device, uint request, out int value)
    {
        Span<byte> octets = stackalloc byte[IntSize];
        octets.Clear();
        var error = calls.Control(device, request, octets);
        value = BitConverter.ToInt32(octets);
        return error;
    }

    /// <summary>Asks for the structure.</summary>
    protected Errno Read(ITerminalCalls calls, FileDescriptor device, Span<byte> termios)
    {
        termios.Clear();
        return calls.Control(device, GetTermios, termios);
    }

    /// <summary>Writes the settings into the structure.</summary>
    protected abstract void Describe(Span<byte> termios, SerialSettings settings);

    /// <summary>The output speed in the structure.</summary>
    protected abstract int SpeedOf(ReadOnlySpan<byte> termios);

    /// <summary>Does what the structure cannot say.</summary>
    protected virtual Errno Complete(ITerminalCalls calls, FileDescriptor device, SerialSettings settings) => Errno.None;

    private Errno SetLine(ITerminalCalls calls, FileDescriptor device, int line, bool active)
    {
        Span<byte> octets = stackalloc byte[IntSize];
        BitConverter.TryWriteBytes(octets, line);
        return calls.Control(device, active ? SetLines : ClearLines, octets);
    }
}
