using System.Threading.Channels;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>Collects completions for a test that waits for them.</summary>
internal sealed class Completions : IUsbTransferUser
{
    private readonly Channel<Completion> _told = Channel.CreateBounded<Completion>(256);

    /// <summary>Runs within each completion.</summary>
    public Action<IUsbTransfer, UsbTransferStatus>? Then { get; set; }

    public void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        var told = new Completion(transfer, status, length, transfer.Buffer[..length].ToArray(), Thread.CurrentThread.Name);
        Then?.Invoke(transfer, status);
        Assert.That(_told.Writer.TryWrite(told), Is.True, "too many completions");
    }

    /// <summary>The next one.</summary>
    public async Task<Completion> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _told.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Whether one has come that nobody took.</summary>
    public bool HasMore => _told.Reader.TryPeek(out _);
}

internal sealed record Completion(IUsbTransfer Transfer, UsbTransferStatus Status, int Length, byte[] Octets, string? Thread);
