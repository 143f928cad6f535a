using System.Buffers.Binary;
using System.Net.Sockets;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Usb;

namespace HostStack.Interop.Tests.Usb;

/// <summary>A client of USB/IP without a kernel, on a real socket: octets out, octets in.</summary>
internal sealed class UsbIpClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;

    private UsbIpClient(NetworkStream stream, Task serving)
    {
        _stream = stream;
        Serving = serving;
    }

    /// <summary>Ends when the server has served this client.</summary>
    public Task Serving { get; }

    public static async Task<UsbIpClient> ConnectAsync(UsbIpServer server, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("hs-usbip-").FullName;
        var endpoint = new UnixDomainSocketEndPoint(Path.Combine(folder, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endpoint);
        listener.Listen(1);
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await near.ConnectAsync(endpoint, stop);
        var far = await listener.AcceptAsync(stop);
        Directory.Delete(folder, recursive: true);
        var serving = server.ServeAsync(new NetworkStream(far, ownsSocket: true), stop);
        return new UsbIpClient(new NetworkStream(near, ownsSocket: true), serving);
    }

    public async Task SendAsync(string hex, CancellationToken stop) =>
        await _stream.WriteAsync(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)), stop);

    public async Task<string> ReceiveAsync(int count, CancellationToken stop)
    {
        var octets = new byte[count];
        await _stream.ReadExactlyAsync(octets, stop);
        return Convert.ToHexStringLower(octets);
    }

    /// <summary>Imports 1-1.</summary>
    /// <returns>What the server says of it.</returns>
    public async Task<string> ImportAsync(CancellationToken stop)
    {
        await SendAsync("0111 8003 00000000 312d31" + new string('0', 58), stop);
        Assert.That(await ReceiveAsync(8, stop), Is.EqualTo("0111000300000000"));
        return await ReceiveAsync(312, stop);
    }

    /// <summary>Submits a request block: no flags, not isochronous.</summary>
    public Task SubmitAsync(uint sequence, byte endpoint, int length, CancellationToken stop, string setup = "0000000000000000", string data = "") =>
        SendAsync($"00000001 {sequence:x8} 00010002 {endpoint >> 7:x8} {endpoint & 0xF:x8} 00000000 {length:x8} 00000000 ffffffff 00000000 {setup}{data}", stop);

    public Task UnlinkAsync(uint sequence, uint victim, CancellationToken stop) =>
        SendAsync($"00000002 {sequence:x8} 00010002 00000000 00000000 {victim:x8}" + new string('0', 48), stop);

    /// <summary>The next answer: <c>submitted 7 0 0e04…</c> or <c>unlinked 9 -104</c>: sequence, status, data.</summary>
    /// <param name="isIn">Whether data comes with it.</param>
    /// <param name="stop">Ends the test.</param>
    public async Task<string> AnswerAsync(bool isIn, CancellationToken stop)
    {
        var header = new byte[UsbIp.HeaderSize];
        await _stream.ReadExactlyAsync(header, stop);
        var (code, sequence, status, actual) = (Word(0), Word(4), Word(20), Word(24));
        if (code == 4)
        {
            return $"unlinked {sequence} {status}";
        }

        Assert.That(code, Is.EqualTo(3));
        return $"submitted {sequence} {status} {(isIn ? await ReceiveAsync(actual, stop) : $"({actual})")}".TrimEnd();

        int Word(int offset) => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(offset));
    }

    /// <summary>Whether the server has closed the stream, with nothing left in it.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken stop)
    {
        try
        {
            return await _stream.ReadAsync(new byte[1], stop) == 0;
        }
        catch (IOException)
        {
            return true;    // Closed with octets of ours that nobody has read.
        }
    }

    public void Close() => _stream.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await Serving;
    }

    /// <summary>A dongle on a radio of its own, in real time.</summary>
    public static (VirtualRadio Radio, UsbDongle Dongle, UsbIpServer Server) NewServer()
    {
        var radio = new VirtualRadio();
        radio.Start();
        var dongle = new UsbDongle(radio.Add());
        return (radio, dongle, new UsbIpServer(new UsbIpExport(dongle)));
    }
}
