using System.Buffers.Binary;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A peer without a stack: raw HCI octets to its controller, written down from the specification and not by our
/// codecs. It pairs Just Works, keeps its key, and keeps to its controller's credits; all else is the test's.</summary>
internal sealed partial class RawPeer : IHciTransportSink, IAsyncDisposable
{
    private const int AclFragment = 1021;
    private const int AclCredits = 8;

    private readonly World _world;
    private readonly Queue<byte[]> _commands = new();
    private readonly Queue<byte[]> _data = new();
    private IHciTransport _transport = null!;
    private bool _commandOut;
    private int _credits = AclCredits;
    private byte[]? _key;

    private RawPeer(World world, SimulatedController controller)
    {
        _world = world;
        Controller = controller;
    }

    public SimulatedController Controller { get; }

    public PeerAddress Peer => new(Controller.Address);

    public ushort Handle { get; private set; }

    public bool IsConnected { get; private set; }

    public bool IsEncrypted { get; private set; }

    public TimeSpan EncryptedAt { get; private set; }

    public bool IsPaired => _key is not null;

    /// <summary>Why the link ended last.</summary>
    public byte Reason { get; private set; }

    /// <summary>Status of the last Connection Complete and Authentication Complete.</summary>
    public byte? ConnectStatus { get; private set; }

    public byte? AuthenticationStatus { get; private set; }

    /// <summary>Links that ended.</summary>
    public int Losses { get; private set; }

    /// <summary>ACL packets that wait for credits.</summary>
    public int Waiting => _data.Count;

    public static async Task<RawPeer> OpenAsync(World world, SimulatedController controller)
    {
        var peer = new RawPeer(world, controller);
        peer._transport = await controller.Source.OpenAsync(CancellationToken.None);
        peer._transport.Start(peer);
        peer.Command(0x0C01, "ff ff ff ff ff ff ff 3f");
        peer.Command(0x0C56, "01");
        peer.Command(0x0C7A, "01");
        peer.Command(0x080F, "05 00");
        peer.Command(0x0C1A, "03");
        await world.DelayAsync(1);
        return peer;
    }

    /// <summary>A command, in turn.</summary>
    public void Command(ushort opCode, string parameters) => Command(opCode, Hex(parameters));

    public void Command(ushort opCode, params byte[] parameters)
    {
        _commands.Enqueue([0x01, (byte)opCode, (byte)(opCode >> 8), (byte)parameters.Length, .. parameters]);
        NextCommand();
    }

    /// <summary>Pages a host and waits for the link.</summary>
    public async Task ConnectAsync(PeerAddress to)
    {
        ConnectStatus = null;
        Command(0x0405, [.. Octets(to.Address), 0x18, 0xCC, 0x02, 0x00, 0x00, 0x00, 0x01]);
        await _world.UntilAsync(() => ConnectStatus is not null, "the raw peer's page ends");
        Assert.That(ConnectStatus, Is.Zero, "the raw peer is connected");
    }

    /// <summary>Pairs, or authenticates with the key that it has, and encrypts.</summary>
    public async Task SecureAsync()
    {
        AuthenticationStatus = null;
        Command(0x0411, (byte)Handle, (byte)(Handle >> 8));
        await _world.UntilAsync(() => AuthenticationStatus is not null, "the raw peer's authentication ends");
        Assert.That(AuthenticationStatus, Is.Zero, "the raw peer is authenticated");
        Command(0x0413, (byte)Handle, (byte)(Handle >> 8), 0x01);
        await _world.UntilAsync(() => IsEncrypted, "the raw peer's link is encrypted");
    }

    /// <summary>Connects, pairs while the host's window is open, and encrypts.</summary>
    public async Task BondAsync(Station host)
    {
        await host.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        await ConnectAsync(host.Peer);
        await SecureAsync();
        await host.Host.ClosePairingWindowAsync();
        await _world.UntilAsync(() => host.EventsOf<HostStack.Host.Paired>().Any(paired => paired.Peer == Peer), "the host has the key");
    }

    public void Disconnect() => Command(0x0406, (byte)Handle, (byte)(Handle >> 8), 0x13);

    /// <summary>An ACL packet exactly as given: flags and data, right or wrong.</summary>
    public void SendAcl(int boundaryFlags, ReadOnlySpan<byte> data)
    {
        var packet = new byte[5 + data.Length];
        packet[0] = 0x02;
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(1), (ushort)(Handle | (boundaryFlags << 12)));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(3), (ushort)data.Length);
        data.CopyTo(packet.AsSpan(5));
        _data.Enqueue(packet);
        NextData();
    }

    /// <summary>An L2CAP PDU, in as many fragments as it needs.</summary>
    public void SendPdu(ushort channel, ReadOnlySpan<byte> payload)
    {
        var pdu = new byte[4 + payload.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(pdu, (ushort)payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(pdu.AsSpan(2), channel);
        payload.CopyTo(pdu.AsSpan(4));
        for (var offset = 0; offset < pdu.Length; offset += AclFragment)
        {
            SendAcl(offset == 0 ? 0 : 1, pdu.AsSpan(offset, Math.Min(AclFragment, pdu.Length - offset)));
        }
    }

    /// <summary>Waits until everything that was sent has left.</summary>
    public Task DrainAsync() => _world.UntilAsync(() => _data.Count == 0, "the raw peer's data has left");

    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        if (packet[0] == 0x04)
        {
            Event(packet[1], packet[3..]);
        }
        else if (packet[0] == 0x02)
        {
            Acl(packet[1..]);
        }
    }

    public void FramingLost(string detail)
    {
        // In process, framing is never lost.
    }

    public void Closed(Exception? failure) => IsConnected = false;

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));

    private static byte[] Octets(BdAddr address)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, address.Value);
        return octets[..6];
    }

    private void NextCommand()
    {
        if (!_commandOut && _commands.TryDequeue(out var command))
        {
            _commandOut = true;
            _transport.Send(command);
        }
    }

    private void NextData()
    {
        while (IsConnected && _credits > 0 && _data.TryDequeue(out var packet))
        {
            _credits--;
            _transport.Send(packet);
        }
    }

    private void Event(byte code, ReadOnlySpan<byte> parameters)
    {
        switch (code)
        {
            case 0x0E or 0x0F:
                _commandOut = false;
                NextCommand();
                break;
            case 0x13:
                for (var i = 0; i < parameters[0]; i++)
                {
                    _credits += BinaryPrimitives.ReadUInt16LittleEndian(parameters[(3 + (4 * i))..]);
                }

                NextData();
                break;
            case 0x04:
                Command(0x0409, [.. parameters[..6], 0x01]);
                break;
            case 0x03:
                ConnectStatus = parameters[0];
                if (parameters[0] == 0)
                {
                    Handle = BinaryPrimitives.ReadUInt16LittleEndian(parameters[1..]);
                    IsConnected = true;
                    IsEncrypted = false;
                }

                break;
            case 0x05:
                Ended(parameters[3]);
                break;
            case 0x06:
                AuthenticationStatus = parameters[0];
                break;
            case 0x08:
                IsEncrypted = parameters[0] == 0 && parameters[3] != 0;
                EncryptedAt = _world.Now;
                break;
            case 0x17 when _key is { } key:
                Command(0x040B, [.. parameters[..6], .. key]);
                break;
            case 0x17:
                Command(0x040C, parameters[..6].ToArray());
                break;
            case 0x18:
                _key = parameters[6..22].ToArray();
                break;
            case 0x31:
                Command(0x042B, [.. parameters[..6], 0x03, 0x00, 0x04]);
                break;
            case 0x33:
                Command(0x042C, parameters[..6].ToArray());
                break;
        }
    }

    private void Ended(byte reason)
    {
        Reason = reason;
        Losses++;
        IsConnected = false;
        IsEncrypted = false;
        _credits = AclCredits;
        _data.Clear();
        _partial.Clear();
        foreach (var channel in _channels)
        {
            channel.IsClosed = true;
        }

        _channels.Clear();
    }
}
