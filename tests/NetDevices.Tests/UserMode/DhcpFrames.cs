using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>A client's side of DHCP (RFC 2131), as far as a lease needs it.</summary>
internal static class DhcpFrames
{
    public const byte Discover = 1;
    public const byte Offer = 2;
    public const byte Request = 3;
    public const byte Ack = 5;

    private const int ServerPort = 67;
    private const int ClientPort = 68;
    private const int Options = 240;
    private const int Size = 300;
    private static readonly byte[] Cookie = [99, 130, 83, 99];

    public static bool Send(FrameClient client, MacAddress mac, uint transaction, byte type, IPAddress? wanted = null)
    {
        var message = new byte[Size];
        message[0] = 1;
        message[1] = 1;
        message[2] = MacAddress.Size;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), transaction);
        mac.Write(message.AsSpan(28));
        Cookie.CopyTo(message, Options - Cookie.Length);
        byte[] options = wanted is null
            ? [53, 1, type, 255]
            : [53, 1, type, 50, 4, .. wanted.GetAddressBytes(), 255];
        options.CopyTo(message, Options);
        return client.SendUdp(
            mac, MacAddress.Broadcast, new IPEndPoint(IPAddress.Any, ClientPort), new IPEndPoint(IPAddress.Broadcast, ServerPort), message);
    }

    /// <summary>Gets a lease in four messages, or fails.</summary>
    public static async Task<DhcpLease> LeaseAsync(FrameClient client, MacAddress mac, uint transaction)
    {
        Send(client, mac, transaction, Discover);
        var offer = await NextAsync(client, transaction, Offer);
        Send(client, mac, transaction, Request, offer.Address);
        var lease = await NextAsync(client, transaction, Ack);
        Assert.That(lease, Is.EqualTo(offer));
        return lease;
    }

    private static async Task<DhcpLease> NextAsync(FrameClient client, uint transaction, byte type)
    {
        DhcpLease? lease = null;
        await client.NextAsync(octets => TryRead(octets, transaction, type, out lease), type == Offer ? "DHCP offer" : "DHCP answer");
        return lease!;
    }

    private static bool TryRead(byte[] octets, uint transaction, byte type, out DhcpLease? lease)
    {
        lease = null;
        if (!FrameClient.TryReadUdp(octets, ClientPort, out var message)
            || message.Length <= Options
            || BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)) != transaction)
        {
            return false;
        }

        var options = new Dictionary<byte, byte[]>();
        for (var i = Options; i + 1 < message.Length && message[i] != 255; i += message[i] == 0 ? 1 : 2 + message[i + 1])
        {
            if (message[i] != 0)
            {
                options[message[i]] = message.AsSpan(i + 2, message[i + 1]).ToArray();
            }
        }

        lease = new DhcpLease(
            new IPAddress(message.AsSpan(16, 4)), Address(options, 1), Address(options, 3), Address(options, 6), Text(options, 15));
        return options[53][0] == type;
    }

    private static IPAddress? Address(Dictionary<byte, byte[]> options, byte code) =>
        options.TryGetValue(code, out var octets) ? new IPAddress(octets) : null;

    private static string? Text(Dictionary<byte, byte[]> options, byte code) =>
        options.TryGetValue(code, out var octets) ? System.Text.Encoding.ASCII.GetString(octets) : null;
}

/// <summary>What a DHCP server gave.</summary>
internal sealed record DhcpLease(IPAddress Address, IPAddress? Mask, IPAddress? Router, IPAddress? NameServer, string? Domain);
