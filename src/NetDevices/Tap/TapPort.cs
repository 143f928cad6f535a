using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Tap;

/// <summary>A port that is an Ethernet interface of this machine's own IP stack: what is the same for every system.</summary>
/// <remarks>One thread reads what the machine sends and calls the sink. Where the interface is removed the port is lost:
/// <see cref="Loss"/> says so, and nothing is carried any more.</remarks>
public abstract class TapPort : ISystemPort, ITapPumpUser
{
    /// <summary>An 802.1Q tag, which may come on top of the MTU.</summary>
    private protected const int TagSize = 4;

    private readonly ILogger _logger;
    private volatile NetDeviceException? _loss;
    private volatile bool _closed;
    private volatile bool _carrier;
    private Task? _ending;
    private long _received;
    private long _receiveDrops;

    private protected TapPort(string name, ILogger logger)
    {
        Name = name;
        _logger = logger;
    }

    /// <inheritdoc/>
    public event Action<bool>? CarrierChanged;

    /// <summary>Raised once, where the interface was removed by somebody else; on a thread of the port.</summary>
    public event Action<NetDeviceException>? Lost;

    /// <summary>The interface's name when the port was made.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public abstract MacAddress Address { get; }

    /// <inheritdoc/>
    public abstract int Mtu { get; }

    /// <inheritdoc/>
    public virtual bool MayLendThread => false;

    /// <inheritdoc/>
    public bool IsCarrierUp => _carrier;

    /// <summary>Why the port carries nothing any more: the interface was removed. Null while it is there.</summary>
    public NetDeviceException? Loss => _loss;

    /// <summary>The thread that reads.</summary>
    private protected abstract TapPump Pump { get; }

    /// <summary>Guards the carrier and the end.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>Frames that the machine got.</summary>
    private protected long Received => Interlocked.Read(ref _received);

    /// <summary>Frames that the machine did not get.</summary>
    private protected long ReceiveDrops => Interlocked.Read(ref _receiveDrops);

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ThrowIfUnusable();
        if (!Pump.TryAttach(sink))
        {
            throw new InvalidOperationException($"The port {Name} belongs to a network already; make one port for each.");
        }
    }

    /// <inheritdoc/>
    /// <remarks>It does not wait for the port's thread: a frame that is being delivered may still reach the sink.</remarks>
    public void Stop() => Pump.Detach();

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        if (!_closed
            && _loss is null
            && frame.Payload.Length <= Mtu + (frame.Type == EtherType.Vlan ? TagSize : 0)
            && TryWrite(frame))
        {
            Interlocked.Increment(ref _received);
            return true;
        }

        Interlocked.Increment(ref _receiveDrops);
        return false;
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up)
    {
        lock (Gate)
        {
            if (_carrier == up || _closed)
            {
                return;
            }

            ChangeCarrier(up);
            _carrier = up;
            CarrierIsSet(up);
        }

        Subscribers.Tell(CarrierChanged, up, _logger, Name);
    }

    /// <inheritdoc/>
    public void Resume() => Pump.Resume();

    /// <inheritdoc/>
    public abstract void AddAddress(IPAddress address, int prefixLength);

    /// <inheritdoc/>
    public abstract void RemoveAddress(IPAddress address, int prefixLength);

    /// <inheritdoc/>
    public abstract void AddDefaultRoute(IPAddress gateway, int metric);

    /// <inheritdoc/>
    public abstract void RemoveDefaultRoute(IPAddress gateway);

    /// <summary>Takes back whatever was made or set, and lets the interface go. Idempotent; it does not wait for the sink.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            GC.SuppressFinalize(this);
            return new ValueTask(_ending ??= CloseAsync());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    void ITapPumpUser.SinkFailed(Exception failure) => _logger.SinkFailed(Name, failure);

    void ITapPumpUser.DeviceLost(string reason)
    {
        var loss = new NetDeviceException(DescribeLoss(reason));
        _loss = loss;
        _logger.PortLost(Name, loss.Message);
        Subscribers.Tell(Lost, loss, _logger, Name);
    }

    /// <summary>Hands a frame of a length that fits to the machine. Any thread; never blocks.</summary>
    private protected abstract bool TryWrite(in EthernetFrame frame);

    /// <summary>Plugs the interface in, or out. Under the gate; does not throw.</summary>
    private protected abstract void ChangeCarrier(bool up);

    /// <summary>The carrier is so from now on. Under the gate.</summary>
    private protected abstract void CarrierIsSet(bool up);

    /// <summary>A sentence with the remedy for an interface that is gone.</summary>
    private protected abstract string DescribeLoss(string reason);

    /// <summary>Takes everything back; no network gets frames any more.</summary>
    private protected abstract Task EndAsync();

    /// <summary>Takes something back; where the system refuses, that is told.</summary>
    private protected void Try(Action takeBack)
    {
        try
        {
            takeBack();
        }
        catch (NetDeviceException failure)
        {
            _logger.LeftBehind(Name, failure.Message);
        }
    }

    private protected void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_loss is { } loss)
        {
            throw new NetDeviceException(loss.Message);
        }
    }

    private Task CloseAsync()
    {
        _closed = true;
        _carrier = false;
        Pump.Detach();
        return EndAsync();
    }
}
