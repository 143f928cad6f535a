using System.Net;
using HostStack.Replay.Engine;

namespace HostStack.Replay.Scripted;

/// <summary>One thing that a scripted peer did or saw.</summary>
/// <param name="FromPeer">Whether the peer sent it.</param>
/// <param name="Sentence">What it was.</param>
public sealed record ScriptLine(bool FromPeer, string Sentence);

/// <summary>What the peer of a trace would have done next, had it not been refused: it configures the channel, sets BNEP
/// up as PANU and pings. It speaks from octets of the specifications and checks what comes back octet by octet.</summary>
internal sealed class ScriptedPanuPeer
{
    private const byte FirstIdentifier = 0x70;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeArp = 0x0806;
    private const ulong Broadcast = 0xFFFF_FFFF_FFFF;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ReplayRun _run;
    private readonly ReplayTransport _transport;
    private readonly IReplayClock _clock;
    private readonly AcceptedWhereRefused _channel;
    private readonly List<ScriptLine> _lines = [];

    public ScriptedPanuPeer(ReplayRun run, ReplayTransport transport, IReplayClock clock, AcceptedWhereRefused channel)
    {
        _run = run;
        _transport = transport;
        _clock = clock;
        _channel = channel;
    }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<ScriptLine> Lines => _lines;

    /// <summary>Plays the script.</summary>
    /// <param name="destination">The service to set up, 0x1117 for GN.</param>
    /// <param name="peerMac">The peer's address on the network.</param>
    /// <param name="peerAddress">Its IPv4 address.</param>
    /// <param name="hostAddress">The address that it pings.</param>
    /// <returns>Whether the ping was answered.</returns>
    public bool Play(ushort destination, ulong peerMac, IPAddress peerAddress, IPAddress hostAddress)
    {
        if (!Configure())
        {
            return false;
        }

        Send($"BNEP setup request, destination 0x{destination:X4}, source 0x1115", PeerOctets.BnepSetup(destination));
        if (Await("BNEP setup response", static payload => payload is [0x01, 0x02, ..]) is not [0x01, 0x02, 0x00, 0x00, ..])
        {
            return Fail("BNEP setup was not answered with 0x0000");
        }

        Send($"ARP: who has {hostAddress}?", PeerOctets.General(Broadcast, peerMac, EtherTypeArp, PeerOctets.ArpRequest(peerMac, peerAddress, hostAddress)));
        if (Await("ARP reply", payload => Carries(payload, EtherTypeArp, static arp => arp.Length >= 28 && arp[7] == 2)) is not { } reply)
        {
            return Fail("no ARP reply came");
        }

        var arp = Body(reply);
        var hostMac = arp[8..14].Aggregate(0UL, static (mac, octet) => (mac << 8) | octet);
        Send($"ICMP echo request to {hostAddress}", PeerOctets.General(hostMac, peerMac, EtherTypeIPv4, PeerOctets.EchoRequest(peerAddress, hostAddress, 1)));
        return Await("ICMP echo reply", payload => Carries(payload, EtherTypeIPv4, static ip => ip.Length >= 28 && ip[9] == 1 && ip[20] == 0)) is not null
            || Fail("no ICMP echo reply came");
    }

    private bool Configure()
    {
        _lines.Add(new(true, "L2CAP configuration request, MTU 1691"));
        _transport.DeliverPdu(_channel.Handle, PeerOctets.ConfigurationRequest(FirstIdentifier, _channel.HostChannel));
        var (requested, accepted) = (false, false);
        for (var round = 0; round < 4 && !(requested && accepted); round++)
        {
            Wait();
            while (_run.Beyond.TryDequeue(out var item))
            {
                var view = new L2capView(item.Octets);
                if (view.Code == L2capView.ConfigurationResponse && view.Field(2) == 0)
                {
                    accepted = true;
                    _lines.Add(new(false, "L2CAP configuration response: success"));
                }
                else if (view.Code == L2capView.ConfigurationRequest)
                {
                    requested = true;
                    _lines.Add(new(false, "L2CAP configuration request"));
                    _transport.DeliverPdu(_channel.Handle, PeerOctets.ConfigurationResponse(view.Identifier, _channel.HostChannel));
                }
            }
        }

        Wait();
        return (requested && accepted) || Fail("the channel was not configured");
    }

    private void Send(string sentence, byte[] payload)
    {
        _lines.Add(new(true, sentence));
        _transport.DeliverPdu(_channel.Handle, PeerOctets.Data(_channel.HostChannel, payload));
    }

    private byte[]? Await(string sentence, Func<byte[], bool> matches)
    {
        for (var round = 0; round < 2; round++)
        {
            if (round == 0)
            {
                _run.Settle();
            }
            else
            {
                Wait();
            }

            while (_run.Beyond.TryDequeue(out var item))
            {
                var view = new L2capView(item.Octets);
                if (!view.IsSignal && view.Cid == _channel.PeerChannel && view.Payload.ToArray() is var payload && matches(payload))
                {
                    _lines.Add(new(false, sentence));
                    return payload;
                }
            }
        }

        return null;
    }

    private void Wait()
    {
        _clock.Advance(Patience);
        _run.Settle();
    }

    private bool Fail(string sentence)
    {
        _lines.Add(new(false, sentence));
        return false;
    }

    // All four forms of a data frame without extension headers: header lengths 15, 3, 9, 9 (BNEP 1.0, 2.5, 2.7 to 2.9).
    private static int HeaderLength(byte[] payload) => payload.Length == 0 ? -1 : payload[0] switch
    {
        0x00 => 15,
        0x02 => 3,
        0x03 or 0x04 => 9,
        _ => -1,
    };

    private static byte[] Body(byte[] payload) => payload[HeaderLength(payload)..];

    private static bool Carries(byte[] payload, ushort type, Func<byte[], bool> body)
    {
        var header = HeaderLength(payload);
        return header > 0 && payload.Length >= header && ((payload[header - 2] << 8) | payload[header - 1]) == type && body(payload[header..]);
    }
}
