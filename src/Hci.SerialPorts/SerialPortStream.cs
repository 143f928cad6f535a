using System.IO.Ports;

namespace HostStack.Hci.SerialPorts;

/// <summary>A port's octets. Flushing does not wait until they have left, as the package's does, and a port that is gone or
/// closed fails with <see cref="IOException"/> always, where the package has other exceptions, too.</summary>
internal sealed class SerialPortStream(SerialPort port) : Stream
{
    private readonly Stream _octets = port.BaseStream;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return _octets.Read(buffer, offset, count);
        }
        catch (Exception failure) when (Means(failure))
        {
            throw Gone(failure);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _octets.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (Means(failure))
        {
            throw Gone(failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            _octets.Write(buffer, offset, count);
        }
        catch (Exception failure) when (Means(failure))
        {
            throw Gone(failure);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Close() => port.Dispose();

    private static bool Means(Exception failure) =>
        failure is InvalidOperationException or UnauthorizedAccessException or TimeoutException or NullReferenceException;

    private IOException Gone(Exception failure) => new($"The serial port {port.PortName} is gone or closed.", failure);
}
