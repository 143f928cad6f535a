using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.Pan.Service;
using HostStack.Sdp.Records;
using HostStack.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Pan.Tests.Rig;

/// <summary>Hosts without controllers on one loop: links and channels come at once, everything else is PAN's own.</summary>
internal sealed class RigNet : IDisposable
{
    private readonly List<RigHost> _hosts = [];

    public RigNet() => Loop = new EventLoop(Time);

    public ManualTime Time { get; } = new();

    public EventLoop Loop { get; }

    public RigHost Add(ulong address)
    {
        var host = new RigHost(this, new BdAddr(address));
        _hosts.Add(host);
        return host;
    }

    public RigHost? Find(BdAddr address) => _hosts.Find(host => host.Address == address);

    public void Pump()
    {
        while (Loop.Pump())
        {
        }
    }

    /// <summary>Lets time pass, deadline by deadline.</summary>
    public void Advance(TimeSpan span)
    {
        Pump();
        while (Loop.Timers.UntilNext is { } next && next <= span)
        {
            Time.Advance(next);
            span -= next;
            Pump();
        }

        Time.Advance(span);
        Pump();
    }

    /// <summary>Runs on the loop to the end of what can be done without time.</summary>
    public Task<T> Run<T>(Func<Task<T>> procedure)
    {
        var task = Loop.RunAsync(procedure);
        Pump();
        return task;
    }

    public T On<T>(Func<T> function)
    {
        T value = default!;
        Loop.Post((_, _) => value = function());
        Pump();
        return value;
    }

    public void Dispose() => Loop.Dispose();
}

/// <summary>One host of a <see cref="RigNet"/>.</summary>
internal sealed class RigHost : IPanHost
{
    private readonly RigNet _net;
    private readonly Dictionary<BdAddr, FakeAclLink> _links = [];
    private ServiceRegistration? _registration;

    public RigHost(RigNet net, BdAddr address)
    {
        _net = net;
        Address = address;
        Callbacks = new LoopTaskScheduler(net.Loop);
        Pan = new PanService(this);
    }

    public PanService Pan { get; }

    public EventLoop Loop => _net.Loop;

    public TaskScheduler Callbacks { get; }

    public ILoggerFactory Loggers => NullLoggerFactory.Instance;

    public BdAddr Address { get; set; }

    public int Seed => 1;

    public PeerAddress Peer => new(Address);

    public MacAddress Mac => new(Address.Value);

    public List<HostEvent> Events { get; } = [];

    public HashSet<BdAddr> Bonds { get; } = [];

    public List<(ServiceRecordBuilder Record, ushort ServiceClass)> Advertised { get; } = [];

    /// <summary>Security blocks that the host answers before it admits a channel.</summary>
    public int SecurityBlocks { get; set; }

    /// <summary>Channel requests that it got, each with its time.</summary>
    public List<TimeSpan> ChannelRequests { get; } = [];

    public bool IsReachable { get; set; } = true;

    public bool HasController { get; set; } = true;

    /// <summary>What the records of a peer say.</summary>
    public bool? Offers { get; set; }

    /// <summary>What a link can prove when it is new.</summary>
    public LinkSecurity LinkSecurity { get; set; } = new(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256);

    public SecurityShortfall Shortfall { get; set; }

    /// <summary>Channels of this host, oldest first.</summary>
    public List<PairedChannel> Channels { get; } = [];

    public ServiceRegistration? Registration => _registration;

    public void Publish(HostEvent happened) => Events.Add(happened);

    public bool IsBonded(PeerAddress peer) => Bonds.Contains(peer.Address);

    public IDisposable Listen(ServiceRegistration registration)
    {
        Assert.That(_registration, Is.Null, "one listener at a time");
        _registration = registration;
        return new Undo(() => _registration = null);
    }

    public IDisposable Advertise(ServiceRecordBuilder record, ushort serviceClass)
    {
        Advertised.Add((record, serviceClass));
        return new Undo(() => Advertised.Remove((record, serviceClass)));
    }

    /// <summary>How many networks want this host to be the central.</summary>
    public int CentralWanted { get; private set; }

    public IDisposable PreferCentral()
    {
        CentralWanted++;
        return new Undo(() => CentralWanted--);
    }

    public Task<LinkOutcome> ConnectLinkAsync(PeerAddress peer)
    {
        if (!HasController)
        {
            throw new ControllerUnavailableException("The controller is gone; plug it in again.");
        }

        return Task.FromResult(_net.Find(peer.Address) is { IsReachable: true } other
            ? new LinkOutcome(LinkTo(other), HciStatus.Success)
            : new LinkOutcome(null, HciStatus.PageTimeout));
    }

    public async Task<ChannelOutcome> ConnectChannelAsync(
        IAclLink link, Psm psm, ChannelOptions options, IChannelObserver observer)
    {
        var other = _net.Find(link.Peer.Address)!;
        other.ChannelRequests.Add(_net.Time.GetElapsedTime(0));
        if (other.SecurityBlocks > 0)
        {
            other.SecurityBlocks--;
            return new ChannelOutcome(null, ConnectionResult.SecurityBlock);
        }

        await Task.Yield();
        if (other._registration is not { } registration)
        {
            return new ChannelOutcome(null, ConnectionResult.PsmNotSupported);
        }

        var (here, there) = PairedChannel.Create(Loop, link, other.LinkTo(this));
        if (registration.Accept(there) is not { } acceptor)
        {
            return new ChannelOutcome(null, ConnectionResult.NoResources);
        }

        here.Observer = observer;
        there.Observer = acceptor;
        Channels.Add(here);
        other.Channels.Add(there);
        acceptor.Opened(there);
        observer.Opened(here);
        return new ChannelOutcome(here, ConnectionResult.Success);
    }

    public Task<bool?> OffersAsync(IAclLink link, ushort serviceClass) => Task.FromResult(Offers);

    public FakeAclLink LinkTo(RigHost other)
    {
        if (!_links.TryGetValue(other.Address, out var link) || !link.IsUp)
        {
            link = new FakeAclLink { Peer = other.Peer, Security = LinkSecurity, Shortfall = Shortfall, EnsureResult = Shortfall };
            _links[other.Address] = link;
        }

        return link;
    }

    /// <summary>A peer that speaks octets: opens a channel to this host's listener.</summary>
    public RawPeer ConnectRaw(ulong address, LinkSecurity? security = null, SecurityShortfall shortfall = SecurityShortfall.None)
    {
        var link = new FakeAclLink
        {
            Peer = new PeerAddress(new BdAddr(address)),
            Security = security ?? LinkSecurity,
            Shortfall = shortfall,
        };
        var raw = new RawPeer(_net, new BdAddr(address));
        var (theirs, ours) = PairedChannel.Create(Loop, new FakeAclLink { Peer = Peer }, link);
        theirs.Observer = raw;
        raw.Channel = theirs;
        _net.On(() =>
        {
            var observer = _registration!.Accept(ours)!;
            ours.Observer = observer;
            observer.Opened(ours);
            return true;
        });
        Channels.Add(ours);
        return raw;
    }

    /// <summary>The link to a host breaks.</summary>
    public void Break(RigHost other) => _net.On(() =>
    {
        LinkTo(other).IsUp = false;
        other.LinkTo(this).IsUp = false;
        foreach (var channel in Channels.Where(channel => channel.Link.Peer == other.Peer).ToArray())
        {
            channel.Close(ChannelCloseReason.LinkLost, ChannelCloseReason.LinkLost);
        }

        return true;
    });

    private sealed class Undo(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}

/// <summary>A peer that speaks octets.</summary>
internal sealed class RawPeer(RigNet net, BdAddr address) : IChannelObserver
{
    public static readonly byte[] SetupGn = [0x01, 0x01, 0x02, 0x11, 0x17, 0x11, 0x15];
    public static readonly byte[] SetupNap = [0x01, 0x01, 0x02, 0x11, 0x16, 0x11, 0x15];

    public MacAddress Mac { get; } = new(address.Value);

    public PairedChannel Channel { get; set; } = null!;

    public List<byte[]> Received { get; } = [];

    public ChannelCloseReason? CloseReason { get; private set; }

    public void Send(params byte[] packet)
    {
        net.On(() =>
        {
            var buffer = Channel.Rent();
            packet.CopyTo(buffer.Append(packet.Length));
            return Channel.Send(buffer, EgressClass.Control);
        });
    }

    /// <summary>Sets BNEP up and returns the answer.</summary>
    public int SetUp(byte[] request)
    {
        Send(request);
        var answer = Take();
        Assert.That(answer[..2], Is.EqualTo((byte[])[0x01, 0x02]), "a setup response");
        return (answer[2] << 8) | answer[3];
    }

    /// <summary>A general Ethernet frame of type IPv4.</summary>
    public void SendFrame(MacAddress destination, byte[] payload, MacAddress? source = null, ushort type = 0x0800)
    {
        var packet = new byte[15 + payload.Length];
        destination.Write(packet.AsSpan(1));
        (source ?? Mac).Write(packet.AsSpan(7));
        packet[13] = (byte)(type >> 8);
        packet[14] = (byte)type;
        payload.CopyTo(packet.AsSpan(15));
        Send(packet);
    }

    public byte[] Take()
    {
        Assert.That(Received, Is.Not.Empty, "the peer got nothing");
        var first = Received[0];
        Received.RemoveAt(0);
        return first;
    }

    void IChannelObserver.Opened(IL2capChannel channel)
    {
    }

    void IChannelObserver.Received(IL2capChannel channel, ReadOnlySpan<byte> sdu) => Received.Add(sdu.ToArray());

    void IChannelObserver.Writable(IL2capChannel channel)
    {
    }

    void IChannelObserver.Closed(IL2capChannel channel, ChannelCloseReason reason) => CloseReason = reason;
}
