using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Commands;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Security;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Controllers;

/// <summary>A BR/EDR controller on a <see cref="VirtualRadio"/>: commands in, events out, links to its neighbours.</summary>
/// <remarks>Its state belongs to the radio's loop. The public methods may be called from any thread; what they do is
/// queued there, after what was queued before.</remarks>
public sealed class SimulatedController
{
    private const byte HardwareErrorPower = 0x01;
    private const byte HardwareErrorOverrun = 0x02;
    private const byte CommandPacket = 0x01;
    private const byte AclPacket = 0x02;
    private const byte ScoPacket = 0x03;

    private readonly PacketPool _pool;
    private readonly CommandTable _commands;
    private int _opened;
    private int _queuedCommands;
    private bool _scanning;
    private bool _reachable = true;

    internal SimulatedController(VirtualRadio radio, string name, BdAddr address, ControllerOptions options)
    {
        Radio = radio;
        Name = name;
        Address = address;
        Options = options;
        _pool = new PacketPool(headroom: 0, payload: Math.Max(AclPath.PacketHeader + options.BufferLength, 4 + byte.MaxValue), stock: 128);
        _commands = CommandTable.For(options);
        Source = new VirtualControllerSource(this);
        Links = new LinkTable(options.FirstHandle);
        Events = new HostEvents(this);
        Acl = new AclPath(this);
        Piconet = new Piconet(this);
        Paging = new PageUnit(this);
        Inquiry = new InquiryUnit(this);
        OutOfBand = new OutOfBandData(this);
        CommandUnit = new CommandUnit(this, _commands);
        options.Vendor?.Join(this);
        radio.Loop.Idle += Acl.ReportCompleted;
    }

    /// <summary>The name in its URI, <c>virtual:NAME</c>.</summary>
    public string Name { get; }

    /// <summary>The device address; a maker's command may change it.</summary>
    public BdAddr Address { get; internal set; }

    /// <summary>What it is and how it misbehaves.</summary>
    public ControllerOptions Options { get; }

    /// <summary>The radio that it is on.</summary>
    public VirtualRadio Radio { get; }

    /// <summary>Opens it for a host in this process; one host at a time, again and again.</summary>
    public IControllerSource Source { get; }

    /// <summary>What it has seen.</summary>
    public ControllerCounters Counters { get; } = new();

    /// <summary>Whether it has power: false between <see cref="PowerOff"/> and <see cref="PowerOn"/>.</summary>
    public bool IsPlugged { get; private set; } = true;

    /// <summary>How many links it has now. Exact when the radio rests.</summary>
    public int LinkCount => Links.Count;

    /// <summary>Buffers that hold packets of the host; zero when all have left.</summary>
    public int BuffersInUse => _pool.Rented;

    internal HostSettings Settings { get; private set; } = new();

    internal HostEvents Events { get; }

    internal LinkTable Links { get; }

    internal AclPath Acl { get; }

    internal Piconet Piconet { get; }

    internal PageUnit Paging { get; }

    internal InquiryUnit Inquiry { get; }

    internal OutOfBandData OutOfBand { get; }

    internal CommandUnit CommandUnit { get; }

    internal IHostPort? Port { get; private set; }

    /// <summary>Whether this controller takes no ACL data from the air.</summary>
    internal bool IsStalled { get; private set; }

    /// <summary>Whether it is on the air at all.</summary>
    internal bool IsOnAir => IsPlugged && Port is not null;

    internal bool SupportsSimplePairing => Options.SimplePairing && Settings.SimplePairing;

    internal bool SupportsSecureConnections => SupportsSimplePairing && Options.SecureConnections && Settings.SecureConnections;

    /// <summary>Takes the controller away without a word, as when a dongle is pulled: its host's transport closes, and
    /// its peers notice by their supervision timeout.</summary>
    public void PowerOff() =>
        Radio.Loop.Post(static (self, _) => ((SimulatedController)self!).PowerOffNow("The controller was unplugged."), this);

    /// <summary>Brings it back; a host may open it again.</summary>
    public void PowerOn() => Radio.Loop.Post(static (self, _) => ((SimulatedController)self!).IsPlugged = true, this);

    /// <summary>Moves the device out of everybody's reach, or back.</summary>
    /// <param name="reachable">Whether it is heard.</param>
    public void SetReachable(bool reachable) =>
        Radio.Loop.Post(static (self, value) => ((SimulatedController)self!).ReachNow((bool)value!), this, reachable);

    /// <summary>Makes the device take no ACL data, as one whose host is stuck: senders keep their packets, and their
    /// buffers.</summary>
    /// <param name="stalled">Whether it takes nothing.</param>
    public void StallReception(bool stalled) =>
        Radio.Loop.Post(static (self, value) => ((SimulatedController)self!).StallNow((bool)value!), this, stalled);

    /// <summary>Sends a Hardware Error event (Core, Vol 4, Part E, 7.7.16).</summary>
    /// <param name="code">The vendor's code.</param>
    public void RaiseHardwareError(byte code = HardwareErrorPower) =>
        Radio.Loop.Post(static (self, value) => ((SimulatedController)self!).SendHardwareError((byte)value!), this, code);

    /// <summary>Name and address.</summary>
    public override string ToString() => $"{Name} ({Address})";

    internal bool TryOpen() => IsPlugged && Interlocked.CompareExchange(ref _opened, 1, 0) == 0;

    internal void Release() => Volatile.Write(ref _opened, 0);

    internal bool Hears(SimulatedController other) => IsOnAir && other.IsOnAir && _reachable && other._reachable;

    /// <summary>A host has opened the controller. Radio's loop.</summary>
    internal void Attach(IHostPort port)
    {
        Port = port;
        Reset();
    }

    /// <summary>The host is gone; so is the device, for its peers. Radio's loop.</summary>
    internal void Detach(IHostPort port)
    {
        if (ReferenceEquals(Port, port))
        {
            Reset();
            Port = null;
            LeaveAir();
        }
    }

    internal void PowerOffNow(string reason)
    {
        IsPlugged = false;
        Options.Vendor?.PowerLost();
        if (Port is { } port)
        {
            Reset();
            Port = null;
            LeaveAir();
            port.Lost(reason);
        }
    }

    internal void SendHardwareError(byte code)
    {
        var writer = Events.Begin();
        writer.U8(code);
        Events.Send(EventCode.HardwareError, writer);
    }

    /// <summary>Back to the state after power-up; links are dropped without a word (Core, Vol 4, Part E, 7.3.2).</summary>
    internal void Reset()
    {
        Paging.Reset();
        Inquiry.Reset();
        while (Links.Count > 0)
        {
            var end = Links.All[^1];
            end.Link.Vanish(end);
        }

        Settings = new HostSettings();
        OutOfBand.Reset();
        CommandUnit.Reset();
        ScanSettingsChanged();
    }

    internal void ScanSettingsChanged()
    {
        var scanning = Settings.ScanEnable != 0 && IsOnAir;
        if (scanning || _scanning != scanning)
        {
            _scanning = scanning;
            Radio.RaiseScanChanged();
        }
    }

    /// <summary>Takes one packet of the host, copies it and queues it on the radio's loop. Any thread.</summary>
    /// <param name="port">Whose.</param>
    /// <param name="packet">Type octet first; borrowed.</param>
    /// <param name="mayWait">Whether to wait while the radio is behind: a socket's reader does, so that a host that
    /// floods fills its own socket. Who does not wait lends its thread afterwards.</param>
    internal void Receive(IHostPort port, ReadOnlySpan<byte> packet, bool mayWait)
    {
        if (packet.IsEmpty)
        {
            return;
        }

        // A reset needs no credit: it is what a host does when the controller gives none any more.
        if (packet[0] == CommandPacket && !IsReset(packet) && Interlocked.Increment(ref _queuedCommands) > Options.CommandCredits)
        {
            Interlocked.Decrement(ref _queuedCommands);
            Radio.Loop.Post(static (self, _) => ((SimulatedController)self!).CommandOverrun(), this);
            return;
        }

        // What no buffer can hold is cut: its length field then tells that it is malformed.
        var buffer = _pool.Rent();
        var length = Math.Min(packet.Length, buffer.Tailroom);
        packet[..length].CopyTo(buffer.Append(length));
        var queued = mayWait
            ? Radio.Loop.PostFromOutside(port.FromHost, port, buffer)
            : Radio.Loop.Bring(port.FromHost, port, buffer);
        if (!queued)
        {
            buffer.Release();
        }
    }

    /// <summary>Handles one packet of the host. Takes the buffer. Radio's loop.</summary>
    internal void FromHost(IHostPort port, PacketBuffer packet)
    {
        if (!ReferenceEquals(port, Port))
        {
            if (packet.Span[0] == CommandPacket && !IsReset(packet.Span))
            {
                Interlocked.Decrement(ref _queuedCommands);
            }

            packet.Release();
            return;
        }

        switch (packet.Span[0])
        {
            case CommandPacket:
                if (!IsReset(packet.Span))
                {
                    Interlocked.Decrement(ref _queuedCommands);
                }

                CommandUnit.Execute(packet.Span[1..]);
                packet.Release();
                break;
            case AclPacket:
                Acl.FromHost(packet);
                break;
            case ScoPacket:
                Counters.UnknownHandles++;
                packet.Release();
                break;
            default:
                Counters.Malformed++;
                packet.Release();
                break;
        }
    }

    private static bool IsReset(ReadOnlySpan<byte> packet) =>
        packet.Length >= 3 && BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) == CommandCode.Reset;

    private void CommandOverrun()
    {
        Counters.CommandOverruns++;
        SendHardwareError(HardwareErrorOverrun);
    }

    private void ReachNow(bool reachable)
    {
        _reachable = reachable;
        foreach (var end in Links.All.ToArray())
        {
            end.Link.ReachChanged();
        }

        if (reachable)
        {
            Radio.RaiseScanChanged();
        }
    }

    private void StallNow(bool stalled)
    {
        IsStalled = stalled;
        foreach (var end in Links.All.ToArray())
        {
            end.Peer.Kick();
        }
    }

    private void LeaveAir()
    {
        _scanning = false;
        Radio.RaiseScanChanged();
    }
}
