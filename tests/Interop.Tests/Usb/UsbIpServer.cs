using System.Buffers.Binary;

namespace HostStack.Interop.Tests.Usb;

/// <summary>Exports dongles by USB/IP, to one client a stream: a list of the devices, or one device until the stream ends,
/// which pulls it.</summary>
internal sealed class UsbIpServer(params UsbIpExport[] exports)
{
    private const ushort ListReply = 0x0005;
    private const ushort ImportReply = 0x0003;

    /// <summary>Serves one client to its end, and closes the stream.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="stop">Ends it: the device is pulled.</param>
    /// <exception cref="InvalidDataException">The client does not speak this protocol.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken stop)
    {
        await using (stream)
        {
            try
            {
                await AnswerAsync(stream, stop);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client is gone, or the server ends: both pull the device and nothing else.
            }
        }
    }

    private async Task AnswerAsync(Stream stream, CancellationToken stop)
    {
        var head = new byte[UsbIpOperationHeader.Size];
        await stream.ReadExactlyAsync(head, stop);
        if (!UsbIpOperationHeader.TryParse(head, out var header))
        {
            throw new InvalidDataException($"No request of USB/IP 1.1.1: {Convert.ToHexStringLower(head)}.");
        }

        if (header.Operation == UsbIpOperation.ListDevices)
        {
            byte[] count = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(count, exports.Length);
            await stream.WriteAsync(
                (byte[])[.. Head(ListReply, 0), .. count, .. exports.SelectMany(static export => export.DescribeWithInterfaces())], stop);
            return;
        }

        var field = new byte[UsbIp.BusIdSize];
        await stream.ReadExactlyAsync(field, stop);
        if (!UsbIpText.TryRead(field, out var busId) || Array.Find(exports, export => export.BusId == busId) is not { } export)
        {
            await stream.WriteAsync(Head(ImportReply, 1), stop);
            return;
        }

        await new UsbIpSession(export.Dongle, stream).RunAsync([.. Head(ImportReply, 0), .. export.Describe()], stop);
    }

    private static byte[] Head(ushort code, byte status) => [UsbIp.Version >> 8, UsbIp.Version & 0xFF, (byte)(code >> 8), (byte)code, 0, 0, 0, status];
}
