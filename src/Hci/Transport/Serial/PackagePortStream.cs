namespace HostStack.Hci.Transport.Serial;

/// <summary>The octets of a serial port that a package opened, kept to what <see cref="ISerialPort.Stream"/> promises whatever
/// the package's own stream does.</summary>
/// <remarks>
/// <para>Cancelling a read closes the port: a stream that looks at the token only before a read begins, as that of
/// System.IO.Ports on Windows, would never end it. Flushing does not wait until the octets have left.</para>
/// <para>Whatever the package throws where its port is gone or closed becomes an <see cref="IOException"/>; so does a
/// <see cref="TimeoutException"/> of a write, in a sentence of its own.</para>
/// </remarks>
public sealed class PackagePortStream : LineStream
{
    private const int BitsPerOctet = 10;

    private readonly string _name;
    private readonly Stream _octets;
    private readonly Action _close;

    /// <summary>Takes a package's stream over.</summary>
    /// <param name="name">What the system calls the port.</param>
    /// <param name="octets">The package's stream, whose writes give up after <see cref="WriteLimit"/>.</param>
    /// <param name="close">Closes the port, which ends its reads and writes; called more than once, by any thread.</param>
    public PackagePortStream(string name, Stream octets, Action close)
    {
        ArgumentNullException.ThrowIfNull(octets);
        ArgumentNullException.ThrowIfNull(close);
        (_name, _octets, _close) = (name, octets, close);
    }

    /// <summary>How long one write of the package may take.</summary>
    public static TimeSpan WriteLimit { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The port's speed, bits per second: octets are written a second's worth at a time, so that a slow line is
    /// not taken for one that stands.</summary>
    public int BaudRate { get; set; } = SerialSettings.DefaultBaudRate;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _octets.Read(buffer);
        }
        catch (Exception failure) when (MeansClosed(failure))
        {
            throw Gone(failure);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Not waited for at the end: the package may end the read from within the closing.
        var closing = cancellationToken.UnsafeRegister(static stream => ((PackagePortStream)stream!)._close(), this);
        try
        {
            return await _octets.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (cancellationToken.IsCancellationRequested || MeansClosed(failure))
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(failure.Message, failure, cancellationToken)
                : Gone(failure);
        }
        finally
        {
            closing.Unregister();
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = Math.Clamp(BaudRate / BitsPerOctet, 1, buffer.Length);
                _octets.Write(buffer[..part]);
                buffer = buffer[part..];
            }
        }
        catch (TimeoutException failure)
        {
            throw new IOException(
                $"{_name} takes no octets any more: the other side holds CTS inactive; check its cable, or open it with flow=none.",
                failure);
        }
        catch (Exception failure) when (MeansClosed(failure))
        {
            throw Gone(failure);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _close();
        }

        base.Dispose(disposing);
    }

    private static bool MeansClosed(Exception failure) =>
        failure is InvalidOperationException or UnauthorizedAccessException or NullReferenceException;

    private IOException Gone(Exception failure) => new($"The serial port {_name} is gone or closed.", failure);
}
