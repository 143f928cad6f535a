using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Commands;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Vendors;

namespace HostStack.VirtualController.Controllers;

/// <summary>Takes commands, finds their handlers, and answers each with Command Complete or Command Status.</summary>
/// <remarks>Core, Vol 4, Part E, 4.4 and 7.7.14. What a handler causes comes after the answer: it is queued.</remarks>
internal sealed class CommandUnit(SimulatedController controller, CommandTable table)
{
    private const int CommandHeader = 3;
    private const byte EventPacket = 0x04;
    private const int EventHeader = 3;

    private readonly byte[] _results = new byte[byte.MaxValue];
    private int _epoch;

    public void Reset() => _epoch++;

    /// <summary>Executes one command.</summary>
    /// <param name="packet">Header and parameters, borrowed.</param>
    public void Execute(ReadOnlySpan<byte> packet)
    {
        controller.Counters.Commands++;
        if (packet.Length < CommandHeader || packet[2] != packet.Length - CommandHeader)
        {
            controller.Counters.Malformed++;
            return;
        }

        var opCode = BinaryPrimitives.ReadUInt16LittleEndian(packet);
        if (controller.Options.Vendor is { } vendor && vendor.Take(opCode, packet[CommandHeader..]) is { } special)
        {
            Answer(opCode, special);
            vendor.Answered(opCode);
            return;
        }

        if (table.Find(opCode) is not { } command)
        {
            controller.Counters.UnknownCommands++;
            var completes = controller.Options.UnknownCommandCompletes;
            Answer(opCode, completes, HciStatus.UnknownCommand, default);
            return;
        }

        var parameters = packet[CommandHeader..];
        var results = new WireWriter(_results);
        var status = HciStatus.InvalidParameters;
        if (command.Length < 0 || command.Length == parameters.Length)
        {
            var reader = new WireReader(parameters);
            status = command.Handler(controller, ref reader, ref results);
        }

        if (!command.Silent)
        {
            Answer(opCode, command.Completes, status, results.Written);
        }
    }

    private void Answer(ushort opCode, VendorAnswer answer)
    {
        switch (answer.Kind)
        {
            case VendorAnswerKind.Complete:
                Answer(opCode, completes: true, (HciStatus)answer.Octets[0], answer.Octets.AsSpan(1));
                break;
            case VendorAnswerKind.Status:
                Answer(opCode, completes: false, (HciStatus)answer.Octets[0], default);
                break;
            case VendorAnswerKind.VendorEvent:
                Deliver([EventPacket, (byte)EventCode.Vendor, (byte)answer.Octets.Length, .. answer.Octets]);
                break;
            default:
                break; // Silence.
        }
    }

    private void Answer(ushort opCode, bool completes, HciStatus status, ReadOnlySpan<byte> results)
    {
        Span<byte> packet = stackalloc byte[EventHeader + 4 + byte.MaxValue];
        var writer = new WireWriter(packet);
        writer.U8(EventPacket);
        writer.U8((byte)(completes ? EventCode.CommandComplete : EventCode.CommandStatus));
        writer.U8((byte)(4 + results.Length));
        if (!completes)
        {
            writer.U8((byte)status);
        }

        writer.U8(controller.Options.CommandCredits);
        writer.U16(opCode);
        if (completes)
        {
            writer.U8((byte)status);
            writer.Bytes(results);
        }

        var fault = controller.Radio.Faults?.OnCompletion(controller, opCode) ?? CompletionFault.None;
        if (fault == CompletionFault.None)
        {
            Deliver(writer.Written);
            return;
        }

        var copy = writer.Written.ToArray();
        var epoch = _epoch;
        for (var i = 0; i < fault.Copies; i++)
        {
            controller.Radio.After(fault.Delay, () =>
            {
                if (epoch == _epoch || fault.Delay == TimeSpan.Zero)
                {
                    Deliver(copy);
                }
            });
        }
    }

    private void Deliver(ReadOnlySpan<byte> packet)
    {
        controller.Counters.Events++;
        controller.Port?.Deliver(packet);
    }
}
