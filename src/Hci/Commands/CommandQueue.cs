using System.Buffers.Binary;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Commands;

/// <summary>The commands of one epoch: sent in order, as many as the controller allows, each ended once
/// (Core, Vol 4, Part E, 4.4).</summary>
/// <remarks>
/// <para>Num_HCI_Command_Packets is absolute: each Command Complete or Command Status says how many commands may be sent
/// from now on; one for no command (opcode 0) says nothing else. At most <c>maximumInFlight</c> wait for their answer: one
/// by default, which is what every dongle has been tested with.</para>
/// <para>A command that is not answered in time, or a controller that gives no leave to send, is a hung controller: the
/// owner is told once, every call fails, and nothing more is sent.</para>
/// </remarks>
internal sealed class CommandQueue : ICommandSender
{
    /// <summary>How long a controller may take over a command.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    /// <summary>How long it may take over Reset, which restarts the firmware of some.</summary>
    public static readonly TimeSpan ResetTime = TimeSpan.FromSeconds(5);

    /// <summary>Commands that may wait. Events make the host send commands: a controller that sends the ones and takes none
    /// of the others fills no memory.</summary>
    public const int MaximumWaiting = 256;

    private const byte CommandPacketType = 0x01;
    private const int PacketHeader = 4;
    private const int CompleteHeader = 3;
    private const int StatusSize = 4;
    private const byte VendorGroup = 0x3F;

    private readonly TimerQueue _timers;
    private readonly IHciTransport _output;
    private readonly HciCounters _counters;
    private readonly Action<string> _hung;
    private readonly int _maximumInFlight;
    private readonly Queue<PendingCommand> _waiting = new();
    private readonly List<PendingCommand> _inFlight = [];
    private readonly HashSet<OpCode> _refused = [];
    private readonly byte[] _packet = new byte[PacketHeader + byte.MaxValue];
    private readonly LoopTimer _leave;
    private Exception? _lost;

    /// <summary>Makes the queue of a new epoch: the controller takes one command.</summary>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="counters">What is counted.</param>
    /// <param name="hung">Told once, with a sentence, that the controller does not answer.</param>
    /// <param name="maximumInFlight">Commands that may wait for their answer at once.</param>
    public CommandQueue(
        TimerQueue timers, IHciTransport output, HciCounters counters, Action<string> hung, int maximumInFlight = 1)
    {
        _timers = timers;
        _output = output;
        _counters = counters;
        _hung = hung;
        _maximumInFlight = maximumInFlight;
        _leave = timers.Create(() => Hang($"The controller gives no leave to send commands; {SilenceRemedy}."));
    }

    /// <summary>Commands that the controller takes at this moment.</summary>
    public int Credits { get; private set; } = 1;

    /// <summary>Commands that wait for leave to be sent.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Commands that wait for their answer.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>What helps where the controller is silent, by its door.</summary>
    public string SilenceRemedy => _output.SilenceRemedy;

    /// <summary>Whether the controller starts over, which it was told in a way that is not answered.</summary>
    public bool IsStartingOver { get; set; }

    /// <summary>Whether it starts over, or a Reset waits for its answer: whatever else the controller says was meant
    /// before.</summary>
    public bool IsResetting => IsStartingOver || _inFlight.Exists(static command => command.OpCode == OpCode.Reset);

    /// <summary>What the controller says it supports; null while it has not been asked: then everything is tried.</summary>
    public SupportedCommands? Supported { get; set; }

    /// <summary>Never sends a command, whatever the controller says: it is known to say wrong.</summary>
    /// <param name="opCode">The command.</param>
    public void LeaveOut(OpCode opCode) => _refused.Add(opCode);

    /// <inheritdoc/>
    /// <remarks>A command that was answered with Unknown HCI Command is not supported, whatever the controller says.</remarks>
    public bool Supports(OpCode opCode) =>
        !_refused.Contains(opCode)
        && (Supported is not { } supported || opCode.Group == VendorGroup || supported.Supports(opCode));

    /// <inheritdoc/>
    public Task<TReturn> SendAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn>
    {
        var pending = new PendingCompletion<TReturn>(command);
        Enqueue(pending);
        return pending.Task;
    }

    /// <inheritdoc/>
    public Task<HciStatus> SendAsync(IHciStatusCommand command)
    {
        var pending = new PendingStatus(command);
        Enqueue(pending);
        return pending.Task;
    }

    /// <summary>Sends a command by its code.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="ArgumentException">The parameters are longer than a command's can be.</exception>
    public Task<RawReturn> SendAsync(RawCommand command)
    {
        if (command.Parameters.Length > byte.MaxValue)
        {
            throw new ArgumentException("A command has at most 255 octets of parameters.", nameof(command));
        }

        var pending = new PendingRaw(command);
        Enqueue(pending);
        return pending.Task;
    }

    /// <summary>Takes a Command Complete event: <c>| credits 1 | opcode 2 | return parameters |</c>.</summary>
    /// <returns>Whether the parameters were those of the event.</returns>
    public bool CommandComplete(ReadOnlySpan<byte> parameters)
    {
        if (parameters.Length < CompleteHeader)
        {
            return false;
        }

        if (TryFind(parameters[0], BinaryPrimitives.ReadUInt16LittleEndian(parameters[1..]), out var pending))
        {
            var returned = parameters[CompleteHeader..];
            if (returned.Length == 1)
            {
                NoteUnknown(pending.OpCode, (HciStatus)returned[0]);
            }

            End(pending);
            _counters.MalformedReturns += pending.Complete(returned) ? 0 : 1;
        }

        SendNext();
        return true;
    }

    /// <summary>Takes a Command Status event: <c>| status 1 | credits 1 | opcode 2 |</c>.</summary>
    /// <returns>Whether the parameters were those of the event.</returns>
    public bool CommandStatus(ReadOnlySpan<byte> parameters)
    {
        if (parameters.Length != StatusSize)
        {
            return false;
        }

        var status = (HciStatus)parameters[0];
        if (TryFind(parameters[1], BinaryPrimitives.ReadUInt16LittleEndian(parameters[2..]), out var pending))
        {
            NoteUnknown(pending.OpCode, status);
            if (pending.Status(status))
            {
                End(pending);
            }
        }

        SendNext();
        return true;
    }

    /// <summary>Takes a vendor event: the answer to a raw command that waits for one.</summary>
    /// <returns>Whether one did.</returns>
    public bool VendorEvent(ReadOnlySpan<byte> parameters)
    {
        if (_inFlight.Find(command => command.EndsWithVendorEvent) is not PendingRaw raw)
        {
            return false;
        }

        // Nothing else will come for it, so nothing else gives its credit back.
        Credits = Math.Max(Credits, 1);
        End(raw);
        raw.VendorEvent(parameters);
        SendNext();
        return true;
    }

    /// <summary>The epoch is over: every call fails, now and later. Idempotent.</summary>
    /// <param name="sentence">Why, with the remedy.</param>
    public void Close(string sentence)
    {
        if (_lost is not null)
        {
            return;
        }

        _lost = new ControllerUnavailableException(sentence);
        _leave.Disarm();
        foreach (var pending in _inFlight.Concat(_waiting).ToArray())
        {
            pending.Timer?.Disarm();
            pending.Fail(new ControllerUnavailableException(sentence));
        }

        _inFlight.Clear();
        _waiting.Clear();
    }

    private void Enqueue(PendingCommand pending)
    {
        if (_waiting.Count >= MaximumWaiting)
        {
            Hang($"{MaximumWaiting} commands wait for the controller to take them; {SilenceRemedy}.");
        }

        if (_lost is not null)
        {
            pending.Fail(new ControllerUnavailableException(_lost.Message));
            return;
        }

        if (!Supports(pending.OpCode))
        {
            _counters.CommandsUnsupported++;
            pending.Status(HciStatus.UnknownCommand);
            return;
        }

        _waiting.Enqueue(pending);
        SendNext();
    }

    private void SendNext()
    {
        // A second command with a code that waits for its answer stays behind: the answers could not be told apart.
        while (_lost is null && Credits > 0 && _inFlight.Count < _maximumInFlight
            && _waiting.TryPeek(out var next) && !_inFlight.Exists(other => other.OpCode == next.OpCode))
        {
            _waiting.Dequeue();
            Send(next);
        }

        if (_waiting.Count > 0 && Credits == 0 && _inFlight.Count == 0)
        {
            if (!_leave.IsArmed)
            {
                _leave.Arm(AnswerTime);
            }
        }
        else
        {
            _leave.Disarm();
        }
    }

    private void Send(PendingCommand command)
    {
        var writer = new WireWriter(_packet);
        writer.U8(CommandPacketType);
        writer.U16(command.OpCode.Value);
        writer.U8((byte)command.ParametersSize);
        command.WriteParameters(ref writer);

        _counters.CommandsSent++;
        if (command.EndsWhenSent)
        {
            // Whoever starts over takes one command (Core, Vol 4, Part E, 4.4), and says nothing of it.
            Credits = 1;
            _output.Send(writer.Written);
            ((PendingRaw)command).Sent();
            return;
        }

        Credits--;
        _inFlight.Add(command);
        command.Timer = _timers.Create(() =>
        {
            _counters.CommandTimeouts++;
            Hang($"The controller did not answer command {OpCodeNames.Of(command.OpCode)}; {SilenceRemedy}.");
        });
        command.Timer.Arm(command.AnswerTime ?? (command.OpCode == OpCode.Reset ? ResetTime : AnswerTime));
        _output.Send(writer.Written);
    }

    private bool TryFind(byte credits, ushort opCode, out PendingCommand pending)
    {
        Credits = credits;
        pending = _inFlight.Find(command => command.OpCode.Value == opCode)!;
        if (pending is null && opCode != 0)
        {
            _counters.UnexpectedCompletions++;
        }

        return pending is not null;
    }

    private void NoteUnknown(OpCode opCode, HciStatus status)
    {
        if (status == HciStatus.UnknownCommand)
        {
            _refused.Add(opCode);
        }
    }

    private void End(PendingCommand pending)
    {
        pending.Timer?.Disarm();
        _inFlight.Remove(pending);
    }

    private void Hang(string sentence)
    {
        if (_lost is null)
        {
            Close(sentence);
            _hung(sentence);
        }
    }
}
