using HostStack.Hci.Transport;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Tests.Rig;

/// <summary>A host without a stack: octets in, octets out, kept as hexadecimal text.</summary>
internal sealed class RawHost : IHciTransportSink, IAsyncDisposable
{
    private readonly IHciTransport _transport;

    private RawHost(IHciTransport transport)
    {
        _transport = transport;
        transport.Start(this);
    }

    /// <summary>Everything received, oldest first, type octet included.</summary>
    public List<string> Received { get; } = [];

    /// <summary>The octets of all events and data, for traces: <c>&lt; 01...</c> and <c>&gt; 04...</c>.</summary>
    public List<string> Trace { get; } = [];

    public bool IsClosed { get; private set; }

    public Exception? Failure { get; private set; }

    public string? Framing { get; private set; }

    public bool Keep { get; set; } = true;

    public long ReceivedCount { get; private set; }

    public static RawHost Open(SimulatedController controller)
    {
        var opening = controller.Source.OpenAsync(CancellationToken.None);
        Assert.That(opening.IsCompletedSuccessfully, "opening a virtual controller needs no wait");
#pragma warning disable VSTHRD002, VSTHRD104 // Complete already.
        return new RawHost(opening.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002, VSTHRD104
    }

    public void Send(string hex)
    {
        var octets = Hex(hex);
        Trace.Add("< " + Convert.ToHexStringLower(octets));
        _transport.Send(octets);
    }

    public void SendRaw(ReadOnlySpan<byte> packet) => _transport.Send(packet);

    /// <summary>What came since the last call, oldest first.</summary>
    public string[] Take()
    {
        var taken = Received.ToArray();
        Received.Clear();
        return taken;
    }

    /// <summary>The first packet that starts with these octets, removed; fails where there is none.</summary>
    public string Take(string prefix)
    {
        var text = Convert.ToHexStringLower(Hex(prefix));
        var index = Received.FindIndex(packet => packet.StartsWith(text, StringComparison.Ordinal));
        Assert.That(index, Is.Not.Negative, $"no packet begins with {text}; received:\n{string.Join('\n', Received)}");
        var found = Received[index];
        Received.RemoveAt(index);
        return found;
    }

    public bool Has(string prefix) =>
        Received.Exists(packet => packet.StartsWith(Convert.ToHexStringLower(Hex(prefix)), StringComparison.Ordinal));

    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        ReceivedCount++;
        if (Keep)
        {
            var text = Convert.ToHexStringLower(packet);
            Received.Add(text);
            Trace.Add("> " + text);
        }
    }

    public void FramingLost(string detail) => Framing = detail;

    public void Closed(Exception? failure)
    {
        IsClosed = true;
        Failure = failure;
    }

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));
}
