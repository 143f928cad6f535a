namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>H5, the three-wire transport (Core, Vol 4, Part D), over any stream of octets that may lose or change
/// some.</summary>
/// <remarks>
/// <para>One task reads and delivers, one thread writes what <see cref="ThreeWireLink"/> has to send, one timer wakes the
/// link; a single lock holds it, and nobody waits for the line or the host while holding it. <see cref="Send"/> queues and
/// returns; only where the queue is full does it wait, for acknowledgements, and after 5 s the controller is lost.</para>
/// <para>A controller that begins anew (SYNC on an open link) has lost its links, its settings, the firmware that was loaded
/// into it and the speed that was agreed: <see cref="IHciTransportSink.Closed"/> is told, and the host opens its source again,
/// which does all of it from the start. <see cref="IHciTransportSink.FramingLost"/> would only reset the HCI.</para>
/// </remarks>
public sealed partial class ThreeWireTransport : IHciTransport
{
    private const int ReadSize = 4 * 1024;
    private static readonly int s_writeSize = 2 * ThreeWireLink.LongestFrame;
    private static readonly TimeSpan s_sendLimit = TimeSpan.FromSeconds(5);

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ThreeWireLink _link;
    private readonly SlipReader _frames = new(ThreeWireSize.Longest);
    private readonly object _gate = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Whom to tell of the end; null where the transport is disposed without ever having been started.
    private readonly TaskCompletionSource<IHciTransportSink?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private TimeSpan? _armed;
    private IHciTransportSink? _sink;
    private Exception? _failure;
    private bool _begun;
    private bool _isWriting;
    private bool _isDelivering;
    private bool _stopping;
    private bool _disposed;

    /// <summary>Makes a transport that takes the stream over. <see cref="EstablishAsync"/> comes next.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="stream">Read and written; disposed with the transport. Its reads must end when they are cancelled, also
    /// one that waits already, and when the stream is disposed; its writes when the stream is disposed.</param>
    /// <param name="options">What this side asks for; null: the defaults.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public ThreeWireTransport(string name, Stream stream, ThreeWireOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Name = name;
        _stream = stream;
        _time = time ?? TimeProvider.System;
        _origin = _time.GetTimestamp();
        _link = new ThreeWireLink((options ?? new ThreeWireOptions()).Checked());
        _timer = _time.CreateTimer(
            static self => ((ThreeWireTransport)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string SilenceRemedy => "restart the chip, by reset= or by its power, and check baud=";

    /// <inheritdoc/>
    public ControllerDevice? Device { get; init; }

    /// <inheritdoc/>
    public IBaudRateControl? Line { get; private init; }

    /// <summary>Whether the link ended because nobody answered SYNC: the rate may be another.</summary>
    internal bool NobodyAnswered
    {
        get
        {
            lock (_gate)
            {
                return _link.End == LinkEnd.NobodyAnswers;
            }
        }
    }

    /// <inheritdoc/>
    public int MaximumPacket => 1 + ThreeWireHeader.MaximumPayload;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Reaches the controller and agrees with it on window, integrity check and flow control.</summary>
    /// <param name="cancellationToken">Ends the attempt; the transport is to be disposed then.</param>
    /// <exception cref="ControllerUnavailableException">Nobody answers, or not in H5; the message names the remedy.</exception>
    public async Task EstablishAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_begun || _stopping)
            {
                throw new InvalidOperationException("The link was established before; open the controller again.");
            }

            _begun = true;
            _link.Start(Now);
            Follow();
        }

        _reading = Task.Run(ReadAsync, CancellationToken.None);
        new Thread(WriteAll) { Name = Name + " writer", IsBackground = true }.Start();
        await _established.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The link is not established, or the transport was started before.</exception>
    public void Start(IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            if (!_begun || _sink is not null)
            {
                throw new InvalidOperationException(
                    "The transport was started before, or its link is not established; open the controller again.");
            }

            _sink = sink;
            _started.TrySetResult(sink);
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public int RoomFor(int packetLength) => _link.RoomFor(packetLength - 1);

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            TimeSpan? limit = null;
            while (!_stopping && !_link.TrySend(packet))
            {
                var left = (limit ??= Now + s_sendLimit) - Now;
                if (left <= TimeSpan.Zero)
                {
                    Fail(new ControllerUnavailableException(LinkEnds.Explain(LinkEnd.NotAcknowledged, Name)));
                    return;
                }

                Monitor.Wait(_gate, left);
            }

            Follow();
        }
    }

    /// <inheritdoc/>
    /// <remarks>The writer takes what is queued by itself.</remarks>
    public void Flush()
    {
        // Nothing is gathered here.
    }

    /// <summary>Closes the stream and waits until reader and writer have ended. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_disposed;
            _disposed = true;
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        if (isFirst)
        {
            _started.TrySetResult(null);
            await _closing.CancelAsync().ConfigureAwait(false);
            await _timer.DisposeAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        if (_begun)
        {
            await _written.Task.ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
        }

        (Line as IDisposable)?.Dispose();
    }

    // After each call of the link: its end, its next deadline, and those who wait for what it has now. Under the gate.
    private void Follow()
    {
        if (_link.End != LinkEnd.None)
        {
            Fail(new ControllerUnavailableException(LinkEnds.Explain(_link.End, Name)));
            return;
        }

        if (_link.Deadline is { } deadline && !(_armed <= deadline) && !_stopping)
        {
            _armed = deadline;
            var wait = deadline - Now;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        Monitor.PulseAll(_gate);
    }

    // Under the gate. The reader ends by it, and tells the sink.
    private void Fail(Exception failure)
    {
        if (_stopping)
        {
            return;
        }

        _failure = failure;
        _stopping = true;
        _established.TrySetException(failure);
        Monitor.PulseAll(_gate);
        ThreadPool.UnsafeQueueUserWorkItem(static closing => closing.Cancel(), _closing, preferLocal: false);
    }

    private void Tick()
    {
        lock (_gate)
        {
            _armed = null;
            if (!_stopping)
            {
                if (_isDelivering)
                {
                    // Who does not read knows of no acknowledgement.
                    _link.Postpone(Now);
                }

                _link.Tick(Now);
                Follow();
            }
        }
    }

#pragma warning disable CA1031 // Whatever ends the stream ends the transport, by one path, and is handed to the sink.
    private void WriteAll()
    {
        var buffer = new byte[s_writeSize];
        try
        {
            for (var length = Gather(buffer); length > 0; length = Gather(buffer))
            {
                _stream.Write(buffer.AsSpan(0, length));
                _stream.Flush();
            }
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                Fail(failure);
            }
        }

        _written.TrySetResult();
    }

    // Waits for frames; 0 at the end.
    private int Gather(Span<byte> buffer)
    {
        lock (_gate)
        {
            _isWriting = false;
            Monitor.PulseAll(_gate);
            while (!_stopping)
            {
                var length = 0;
                for (var taken = 1; taken > 0 && buffer.Length - length >= ThreeWireLink.LongestFrame; length += taken)
                {
                    taken = _link.WriteNext(buffer[length..], Now);
                }

                if (length > 0)
                {
                    _isWriting = true;
                    Follow(); // What was written may have to be repeated.
                    return length;
                }

                Follow();
                Monitor.Wait(_gate);
            }

            return 0;
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[ReadSize];
        Exception? failure = null;
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false)) > 0)
            {
                Take(buffer.AsSpan(0, read));
            }
        }
        catch (Exception ended)
        {
            failure = ended;
        }

        // Closing on purpose is no failure, and what failed first is the cause of the cancelled read.
        lock (_gate)
        {
            failure = _failure ?? (_stopping ? null : failure);
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _established.TrySetException(failure ?? new ControllerUnavailableException(
            $"The line to {Name} was closed before a controller answered; open it again."));

        // A link may end between its establishment and the start: the host is told then, and not at its first time-out.
        var sink = await _started.Task.ConfigureAwait(false);
        sink?.Closed(failure);
    }
#pragma warning restore CA1031

    private void Take(ReadOnlySpan<byte> octets)
    {
        while (_frames.TryRead(ref octets, out var frame))
        {
            var packet = Receive(frame);
            if (!packet.IsEmpty && packet[0] != (byte)ThreeWirePacketType.Command && WaitForSink() is { } sink)
            {
                sink.PacketReceived(packet); // Without the gate: the host may make it wait.
            }
        }

        lock (_gate)
        {
            _isDelivering = false;
            HearPause();
        }
    }

    // Under the gate.
    private void HearPause()
    {
        if (_frames.TakeFlowControl() is { } isPaused)
        {
            _link.SetPaused(isPaused, Now);
            Follow();
        }
    }

    private ReadOnlySpan<byte> Receive(Span<byte> frame)
    {
        lock (_gate)
        {
            HearPause(); // Before the host is called: it may make the reader wait.
            var packet = _link.Receive(frame, Now);
            _isDelivering = !packet.IsEmpty;
            if (_link.Phase == LinkPhase.Active && !_established.Task.IsCompleted)
            {
                _frames.HasFlowControl = _link.Agreed.FlowControl;
                _established.TrySetResult();
            }

            Follow();
            return packet;
        }
    }

    // Packets that come before the host asks for them wait here, and on the line.
    private IHciTransportSink? WaitForSink()
    {
        lock (_gate)
        {
            while (_sink is null && !_stopping)
            {
                Monitor.Wait(_gate);
            }

            return _sink;
        }
    }
}
