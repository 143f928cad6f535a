using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.L2cap.Tests.Rig;

/// <summary>Two layers back to back, each with a service on <see cref="L2capRig.TestPsm"/>. One loop, one clock.</summary>
internal sealed class TwoLayers : IDisposable
{
    private readonly ManualTime _time = new();

    public TwoLayers(ChannelOptions? service = null, L2capOptions? options = null)
    {
        Loop = new EventLoop(_time, NullLogger.Instance);
        Layers = [Make(options), Make(options)];
        Links = [new LinkedAclLink(), new LinkedAclLink()];
        Accepted = [[], []];
        for (var side = 0; side < 2; side++)
        {
            var mine = Accepted[side];
            Layers[side].Listen(new ServiceRegistration
            {
                Psm = L2capRig.TestPsm,
                Options = service ?? new ChannelOptions(),
                Accept = channel =>
                {
                    mine.Add(new RecordingObserver { Channel = channel });
                    return mine[^1];
                },
            });
        }

        Do(() =>
        {
            Layers[0].LinkUp(Links[0]);
            Layers[1].LinkUp(Links[1]);
        });
    }

    public EventLoop Loop { get; }

    public L2capLayer[] Layers { get; }

    public LinkedAclLink[] Links { get; }

    /// <summary>Observers of the channels that each side's service took.</summary>
    public List<RecordingObserver>[] Accepted { get; }

    /// <summary>Runs on the loop until nothing is left to do.</summary>
    public void Do(Action action)
    {
        Loop.Post((_, _) => action());
        while (Loop.Pump())
        {
            // Continuations may post more.
        }
    }

    /// <summary>Carries one PDU over, if there is one.</summary>
    public bool CarryOne(int from, Func<byte[], byte[]>? change = null)
    {
        if (!Links[from].Outbox.TryDequeue(out var pdu))
        {
            return false;
        }

        pdu = change?.Invoke(pdu) ?? pdu;
        Do(() => Layers[1 - from].PduReceived(Links[1 - from], pdu));
        return true;
    }

    /// <summary>Carries everything over, until both sides are silent.</summary>
    public void CarryAll(int limit = 10_000)
    {
        while ((CarryOne(0) | CarryOne(1)) && --limit > 0)
        {
            // Answers make more to carry.
        }

        Assert.That(limit, Is.Positive, "the two sides never fall silent");
    }

    public Task<ChannelOutcome> Connect(int side, RecordingObserver observer, ChannelOptions? options = null)
    {
        Task<ChannelOutcome>? outcome = null;
        Do(() => outcome = Layers[side].ConnectAsync(Links[side], L2capRig.TestPsm, options ?? new ChannelOptions(), observer));
        return outcome!;
    }

    public void Advance(TimeSpan by)
    {
        _time.Advance(by);
        Do(() => { });
    }

    public void LinkDown() => Do(() =>
    {
        for (var side = 0; side < 2; side++)
        {
            Layers[side].LinkDown(Links[side], HciStatus.ConnectionTimeout);
            Links[side].Outbox.Clear();
        }
    });

    public void Dispose()
    {
        LinkDown();
        Assert.That(Loop.Faults, Is.Zero, "a handler threw");
        foreach (var layer in Layers)
        {
            Assert.That(layer.Pool.Rented, Is.Zero, "buffers are out");
            layer.Dispose();
        }

        Loop.Dispose();
    }

    private L2capLayer Make(L2capOptions? options) => new(Loop.Timers, options ?? new L2capOptions(), NullLogger.Instance);
}
