using System.Buffers.Binary;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A channel of a raw peer.</summary>
internal sealed class RawChannel(ushort psm, ushort local)
{
    public ushort Psm { get; } = psm;

    public ushort Local { get; } = local;

    /// <summary>The host's end.</summary>
    public ushort Remote { get; set; }

    /// <summary>Result of the host's last Connection Response; pending is 1.</summary>
    public ushort? Result { get; set; }

    /// <summary>Both sides have accepted the other's configuration.</summary>
    public bool IsOpen => AcceptedHere && AcceptedThere;

    public bool AcceptedHere { get; set; }

    public bool AcceptedThere { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>SDUs from the host.</summary>
    public List<byte[]> Received { get; } = [];
}

/// <content>L2CAP by hand (Core, Vol 3, Part A, 4).</content>
internal sealed partial class RawPeer
{
    private readonly List<byte> _partial = [];
    private readonly List<RawChannel> _channels = [];
    private ushort _nextCid = 0x0040;
    private byte _nextIdentifier;

    /// <summary>Signalling commands from the host: code, identifier, data.</summary>
    public List<(byte Code, byte Identifier, byte[] Data)> Signals { get; } = [];

    /// <summary>Whether requests of the host are answered; floods and silent peers switch it off.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>The result that a connection request of the host gets; 2 (no such PSM) unless a test says otherwise.</summary>
    public Func<ushort, ushort> Admit { get; set; } = static _ => 2;

    /// <summary>Called with each SDU of a channel.</summary>
    public Action<RawChannel, byte[]>? Received { get; set; }

    /// <summary>PSMs that the host asked for, and when.</summary>
    public List<(ushort Psm, TimeSpan At)> Requests { get; } = [];

    public void Signal(byte code, byte identifier, params byte[] data) =>
        SendPdu(0x0001, [code, identifier, (byte)data.Length, (byte)(data.Length >> 8), .. data]);

    public byte NextIdentifier() => _nextIdentifier = (byte)(_nextIdentifier == 0xFF ? 1 : _nextIdentifier + 1);

    /// <summary>Asks for a channel and gives it with the host's first final answer.</summary>
    public async Task<RawChannel> RequestChannelAsync(ushort psm)
    {
        var channel = new RawChannel(psm, _nextCid++);
        _channels.Add(channel);
        Signal(0x02, NextIdentifier(), (byte)psm, (byte)(psm >> 8), (byte)channel.Local, (byte)(channel.Local >> 8));
        await _world.UntilAsync(() => channel.Result is not (null or 1) || channel.IsClosed, "the raw peer's channel is answered");
        return channel;
    }

    /// <summary>Opens a channel: connection and configuration with an MTU of 1691.</summary>
    public async Task<RawChannel> OpenChannelAsync(ushort psm)
    {
        var channel = await RequestChannelAsync(psm);
        Assert.That(channel.Result, Is.Zero, $"PSM 0x{psm:X4} is admitted");
        await _world.UntilAsync(() => channel.IsOpen, "the raw peer's channel is configured");
        return channel;
    }

    /// <summary>Opens a BNEP channel and sets it up as a PANU of the given role's network.</summary>
    public async Task<RawChannel> JoinAsync(ushort role)
    {
        var channel = await OpenChannelAsync(0x000F);
        SendPdu(channel.Remote, [0x01, 0x01, 0x02, (byte)(role >> 8), (byte)role, 0x11, 0x15]);
        await _world.UntilAsync(() => channel.Received.Exists(static sdu => sdu is [0x01, 0x02, _, _]), "the setup is answered");
        return channel;
    }

    public void Configure(RawChannel channel) =>
        Signal(0x04, NextIdentifier(), (byte)channel.Remote, (byte)(channel.Remote >> 8), 0x00, 0x00, 0x01, 0x02, 0x9B, 0x06);

    public void Close(RawChannel channel) =>
        Signal(
            0x06, NextIdentifier(),
            (byte)channel.Remote, (byte)(channel.Remote >> 8), (byte)channel.Local, (byte)(channel.Local >> 8));

    private static ushort U16(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);

    private void Acl(ReadOnlySpan<byte> packet)
    {
        if ((packet[1] & 0x30) != 0x10)
        {
            _partial.Clear();
        }

        _partial.AddRange(packet[4..]);
        if (_partial.Count >= 4 && _partial.Count == 4 + U16(_partial.ToArray(), 0))
        {
            var pdu = _partial.ToArray();
            _partial.Clear();
            Pdu(U16(pdu, 2), pdu[4..]);
        }
    }

    private void Pdu(ushort cid, byte[] payload)
    {
        if (cid == 0x0001)
        {
            for (var rest = payload; rest.Length >= 4; rest = rest[(4 + U16(rest, 2))..])
            {
                Take(rest[0], rest[1], rest[4..(4 + U16(rest, 2))]);
            }

            return;
        }

        if (_channels.Find(channel => channel.Local == cid) is { } channel)
        {
            channel.Received.Add(payload);
            Received?.Invoke(channel, payload);
        }
    }

    private void Take(byte code, byte identifier, byte[] data)
    {
        Signals.Add((code, identifier, data));
        switch (code)
        {
            case 0x03 when Find(U16(data, 2)) is { } channel:
                channel.Result = U16(data, 4);
                channel.Remote = U16(data, 0);
                if (channel.Result == 0 && Answers)
                {
                    Configure(channel);
                }

                break;
            case 0x05 when Find(U16(data, 0)) is { } channel:
                channel.AcceptedThere = U16(data, 4) == 0;
                break;
            case 0x07 when Find(U16(data, 2)) is { } channel:
                Gone(channel);
                break;
            case 0x02 or 0x04 or 0x06 or 0x08 or 0x0A when Answers:
                Answer(code, identifier, data);
                break;
        }
    }

    private void Answer(byte code, byte identifier, byte[] data)
    {
        switch (code)
        {
            case 0x02:
                Requests.Add((U16(data, 0), _world.Now));
                AnswerConnection(identifier, data, Admit(U16(data, 0)));
                break;
            case 0x04 when Find(U16(data, 0)) is { } channel:
                channel.AcceptedHere = true;
                Signal(0x05, identifier, (byte)channel.Remote, (byte)(channel.Remote >> 8), 0, 0, 0, 0);
                break;
            case 0x06:
                Signal(0x07, identifier, data);
                if (Find(U16(data, 0)) is { } ended)
                {
                    Gone(ended);
                }

                break;
            case 0x08:
                Signal(0x09, identifier, data);
                break;
            case 0x0A when data is [0x02, 0x00]:
                Signal(0x0B, identifier, 0x02, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00);
                break;
            case 0x0A when data is [0x03, 0x00]:
                Signal(0x0B, identifier, 0x03, 0x00, 0x00, 0x00, 0x02, 0, 0, 0, 0, 0, 0, 0);
                break;
            case 0x0A:
                Signal(0x0B, identifier, data[0], data[1], 0x01, 0x00);
                break;
        }
    }

    private void AnswerConnection(byte identifier, byte[] data, ushort result)
    {
        if (result != 0)
        {
            Signal(0x03, identifier, 0, 0, data[2], data[3], (byte)result, 0, 0, 0);
            return;
        }

        var channel = new RawChannel(U16(data, 0), _nextCid++) { Remote = U16(data, 2), Result = 0 };
        _channels.Add(channel);
        Signal(0x03, identifier, (byte)channel.Local, (byte)(channel.Local >> 8), data[2], data[3], 0, 0, 0, 0);
        Configure(channel);
    }

    private RawChannel? Find(ushort local) => _channels.Find(channel => channel.Local == local);

    private void Gone(RawChannel channel)
    {
        channel.IsClosed = true;
        _channels.Remove(channel);
    }
}
