using System.Buffers.Binary;

namespace HostStack.Hci.Transport;

/// <summary>Which side's packets a framer reads, and so which packet types may come.</summary>
public enum H4Sender
{
    /// <summary>ACL data, synchronous data, events and isochronous data.</summary>
    Controller = 0,

    /// <summary>Commands, ACL data, synchronous data and isochronous data.</summary>
    Host = 1,
}

/// <summary>Cuts an octet stream into HCI packets by the UART transport's rules (Core, Vol 4, Part A, 2).</summary>
/// <remarks>
/// <para><c>| type 1 | header 2, 3 or 4 | contents, as long as the header says |</c>. There is no checksum: an unknown
/// type octet or a length that no packet has means that the framing is lost. From then on nothing is delivered; after a
/// Reset was sent (<see cref="ResetSent"/>) the stream is searched for its Command Complete, and framing goes on behind
/// it (Core, Vol 4, Part A, 4).</para>
/// <para>Pure: octets in, packets out, at whatever places the stream is split. Whole packets are handed on where they
/// stand; only split ones are copied, into one buffer that lives as long as the framer.</para>
/// </remarks>
public sealed class H4Framer
{
    /// <summary>The longest ACL data that is believed: baseband packets carry 1021 octets, and no known controller
    /// joins more than a few of them.</summary>
    public const int DefaultMaximumAclData = 4096;

    private const int LongestHeader = 1 + 4;
    private const int MaximumShortData = 255;

    private readonly H4Sender _sender;
    private readonly int _maximumAclData;
    private readonly byte[] _partial;
    private int _held;
    private volatile bool _resetSent;
    private volatile bool _lost;

    /// <summary>Makes a framer at the start of a packet.</summary>
    /// <param name="sender">Whose packets come.</param>
    /// <param name="maximumAclData">Octets of ACL or isochronous data beyond which the framing counts as lost.</param>
    public H4Framer(H4Sender sender = H4Sender.Controller, int maximumAclData = DefaultMaximumAclData)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumAclData, MaximumShortData);
        _sender = sender;
        _maximumAclData = maximumAclData;
        _partial = new byte[LongestHeader + maximumAclData];
    }

    /// <summary>Whether the framing is lost: nothing is delivered until a Reset is answered.</summary>
    public bool IsLost => _lost;

    /// <summary>Octets that were thrown away while the framing was lost.</summary>
    public long Discarded { get; private set; }

    /// <summary>The most octets that one packet has, its type octet included.</summary>
    public int MaximumPacket => _partial.Length;

    /// <summary>Says that a Reset has been sent: where the framing is lost, its answer is looked for from now on. Any
    /// thread.</summary>
    public void ResetSent() => _resetSent = _lost;

    /// <summary>Takes octets and delivers the packets that they complete.</summary>
    /// <param name="octets">Borrowed for the call.</param>
    /// <param name="sink">Its <see cref="IHciTransportSink.PacketReceived"/> and
    /// <see cref="IHciTransportSink.FramingLost"/> are called.</param>
    public void Feed(ReadOnlySpan<byte> octets, IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (!octets.IsEmpty)
        {
            octets = _lost ? Search(octets, sink) : _held > 0 ? Continue(octets, sink) : Begin(octets, sink);
        }
    }

    // At a packet's start: hand on what is whole, hold what is not.
    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> octets, IHciTransportSink sink)
    {
        if (!TryMeasure(octets, out var length, out var fault))
        {
            return Lose(octets, fault, sink);
        }

        if (length <= octets.Length)
        {
            sink.PacketReceived(octets[..length]);
            return octets[length..];
        }

        octets.CopyTo(_partial);
        _held = octets.Length;
        return default;
    }

    // Within a packet: take no more than its header, then no more than its contents.
    private ReadOnlySpan<byte> Continue(ReadOnlySpan<byte> octets, IHciTransportSink sink)
    {
        _ = TryMeasure(_partial.AsSpan(0, _held), out var length, out _);
        var taken = Math.Min(length - _held, octets.Length);
        octets[..taken].CopyTo(_partial.AsSpan(_held));
        _held += taken;
        octets = octets[taken..];
        if (_held < length)
        {
            return octets;
        }

        // What was the header's length may now be the packet's.
        if (!TryMeasure(_partial.AsSpan(0, _held), out length, out var fault))
        {
            return Lose(octets, fault, sink);
        }

        if (_held == length)
        {
            _held = 0;
            sink.PacketReceived(_partial.AsSpan(0, length));
        }

        return octets;
    }

    // How long the packet is, as far as the octets at hand tell: while its header is not whole, the header's length.
    private bool TryMeasure(ReadOnlySpan<byte> packet, out int length, out string fault)
    {
        fault = string.Empty;
        var header = 1 + HeaderLength(packet[0]);
        length = header;
        if (header == 1)
        {
            fault = $"unknown packet type 0x{packet[0]:X2}";
            return false;
        }

        if (packet.Length < header)
        {
            return true;
        }

        var contents = packet[0] switch
        {
            Command => packet[3],
            Event => packet[2],
            Synchronous => packet[3],
            Isochronous => BinaryPrimitives.ReadUInt16LittleEndian(packet[3..]) & 0x3FFF,
            _ => BinaryPrimitives.ReadUInt16LittleEndian(packet[3..]),
        };
        if (contents > _maximumAclData)
        {
            fault = $"a packet of type 0x{packet[0]:X2} with {contents} octets, more than {_maximumAclData}";
            return false;
        }

        length = header + contents;
        return true;
    }

    private int HeaderLength(byte type) => (type, _sender) switch
    {
        (Command, H4Sender.Host) => 3,
        (AclData, _) => 4,
        (Synchronous, _) => 3,
        (Event, H4Sender.Controller) => 2,
        (Isochronous, _) => 4,
        _ => 0,
    };

    private ReadOnlySpan<byte> Lose(ReadOnlySpan<byte> octets, string fault, IHciTransportSink sink)
    {
        _resetSent = false;
        _lost = true;
        Discarded += _held;
        _held = 0;
        sink.FramingLost(fault);
        return octets;
    }

    // Lost: slide octet by octet until the last seven are the answer to Reset.
    private ReadOnlySpan<byte> Search(ReadOnlySpan<byte> octets, IHciTransportSink sink)
    {
        if (!_resetSent)
        {
            Discarded += octets.Length;
            _held = 0;
            return default;
        }

        for (var i = 0; i < octets.Length; i++)
        {
            _partial[_held++] = octets[i];
            while (_held > 0 && !ResetExchange.IsPrefixOfAnswer(_partial.AsSpan(0, _held)))
            {
                _partial.AsSpan(1, --_held).CopyTo(_partial);
                Discarded++;
            }

            if (_held == ResetExchange.AnswerLength)
            {
                _held = 0;
                _resetSent = false;
                _lost = false;
                sink.PacketReceived(_partial.AsSpan(0, ResetExchange.AnswerLength));
                return octets[(i + 1)..];
            }
        }

        return default;
    }

    private const byte Command = 0x01;
    private const byte AclData = 0x02;
    private const byte Synchronous = 0x03;
    private const byte Event = 0x04;
    private const byte Isochronous = 0x05;
}
