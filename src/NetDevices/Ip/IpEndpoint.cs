using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Memory;

namespace HostStack.NetDevices.Ip;

/// <summary>A small IP host on a <see cref="MemoryEthernetPort"/>: ARP, neighbour discovery, ICMP echo of both families. It
/// shows that a network works, without privilege.</summary>
/// <remarks>Frames are answered in the call that brings them. Any thread. Fragments and other protocols are dropped and
/// counted; no octet from the network makes it throw.</remarks>
public sealed class IpEndpoint : IMemoryPortUser, IDisposable
{
    /// <summary>Data of an echo request, unless the caller says otherwise: 56 octets.</summary>
    public const int DefaultPayloadLength = 56;

    private const int MaximumSolicitations = 3;
    private static readonly TimeSpan SolicitationInterval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly MemoryEthernetPort _port;
    private readonly IpTransmitter _transmitter;
    private readonly NeighbourTable _neighbours;
    private readonly IpReceiver _receiver;
    private readonly EchoTable _echoes;
    private bool _disposed;

    /// <summary>Makes an endpoint and attaches it to a port.</summary>
    /// <param name="port">The port; gives the MAC address.</param>
    /// <param name="options">Its addresses.</param>
    /// <param name="time">The clock; a simulation gives its own.</param>
    public IpEndpoint(MemoryEthernetPort port, IpEndpointOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        options ??= new IpEndpointOptions();
        _time = time ?? TimeProvider.System;
        _port = port;
        _transmitter = new IpTransmitter(port);
        _neighbours = new NeighbourTable(_time);
        _echoes = new EchoTable(_time);
        _receiver = new IpReceiver(port.Address, _time, _transmitter, _neighbours, _echoes)
        {
            V4 = options.IPv4Address is { } v4 ? CheckFamily(v4, isIPv4: true) : null,
            V6 = options.IPv6Address is { } v6 ? CheckFamily(v6, isIPv4: false) : null,
        };
        port.Attach(this);
    }

    /// <summary>The MAC address, which is the port's.</summary>
    public MacAddress MacAddress => _port.Address;

    /// <summary>The IPv6 link-local address, made from the MAC address.</summary>
    public IPAddress LinkLocalAddress => _receiver.LinkLocal.ToIPAddress();

    /// <summary>The IPv4 address, fixed or claimed; null where there is none.</summary>
    public IPAddress? IPv4Address => _receiver.V4?.ToIPAddress();

    /// <summary>Neighbours whose MAC addresses are known.</summary>
    public int Neighbours => _neighbours.Count;

    /// <summary>Whether the network is there.</summary>
    public bool IsUp => _port.IsCarrierUp;

    /// <summary>What has been counted so far.</summary>
    public IpEndpointCounters Counters => _receiver.Counters;

    /// <summary>Sends an echo request and waits for its reply.</summary>
    /// <param name="address">A unicast address.</param>
    /// <param name="payloadLength">Octets of data; with its headers the request fits one frame.</param>
    /// <param name="timeout">For all of it, finding the neighbour included; 5 s where it is not given.</param>
    public async Task<PingResult> PingAsync(
        IPAddress address, int payloadLength = DefaultPayloadLength, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var destination = InternetAddress.From(address);
        CheckPing(destination, payloadLength);
        if (_receiver.SourceFor(destination) is not { } source)
        {
            return new PingResult(PingStatus.NoSourceAddress, TimeSpan.Zero, payloadLength);
        }

        if (_receiver.IsOwn(destination))
        {
            return new PingResult(PingStatus.Reply, TimeSpan.Zero, payloadLength);
        }

        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var started = _time.GetTimestamp();
        if (await ResolveAsync(source, destination, limit) is not { } mac)
        {
            var why = _disposed ? PingStatus.Closed : IsUp ? PingStatus.NoNeighbour : PingStatus.NotSent;
            return new PingResult(why, TimeSpan.Zero, payloadLength);
        }

        var left = limit - _time.GetElapsedTime(started);
        var status = PingStatus.NoReply;
        var roundTrip = TimeSpan.Zero;
        if (left > TimeSpan.Zero)
        {
            (status, roundTrip) = await EchoAsync(mac, source, destination, payloadLength, left);
        }

        return new PingResult(_disposed && status != PingStatus.Reply ? PingStatus.Closed : status, roundTrip, payloadLength);
    }

    /// <summary>Finds an IPv4 link-local address that nobody else has, and takes it (RFC 3927, with the least waits: some
    /// five seconds).</summary>
    /// <returns>The address; null where every candidate was taken, the network went away, or the endpoint was
    /// disposed.</returns>
    public async Task<IPAddress?> ClaimLinkLocalIPv4Async()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var attempt = 0; attempt <= LinkLocalIPv4.MaximumConflicts; attempt++)
        {
            var candidate = LinkLocalIPv4.Candidate(MacAddress, attempt);
            if (await ProbeAsync(candidate))
            {
                if (_disposed || !IsUp)
                {
                    return null;
                }

                _receiver.V4 = candidate;
                _transmitter.SendArp(
                    MacAddress.Broadcast, new ArpPacket(ArpOperation.Request, MacAddress, candidate.V4, default, candidate.V4));
                return candidate.ToIPAddress();
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _neighbours.GiveUp();
        _echoes.GiveUp();
        _receiver.Probe?.Conflict.GiveUp();
    }

    void IMemoryPortUser.FrameReceived(in EthernetFrame frame)
    {
        if (!_disposed)
        {
            _receiver.Receive(frame);
        }
    }

    void IMemoryPortUser.CarrierChanged(bool up)
    {
        // Another network may come, with other neighbours. What waits for an answer ends by its time.
        if (!up)
        {
            _neighbours.Forget();
        }
    }

    private static InternetAddress CheckFamily(IPAddress address, bool isIPv4)
    {
        var value = InternetAddress.From(address);
        return value.IsIPv4 == isIPv4 && !value.IsMulticast
            ? value
            : throw new ArgumentException($"{address} cannot be the {(isIPv4 ? "IPv4" : "IPv6")} address of an endpoint.", nameof(address));
    }

    private void CheckPing(InternetAddress destination, int payloadLength)
    {
        if (destination.IsMulticast || destination == InternetAddress.Unspecified)
        {
            throw new ArgumentException($"{destination} is not a unicast address; ping one neighbour at a time.", nameof(destination));
        }

        var room = _port.Mtu - IpPacket.HeaderSize(destination.IsIPv4) - IcmpMessage.HeaderSize - EchoBody.HeaderSize;
        if (payloadLength < 0 || payloadLength > room)
        {
            throw new ArgumentOutOfRangeException(
                nameof(payloadLength), payloadLength, $"A ping that fits one frame carries 0 to {room} octets.");
        }
    }

    private async Task<MacAddress?> ResolveAsync(InternetAddress source, InternetAddress destination, TimeSpan limit)
    {
        var started = _time.GetTimestamp();
        for (var attempt = 0; attempt < MaximumSolicitations; attempt++)
        {
            if (_neighbours.TryGet(destination, out var mac))
            {
                return mac;
            }

            var left = limit - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || _disposed || !IsUp)
            {
                return null;
            }

            using var answer = new PendingAnswer<MacAddress>(_time, left < SolicitationInterval ? left : SolicitationInterval);
            _neighbours.Wait(destination, answer);
            Solicit(source, destination);
            var found = await answer.Task;
            _neighbours.StopWaiting(destination, answer);
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private void Solicit(InternetAddress source, InternetAddress destination)
    {
        if (destination.IsIPv4)
        {
            _transmitter.SendArp(
                MacAddress.Broadcast, new ArpPacket(ArpOperation.Request, MacAddress, source.V4, default, destination.V4));
            return;
        }

        var group = destination.SolicitedNode;
        _transmitter.SendNeighbour(
            group.MulticastMac(),
            IcmpType.NeighbourSolicitation,
            source,
            group,
            new NeighbourBody(NeighbourFlags.None, destination, MacAddress));
    }

    private async Task<(PingStatus Status, TimeSpan RoundTrip)> EchoAsync(
        MacAddress mac, InternetAddress source, InternetAddress destination, int payloadLength, TimeSpan limit)
    {
        var data = new byte[payloadLength];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = (byte)i;
        }

        using var echo = _echoes.Begin(destination, data, limit);
        var sent = _time.GetTimestamp();
        if (!_transmitter.SendEcho(mac, source, destination, isReply: false, new EchoBody(echo.Identifier, echo.Sequence, data)))
        {
            return (PingStatus.NotSent, TimeSpan.Zero);
        }

        return await echo.Answer.Task is { } replied
            ? (PingStatus.Reply, _time.GetElapsedTime(sent, replied))
            : (PingStatus.NoReply, TimeSpan.Zero);
    }

    private async Task<bool> ProbeAsync(InternetAddress candidate)
    {
        for (var probe = 1; probe <= LinkLocalIPv4.Probes; probe++)
        {
            using var conflict = new PendingAnswer<bool>(
                _time, probe < LinkLocalIPv4.Probes ? LinkLocalIPv4.ProbeInterval : LinkLocalIPv4.AnnounceWait);
            _receiver.Probe = new AddressProbe(candidate, conflict);
            _transmitter.SendArp(
                MacAddress.Broadcast, new ArpPacket(ArpOperation.Request, MacAddress, 0, default, candidate.V4));
            var isTaken = await conflict.Task is not null;
            _receiver.Probe = null;
            if (isTaken)
            {
                return false;
            }

            if (_disposed)
            {
                return true;
            }
        }

        return true;
    }
}
