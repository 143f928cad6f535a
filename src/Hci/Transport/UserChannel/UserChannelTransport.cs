using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>One opening of an adapter's user channel. Each read and each write of the socket is one whole packet, its type
/// octet in front.</summary>
/// <remarks>A thread of its own reads, and closes the socket as its last act, since the kernel may take seconds to let a
/// chip go. A failed write ends the transport as a failed read does.</remarks>
internal sealed class UserChannelTransport : IHciTransport
{
    // Type octet, header of ACL data, and the longest contents that its length can tell.
    private const int LongestPacket = 1 + 4 + ushort.MaxValue;

    // HCI_MAX_FRAME_SIZE of the kernel, which refuses longer writes.
    private const int LongestWrite = 1024 + 4;

    private readonly PolledDescriptor _socket;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IHciTransportSink? _sink;
    private Exception? _failure;
    private bool _disposed;

    /// <summary>Takes a socket over.</summary>
    /// <param name="name">What people see: <c>hci-user:0</c>.</param>
    /// <param name="socket">Bound to the user channel; disposed with the transport.</param>
    /// <param name="device">The device behind it.</param>
    public UserChannelTransport(string name, PolledDescriptor socket, ControllerDevice device)
    {
        Name = name;
        Device = device;
        _socket = socket;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ControllerDevice Device { get; }

    /// <inheritdoc/>
    public int MaximumPacket => LongestWrite;

    /// <inheritdoc/>
    public string SilenceRemedy =>
        "end HostStack, take the adapter up and down once (hciconfig hciN up, hciconfig hciN down) or load its driver anew (modprobe -r btusb, modprobe btusb), and start again";

    /// <inheritdoc/>
    public void Start(IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_sink is not null)
        {
            throw new InvalidOperationException("The transport was started before; open the controller again.");
        }

        _sink = sink;
        new Thread(Read) { IsBackground = true, Name = Name }.Start();
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet)
    {
        if (_socket.IsStopped)
        {
            return;
        }

        try
        {
            _socket.Write(packet);
        }
        catch (IOException failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            _socket.Stop();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // Packets are not gathered: each has its own write.
    }

    /// <summary>Ends the reading thread and waits until the kernel has let the adapter go. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _socket.Stop();
            if (_sink is null)
            {
                await Task.Run(End).ConfigureAwait(false);
            }
        }

        await _ended.Task.ConfigureAwait(false);
    }

#pragma warning disable CA1031 // Whatever ends the reading, a sink that throws too, ends the transport and is handed to the sink.
    private void Read()
    {
        // Longer by one octet than any packet, so that one that is too long is seen to be.
        var buffer = new byte[LongestPacket + 1];
        Exception? failure = null;
        try
        {
            int read;
            while ((read = _socket.Read(buffer)) > 0)
            {
                if (read > LongestPacket)
                {
                    _sink!.FramingLost("a packet longer than any HCI packet can be");
                }
                else
                {
                    _sink!.PacketReceived(buffer.AsSpan(0, read));
                }
            }
        }
        catch (Exception lost)
        {
            failure = lost;
        }

        var why = Volatile.Read(ref _failure) ?? (_disposed ? null : failure ?? new IOException("the adapter was removed"));
        End();
        _sink!.Closed(why);
    }
#pragma warning restore CA1031

    private void End()
    {
        try
        {
            _socket.Dispose();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
