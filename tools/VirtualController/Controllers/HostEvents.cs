using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Controllers;

/// <summary>Writes events to the host, one at a time into one buffer, and honours the host's event mask.</summary>
/// <remarks>The octets are written here field by field, on purpose not with the host's own formats: two ends that share
/// a codec agree on every mistake in it.</remarks>
internal sealed class HostEvents(SimulatedController controller)
{
    private const byte EventPacket = 0x04;
    private const int HeaderSize = 3;
    private const int LastMaskedCode = 0x40;

    private readonly byte[] _packet = new byte[HeaderSize + byte.MaxValue];

    /// <summary>Begins an event's parameters; <see cref="Send"/> ends it before another begins.</summary>
    public WireWriter Begin() => new(_packet.AsSpan(HeaderSize));

    /// <summary>Delivers the event unless it is masked.</summary>
    public void Send(EventCode code, scoped in WireWriter writer)
    {
        if (IsMasked(code))
        {
            controller.Counters.MaskedEvents++;
            return;
        }

        _packet[0] = EventPacket;
        _packet[1] = (byte)code;
        _packet[2] = (byte)writer.Length;
        controller.Counters.Events++;
        controller.Port?.Deliver(_packet.AsSpan(0, HeaderSize + writer.Length));
    }

    /// <summary>Delivers an LE event, whose parameters begin with its subevent, unless it is masked (7.8.1).</summary>
    public void SendLe(byte subevent, scoped in WireWriter writer)
    {
        if ((controller.Settings.LeEventMask & (1UL << (subevent - 1))) == 0)
        {
            controller.Counters.MaskedEvents++;
            return;
        }

        Send(EventCode.LeMeta, writer);
    }

    /// <summary>An event of a status and a handle.</summary>
    public void SendStatus(EventCode code, HciStatus status, ConnectionHandle handle)
    {
        var writer = Begin();
        writer.U8((byte)status);
        writer.U16(handle.Value);
        Send(code, writer);
    }

    /// <summary>An event of an address alone.</summary>
    public void SendAddress(EventCode code, BdAddr address)
    {
        var writer = Begin();
        writer.BdAddr(address);
        Send(code, writer);
    }

    /// <summary>An event of a status and an address.</summary>
    public void SendStatus(EventCode code, HciStatus status, BdAddr address)
    {
        var writer = Begin();
        writer.U8((byte)status);
        writer.BdAddr(address);
        Send(code, writer);
    }

    // Bit n of the mask is event n + 1; completions, credits and what the mask has no bit for always come
    // (Core, Vol 4, Part E, 7.3.1).
    private bool IsMasked(EventCode code) => code switch
    {
        EventCode.CommandComplete or EventCode.CommandStatus or EventCode.NumberOfCompletedPackets => false,
        _ when (byte)code > LastMaskedCode => false,
        _ => (controller.Settings.EventMask & (1UL << ((byte)code - 1))) == 0,
    };
}
