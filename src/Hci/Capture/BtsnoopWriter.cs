using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Capture;

/// <summary>Writes btsnoop captures. A capture holds link keys: its file is readable by its owner alone.</summary>
/// <remarks>Any thread may write. A file that can no longer be written ends the capture, not the host: see
/// <see cref="Problem"/>. Allocates nothing per packet.</remarks>
public sealed class BtsnoopWriter : IPacketTap, IDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private bool _disposed;

    /// <summary>Writes to a stream, which the writer then owns.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="time">The clock of the timestamps; null for the system's.</param>
    /// <param name="datalink">H4, or Linux monitor for tools that want it.</param>
    public BtsnoopWriter(Stream stream, TimeProvider? time = null, BtsnoopDatalink datalink = BtsnoopDatalink.H4)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (datalink is not (BtsnoopDatalink.H4 or BtsnoopDatalink.LinuxMonitor))
        {
            throw new ArgumentOutOfRangeException(nameof(datalink), datalink, "Captures are written as H4 or Linux monitor.");
        }

        _stream = stream;
        _time = time ?? TimeProvider.System;
        Datalink = datalink;
        Span<byte> header = stackalloc byte[BtsnoopFormat.FileHeaderSize];
        BtsnoopFormat.WriteFileHeader(header, datalink);
        _stream.Write(header);
    }

    /// <summary>How the file holds its packets.</summary>
    public BtsnoopDatalink Datalink { get; }

    /// <summary>Packets written so far.</summary>
    public long Packets { get; private set; }

    /// <summary>Why the capture ended early: one sentence; null where nothing is wrong.</summary>
    public string? Problem { get; private set; }

    /// <summary>Makes a capture file, mode 0600 on Unix; a file of that name is overwritten.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock of the timestamps; null for the system's.</param>
    /// <param name="datalink">H4, or Linux monitor for tools that want it.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static BtsnoopWriter Create(string path, TimeProvider? time = null, BtsnoopDatalink datalink = BtsnoopDatalink.H4)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = BufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ownerOnly;
        }

        var stream = new FileStream(path, options);
        try
        {
            // An older file of that name keeps its mode when it is overwritten.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~ownerOnly) != 0)
            {
                File.SetUnixFileMode(stream.SafeFileHandle, ownerOnly);
            }

            return new BtsnoopWriter(stream, time, datalink);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes one packet. Never throws for the file's sake.</summary>
    /// <param name="direction">Which way it went.</param>
    /// <param name="packet">The packet, type octet first; empty ones are left out.</param>
    public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return;
        }

        var flags = BtsnoopFormat.Flags(Datalink, direction, (H4PacketType)packet[0]);
        var content = BtsnoopFormat.HoldsTypeOctet(Datalink) ? packet : packet[HciPacket.TypeSize..];
        Span<byte> header = stackalloc byte[BtsnoopFormat.RecordHeaderSize];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], (uint)content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], flags);
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], 0);
        lock (_gate)
        {
            if (_disposed || Problem is not null)
            {
                return;
            }

            // The clock is read under the lock, so that the times of the records never go back.
            BinaryPrimitives.WriteInt64BigEndian(header[16..], BtsnoopFormat.ToTimestamp(_time.GetUtcNow()));
            try
            {
                _stream.Write(header);
                _stream.Write(content);
                Packets++;
            }
            catch (IOException exception)
            {
                Fail(exception);
            }
        }
    }

    /// <summary>Hands what was written to the operating system.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_disposed || Problem is not null)
            {
                return;
            }

            try
            {
                _stream.Flush();
            }
            catch (IOException exception)
            {
                Fail(exception);
            }
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            try
            {
                _stream.Dispose();
            }
            catch (IOException exception)
            {
                Fail(exception);
            }
        }
    }

    private void Fail(IOException exception) =>
        Problem = $"The capture ends after {Packets} packets, because its file cannot be written: {exception.Message}";
}
