using HostStack.Ethernet;

namespace HostStack.NetDevices.Dhcp;

/// <summary>A DHCP client for IPv4 (RFC 2131) that works on frames: the same on every operating system, whose own client it
/// does not need.</summary>
/// <remarks>Pure: frames, calls and the time go in; frames and events come out through <see cref="IDhcpClientUser"/>. Time
/// counts from any origin and never goes back. Not thread-safe. The wait of 1 to 10 seconds before the first message
/// (RFC 2131, 4.4.1) is left out: links of one radio do not come up all at once as hosts after a power failure do.</remarks>
/// <param name="mac">The client's address.</param>
/// <param name="options">What it says of itself.</param>
/// <param name="random">For transaction numbers and jitter.</param>
/// <param name="user">Who runs it.</param>
internal sealed class DhcpClient(MacAddress mac, DhcpClientOptions options, Random random, IDhcpClientUser user)
{
    /// <summary>How often an offered address is asked for.</summary>
    public const int RequestAttempts = 4;

    /// <summary>How often a remembered address is asked for.</summary>
    public const int RebootAttempts = 2;

    /// <summary>How long to wait before beginning again after a conflict (RFC 2131, 3.1.5) or a refused offer.</summary>
    public static readonly TimeSpan RestartWait = TimeSpan.FromSeconds(10);

    private const uint BroadcastAddress = uint.MaxValue;

    private readonly RetrySchedule _retry = new(random);
    private DhcpReply? _kept;
    private MacAddress _keptFrom;
    private uint? _wanted;
    private uint _transactionId;
    private TimeSpan _began;
    private TimeSpan _sentAt;
    private TimeSpan _leasedAt;
    private TimeSpan? _waitUntil;
    private DhcpLoss _reason;
    private bool _toldTooWide;

    /// <summary>The state.</summary>
    public DhcpPhase Phase { get; private set; }

    /// <summary>The lease in use; null where there is none.</summary>
    public DhcpLease? Lease { get; private set; }

    /// <summary>Replies and events that had no meaning when they came.</summary>
    public long Ignored { get; private set; }

    /// <summary>When <see cref="Advance"/> is to be called; null where nothing is waited for.</summary>
    public TimeSpan? NextDeadline => Earliest(
        Earliest(_retry.DueAt, _waitUntil),
        Earliest(
            Lease?.Duration is { } duration ? _leasedAt + duration : null,
            Phase switch
            {
                DhcpPhase.Bound => Earliest(_leasedAt + Lease!.RenewAfter, _leasedAt + Lease.RebindAfter),
                DhcpPhase.Renewing => _leasedAt + Lease!.RebindAfter,
                _ => null,
            }));

    /// <summary>The network is there: get an address, or confirm the one that is held or remembered.</summary>
    /// <param name="now">The time.</param>
    /// <param name="remembered">An address of an earlier time on this network; null for none.</param>
    /// <param name="isGood">Whether its time is not over: then it is asked for at once, else only mentioned.</param>
    public void Begin(TimeSpan now, uint? remembered = null, bool isGood = false)
    {
        _wanted = Lease?.Address ?? remembered ?? _wanted;
        Step(Lease is not null || (remembered is not null && isGood) ? DhcpInput.BeginRemembered : DhcpInput.Begin, now);
    }

    /// <summary>The network is away. A lease is held until its end.</summary>
    /// <param name="now">The time.</param>
    public void Suspend(TimeSpan now) => Step(DhcpInput.Suspend, now);

    /// <summary>No address is wanted any more: it is given back.</summary>
    /// <param name="now">The time.</param>
    public void Release(TimeSpan now)
    {
        _reason = DhcpLoss.Released;
        Step(DhcpInput.Release, now);
    }

    /// <summary>Tells what became of <see cref="IDhcpClientUser.Check"/>, or that a conflict showed later.</summary>
    /// <param name="isFree">Whether nobody else uses the address.</param>
    /// <param name="now">The time.</param>
    public void Checked(bool isFree, TimeSpan now)
    {
        _reason = DhcpLoss.Conflict;
        Step(isFree ? DhcpInput.AddressFree : DhcpInput.AddressTaken, now);
    }

    /// <summary>Takes a reply.</summary>
    /// <param name="reply">The reply, for this client's MAC address.</param>
    /// <param name="from">The source of its frame.</param>
    /// <param name="now">The time.</param>
    public void Receive(DhcpReply reply, MacAddress from, TimeSpan now)
    {
        if (reply.TransactionId != _transactionId || reply.Hardware != mac || from.IsMulticast || !IsExpected(reply))
        {
            Ignored++;
            return;
        }

        if (reply.Type != DhcpMessageType.Nak && new DhcpLease(reply, from) is { IsTooWide: true } wide)
        {
            Ignored++;
            if (!_toldTooWide)
            {
                _toldTooWide = true;
                user.TooWide(wide);
            }

            return;
        }

        // Kept only where the table says so: the step may be ignored.
        var (kept, keptFrom) = (_kept, _keptFrom);
        (_kept, _keptFrom) = (reply, from);
        _reason = DhcpLoss.Refused;
        var actions = Step(
            reply.Type switch
            {
                DhcpMessageType.Offer => DhcpInput.Offer,
                DhcpMessageType.Ack => DhcpInput.Ack,
                _ => DhcpInput.Nak,
            },
            now);
        if ((actions & DhcpActions.Keep) == 0)
        {
            (_kept, _keptFrom) = (kept, keptFrom);
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public void Advance(TimeSpan now)
    {
        while (NextDeadline is { } deadline && deadline <= now)
        {
            Step(Due(now), now);
        }
    }

    private static TimeSpan? Earliest(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;

    private static bool IsDue(TimeSpan? at, TimeSpan now) => at <= now;

    private DhcpInput Due(TimeSpan now)
    {
        if (IsDue(_leasedAt + Lease?.Duration, now))
        {
            _reason = DhcpLoss.Expired;
            return DhcpInput.Expired;
        }

        if (Phase is DhcpPhase.Bound or DhcpPhase.Renewing && IsDue(_leasedAt + Lease!.RebindAfter, now))
        {
            return DhcpInput.RebindDue;
        }

        if (Phase == DhcpPhase.Bound && IsDue(_leasedAt + Lease!.RenewAfter, now))
        {
            return DhcpInput.RenewDue;
        }

        if (IsDue(_waitUntil, now))
        {
            return DhcpInput.WaitOver;
        }

        var attempts = Phase switch
        {
            DhcpPhase.Requesting => RequestAttempts,
            DhcpPhase.Rebooting => RebootAttempts,
            _ => int.MaxValue,
        };
        return _retry.Sent < attempts ? DhcpInput.RetryDue : DhcpInput.RetriesSpent;
    }

    // A reply of the right transaction may still be another server's, or for another address than the one asked for.
    private bool IsExpected(DhcpReply reply) => (Phase, reply.Type) switch
    {
        (DhcpPhase.Selecting, DhcpMessageType.Offer) => IsUsable(reply),
        (DhcpPhase.Requesting, DhcpMessageType.Ack) =>
            IsUsable(reply) && reply.Server == _kept!.Server && reply.Address == _kept.Address,
        (DhcpPhase.Requesting, DhcpMessageType.Nak) => reply.Server == _kept!.Server,
        (DhcpPhase.Rebooting, DhcpMessageType.Ack) => IsUsable(reply) && reply.Address == _wanted,
        (DhcpPhase.Renewing or DhcpPhase.Rebinding, DhcpMessageType.Ack) => IsUsable(reply) && reply.Address == Lease!.Address,
        (DhcpPhase.Rebooting or DhcpPhase.Rebinding, DhcpMessageType.Nak) => true,
        (DhcpPhase.Renewing, DhcpMessageType.Nak) => reply.Server == Lease!.Terms.Server,
        _ => false,
    };

    private static bool IsUsable(DhcpReply reply) => new DhcpLease(reply, default).IsUsable;

    private DhcpActions Step(DhcpInput input, TimeSpan now)
    {
        var from = Phase;
        (Phase, var actions) = DhcpTransitions.Next(from, input);
        if ((actions & DhcpActions.Ignore) != 0)
        {
            Ignored++;
        }

        if (Phase != from)
        {
            _retry.Clear();
            _waitUntil = null;
            if (Phase is DhcpPhase.Rebooting or DhcpPhase.Selecting or DhcpPhase.Renewing)
            {
                _began = now;
            }
        }

        Interpret(actions, now);
        return actions;
    }

    private void Interpret(DhcpActions actions, TimeSpan now)
    {
        if ((actions & DhcpActions.Decline) != 0)
        {
            SendDecline();
        }

        if ((actions & DhcpActions.GiveBack) != 0 && Lease is not null)
        {
            SendRelease(Lease);
        }

        if ((actions & DhcpActions.Drop) != 0 && Lease is { } lost)
        {
            Lease = null;
            user.Lost(lost, _reason);
        }

        if ((actions & DhcpActions.Forget) != 0)
        {
            _wanted = null;
        }

        if ((actions & DhcpActions.NewTransaction) != 0)
        {
            _transactionId = unchecked((uint)random.NextInt64());
            _toldTooWide = false;
        }

        if ((actions & DhcpActions.Send) != 0)
        {
            SendRequest(now);
        }

        if ((actions & DhcpActions.Check) != 0)
        {
            user.Check(_kept!.Address);
        }

        if ((actions & DhcpActions.Take) != 0)
        {
            // The time of a lease counts from when it was asked for (RFC 2131, 4.4.1).
            Lease = new DhcpLease(_kept!, _keptFrom);
            _leasedAt = _sentAt;
            _wanted = Lease.Address;
            user.Leased(Lease);
        }

        if ((actions & DhcpActions.Wait) != 0)
        {
            _waitUntil = now + RestartWait;
        }
    }

    private void SendRequest(TimeSpan now)
    {
        _sentAt = now;
        var message = new DhcpRequest(
            Phase == DhcpPhase.Selecting ? DhcpMessageType.Discover : DhcpMessageType.Request, _transactionId, mac)
        {
            Seconds = (ushort)Math.Min((now - _began).TotalSeconds, ushort.MaxValue),
            IsBroadcast = options.AsksForBroadcast && Phase != DhcpPhase.Renewing,
            HostName = options.HostName,
            MaximumMessageSize = options.MaximumMessageSize,
        };
        switch (Phase)
        {
            case DhcpPhase.Selecting or DhcpPhase.Rebooting:
                Broadcast(message with { RequestedAddress = _wanted }, 0);
                _retry.SaidUrgently(now);
                break;
            case DhcpPhase.Requesting:
                Broadcast(message with { RequestedAddress = _kept!.Address, Server = _kept.Server }, 0);
                _retry.SaidUrgently(now);
                break;
            case DhcpPhase.Renewing:
                message = message with { ClientAddress = Lease!.Address };
                user.Send(message.ToFrame(Lease.NextHop, Lease.Address, Lease.Terms.Server));
                _retry.SaidInGoodTime(now, (_leasedAt + Lease.RebindAfter)!.Value);
                break;
            default:
                Broadcast(message with { ClientAddress = Lease!.Address }, Lease.Address);
                _retry.SaidInGoodTime(now, (_leasedAt + Lease.Duration)!.Value);
                break;
        }
    }

    private void SendDecline()
    {
        // While the address is checked it is the one kept; afterwards the one in use. Both are of the last acknowledgement.
        var terms = _kept!;
        var message = new DhcpRequest(DhcpMessageType.Decline, _transactionId, mac)
        {
            RequestedAddress = terms.Address,
            Server = terms.Server,
            Message = "another host answers for the address",
        };
        Broadcast(message, 0);
    }

    private void SendRelease(DhcpLease lease)
    {
        var message = new DhcpRequest(DhcpMessageType.Release, unchecked((uint)random.NextInt64()), mac)
        {
            ClientAddress = lease.Address,
            Server = lease.Terms.Server,
        };
        user.Send(message.ToFrame(lease.NextHop, lease.Address, lease.Terms.Server));
    }

    private void Broadcast(in DhcpRequest message, uint source) =>
        user.Send(message.ToFrame(MacAddress.Broadcast, source, BroadcastAddress));
}
