using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.L2cap.Tests.Rig;

/// <summary>One layer on one fake link: the test plays the peer, in octets.</summary>
internal sealed class L2capRig : IDisposable
{
    public static readonly Psm TestPsm = new(0x1001);

    private readonly ManualTime _time = new();

    public L2capRig(L2capOptions? options = null, LinkKind kind = LinkKind.BrEdr)
    {
        Loop = new EventLoop(_time, NullLogger.Instance);
        Layer = new L2capLayer(Loop.Timers, options ?? new L2capOptions(), NullLogger.Instance);
        Layer.Refused += Refusals.Add;
        Link.Kind = kind;
        Do(() => Layer.LinkUp(Link));
    }

    public EventLoop Loop { get; }

    public L2capLayer Layer { get; }

    public FakeAclLink Link { get; } = new();

    public List<L2capRefusal> Refusals { get; } = [];

    /// <summary>Observers of the channels that services took, oldest first.</summary>
    public List<RecordingObserver> Accepted { get; } = [];

    public L2capCounters Counters => Layer.Counters;

    /// <summary>Runs on the loop until nothing is left to do.</summary>
    public void Do(Action action)
    {
        Loop.Post((_, _) => action());
        while (Loop.Pump())
        {
            // Continuations may post more.
        }

        Assert.That(Loop.Faults, Is.Zero, "a handler threw");
    }

    public void Advance(TimeSpan by)
    {
        _time.Advance(by);
        Do(() => { });
    }

    public void Serve(Psm psm, ChannelOptions? options = null, bool accept = true) =>
        Do(() => Layer.Listen(new ServiceRegistration
        {
            Psm = psm,
            Options = options ?? new ChannelOptions(),
            Accept = channel =>
            {
                if (!accept)
                {
                    return null;
                }

                var observer = new RecordingObserver { Channel = channel };
                Accepted.Add(observer);
                return observer;
            },
        }));

    /// <summary>The peer sends one signalling PDU of these commands.</summary>
    public void Signal(string commands) => Receive(Link.Kind == LinkKind.Le ? (ushort)5 : (ushort)1, Octets(commands));

    /// <summary>The peer sends one PDU.</summary>
    public void Receive(ushort channel, ReadOnlySpan<byte> payload) => ReceiveRaw(Pdu(channel, payload));

    /// <summary>These octets come from the link as they are.</summary>
    public void ReceiveRaw(byte[] pdu) => Do(() => Layer.PduReceived(Link, pdu));

    /// <summary>The next command that was sent, without the basic header, in hexadecimal.</summary>
    public string TakeCommand()
    {
        Assert.That(Link.Sent, Is.Not.Empty, "nothing was sent");
        var pdu = Link.TakeSent();
        Assert.That(pdu[0] | (pdu[1] << 8), Is.EqualTo(pdu.Length - 4), "length field");
        Assert.That(pdu[2] | (pdu[3] << 8), Is.EqualTo(Link.Kind == LinkKind.Le ? 5 : 1), "signalling channel");
        return Convert.ToHexStringLower(pdu.AsSpan(4));
    }

    public void ExpectCommand(string expected) => Assert.That(TakeCommand(), Is.EqualTo(expected.Replace(" ", "", StringComparison.Ordinal)));

    public void ExpectNothing() => Assert.That(Link.Sent.Select(Convert.ToHexStringLower), Is.Empty);

    /// <summary>The peer (endpoint 0x0041) opens a channel to <see cref="TestPsm"/>; this side's endpoint is 0x0040.</summary>
    public RecordingObserver OpenIncoming(ChannelOptions? options = null)
    {
        Serve(TestPsm, options);
        Signal("0201 0400 0110 4100");
        ExpectCommand("0301 0800 4000 4100 0000 0000");
        Assert.That(TakeCommand(), Does.StartWith("040108004100"));
        Signal("0501 0600 4000 0000 0000");
        Signal("0402 0800 4000 0000 0102 9b06");
        ExpectCommand("0502 0a00 4100 0000 0000 0102 9b06");
        ExpectNothing();
        Assert.That(Accepted[^1].OpenedCount, Is.EqualTo(1));
        return Accepted[^1];
    }

    /// <summary>This side asks for a channel; the request (identifier 1, endpoint 0x0040) is taken from what was sent.</summary>
    public Task<ChannelOutcome> Connect(RecordingObserver observer, ChannelOptions? options = null, Psm? psm = null)
    {
        var outcome = StartConnect(observer, options, psm);
        TakeCommand();
        return outcome;
    }

    public Task<ChannelOutcome> StartConnect(RecordingObserver observer, ChannelOptions? options = null, Psm? psm = null)
    {
        Task<ChannelOutcome>? outcome = null;
        Do(() => outcome = Layer.ConnectAsync(Link, psm ?? TestPsm, options ?? new ChannelOptions(), observer));
        return outcome!;
    }

    /// <summary>This side asks for a channel and gets it, peer endpoint 0x0041.</summary>
    public RecordingObserver OpenOutgoing(ChannelOptions? options = null)
    {
        var observer = new RecordingObserver();
        var outcome = Connect(observer, options);
        Signal("0301 0800 4100 4000 0000 0000");
        Assert.That(TakeCommand(), Does.StartWith("04020800"));
        Signal("0502 0600 4000 0000 0000");
        Signal("0401 0800 4000 0000 0102 9b06");
        ExpectCommand("0501 0a00 4100 0000 0000 0102 9b06");
        Do(() => { });
        Assert.That(outcome.IsCompletedSuccessfully, Is.True);
        Assert.That(observer.OpenedCount, Is.EqualTo(1));
        return observer;
    }

    public static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Pdu(ushort channel, ReadOnlySpan<byte> payload) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)channel, (byte)(channel >> 8), .. payload];

    public void Dispose()
    {
        Do(() => Layer.LinkDown(Link, HciStatus.ConnectionTimeout));
        Assert.That(Layer.Pool.Rented, Is.Zero, "buffers are out");
        Layer.Dispose();
        Loop.Dispose();
    }
}
