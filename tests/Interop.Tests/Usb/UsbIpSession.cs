using System.Buffers.Binary;
using System.Threading.Channels;
using HostStack.Hci.Loop;
using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.Interop.Tests.Usb;

/// <summary>One import of a dongle: request blocks of the client's kernel go to it, their ends go back.</summary>
/// <remarks>What is outstanding belongs to the radio's loop. Answers are gathered there and written by one writer.</remarks>
internal sealed class UsbIpSession : IUrbUser
{
    private const int MostOutstanding = 4096;
    private const int HardLimit = 16 * 1024 * 1024;

    private readonly UsbDongle _dongle;
    private readonly Stream _stream;
    private readonly EventLoop _loop;
    private readonly Dictionary<uint, Request> _outstanding = [];
    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(1);
    private readonly TaskCompletionSource _unplugged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly byte[] _header = new byte[UsbIp.HeaderSize];
    private MemoryStream _gathered = new();
    private MemoryStream _written = new();
    private bool _isEnded;

    public UsbIpSession(UsbDongle dongle, Stream stream)
    {
        _dongle = dongle;
        _stream = stream;
        _loop = dongle.Controller.Radio.Loop;
        dongle.Unplugged += OnUnplugged;
    }

    /// <summary>Plugs the dongle in, answers the import, and carries requests until the client goes or the dongle is
    /// pulled.</summary>
    /// <param name="answer">OP_REP_IMPORT.</param>
    /// <param name="stop">Pulls it.</param>
    /// <exception cref="InvalidDataException">The client does not speak this protocol.</exception>
    public async Task RunAsync(byte[] answer, CancellationToken stop)
    {
        _dongle.Plug();
        Send(answer, [], []);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = ReadAsync(ending.Token);
        var writing = WriteAsync(ending.Token);
        await Task.WhenAny(reading, writing, _unplugged.Task);
        await ending.CancelAsync();
        await _stream.DisposeAsync();
        _dongle.Unplug();
        await _unplugged.Task;
        _dongle.Unplugged -= OnUnplugged;
        await writing;
        await reading;
    }

    public void Completed(Urb urb, UsbTransferStatus status, int length)
    {
        var request = (Request)urb.Tag!;
        _outstanding.Remove(request.Command.Sequence);
        if (request.UnlinkedBy is { } unlink && status == UsbTransferStatus.Cancelled)
        {
            AnswerUnlink(unlink, UsbIp.Unlinked);
            return;
        }

        Answer(request, urb, status, length);
        if (request.UnlinkedBy is { } late)
        {
            AnswerUnlink(late, 0);
        }
    }

    private void OnUnplugged() => _unplugged.TrySetResult();

    private async Task ReadAsync(CancellationToken stop)
    {
        var header = new byte[UsbIp.HeaderSize];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(header, stop);
                if (!UsbIpCommand.TryParse(header, out var command))
                {
                    throw new InvalidDataException($"No command of USB/IP: {Convert.ToHexStringLower(header)}.");
                }

                if (command.Code == UsbIpCommandCode.Unlink)
                {
                    _loop.Post((self, _) => ((UsbIpSession)self!).Unlink(command), this);
                }
                else
                {
                    var request = await ReadRequestAsync(command, stop);
                    _loop.Post(static (self, request) => ((UsbIpSession)self!).Submit((Request)request!), this, request);
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The client has gone, which is how a device is pulled, or this end was closed.
        }
    }

    // | header 48 | data | 16 for each isochronous packet |
    private async Task<Request> ReadRequestAsync(UsbIpCommand command, CancellationToken stop)
    {
        var isControl = (command.Endpoint & 0x0F) == 0;
        var data = isControl ? Urb.SetupSize : 0;
        var urb = new Urb(isControl ? (byte)0 : command.Endpoint, data + command.Length, this);
        if (isControl)
        {
            BinaryPrimitives.WriteUInt64BigEndian(urb.Buffer, command.Setup);
        }

        var octets = new byte[command.DataLength];
        await _stream.ReadExactlyAsync(octets, stop);
        octets.CopyTo(urb.Buffer[data..]);
        var packets = new byte[command.IsIsochronous ? command.Packets * UsbIp.IsochronousSize : 0];
        await _stream.ReadExactlyAsync(packets, stop);
        urb.IsochronousPackets = Math.Max(0, command.Packets);
        var request = new Request(command, urb, packets);
        urb.Tag = request;
        return request;
    }

    private void Submit(Request request)
    {
        if (_outstanding.Count >= MostOutstanding || !_outstanding.TryAdd(request.Command.Sequence, request))
        {
            Answer(request, request.Urb, UsbTransferStatus.Failed, 0);
            return;
        }

        _dongle.Submit(request.Urb, request.Urb.Buffer.Length);
    }

    private void Unlink(in UsbIpCommand command)
    {
        if (_outstanding.TryGetValue(command.Victim, out var request) && request.UnlinkedBy is null)
        {
            request.UnlinkedBy = command.Sequence;
            _dongle.Cancel(request.Urb);
        }
        else
        {
            // It has ended before: its answer is on the way.
            AnswerUnlink(command.Sequence, 0);
        }
    }

    private void Answer(Request request, Urb urb, UsbTransferStatus status, int length)
    {
        var command = request.Command;
        UsbIpReply.WriteSubmitted(_header, command, Status(status), length);
        var start = (command.Endpoint & 0x0F) == 0 ? Urb.SetupSize : 0;
        Send(_header, command.IsIn ? urb.Buffer.Slice(start, length) : [], request.AnswerPackets(status));
    }

    private void AnswerUnlink(uint sequence, int status)
    {
        UsbIpReply.WriteUnlinked(_header, sequence, status);
        Send(_header, [], []);
    }

    private static int Status(UsbTransferStatus status) => status switch
    {
        UsbTransferStatus.Completed => 0,
        UsbTransferStatus.Stalled => UsbIp.Stalled,
        UsbTransferStatus.Cancelled => UsbIp.Unlinked,
        UsbTransferStatus.Overflow => UsbIp.Overflow,
        UsbTransferStatus.Gone => UsbIp.NoDevice,
        _ => UsbIp.BusError,
    };

    private void Send(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data, ReadOnlySpan<byte> packets)
    {
        lock (_gate)
        {
            if (_isEnded || _gathered.Length > HardLimit)
            {
                _isEnded = true;
                return;
            }

            _gathered.Write(header);
            _gathered.Write(data);
            _gathered.Write(packets);
        }

        _pending.Writer.TryWrite(true);
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _pending.Reader.ReadAsync(stop);
                lock (_gate)
                {
                    (_gathered, _written) = (_written, _gathered);
                }

                await _stream.WriteAsync(_written.GetBuffer().AsMemory(0, (int)_written.Length), stop);
                _written.SetLength(0);
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            lock (_gate)
            {
                _isEnded = true;
            }
        }
    }

    private static bool IsEnd(Exception failure) =>
        failure is IOException or OperationCanceledException or ObjectDisposedException;

    private sealed class Request(UsbIpCommand command, Urb urb, byte[] packets)
    {
        public UsbIpCommand Command => command;

        public Urb Urb => urb;

        /// <summary>The sequence number of the command that unlinks it.</summary>
        public uint? UnlinkedBy { get; set; }

        // Offset and length stay; nothing came in, and everything went out.
        public ReadOnlySpan<byte> AnswerPackets(UsbTransferStatus status)
        {
            for (var at = 0; at < packets.Length; at += UsbIp.IsochronousSize)
            {
                var packet = packets.AsSpan(at);
                var went = command.IsIn || status != UsbTransferStatus.Completed ? 0 : BinaryPrimitives.ReadInt32BigEndian(packet[4..]);
                BinaryPrimitives.WriteInt32BigEndian(packet[8..], went);
                BinaryPrimitives.WriteInt32BigEndian(packet[12..], Status(status));
            }

            return packets;
        }
    }
}
