using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

/// <summary>A host on a pumped loop over a scripted controller.</summary>
internal sealed class HostRig : IAsyncDisposable
{
    public static readonly BdAddr Peer = BdAddr.Parse("5C:F3:70:66:12:34");
    public static readonly byte[] PeerOctets = [0x34, 0x12, 0x66, 0x70, 0xF3, 0x5C];

    public HostRig(HciOptions? options = null)
    {
        Loop = new EventLoop(Time);
        Transport = new FakeHciTransport();
        Controller = new ScriptedController(Transport);
        User = new RecordingUser();
        Observer = new RecordingObserver();
        Security = new FakeLinkSecurity();
        Host = new HciHost(Loop, options ?? new HciOptions(), User, _ => Security, Observer, Log);
    }

    public ManualTime Time { get; } = new();

    public EventLoop Loop { get; }

    public FakeHciTransport Transport { get; }

    public ScriptedController Controller { get; }

    public RecordingUser User { get; }

    public RecordingObserver Observer { get; }

    public FakeLinkSecurity Security { get; }

    public KeptLines Log { get; } = new();

    public HciHost Host { get; }

    /// <summary>Callbacks that the test lets throw.</summary>
    public int ExpectedFaults { get; set; }

    public Task Open()
    {
        var opening = Run(() => Host.OpenAsync(Transport));
        return opening;
    }

    /// <summary>Starts a procedure on the loop and pumps until nothing is left to do.</summary>
    public Task<T> Run<T>(Func<Task<T>> procedure)
    {
        var task = Loop.RunAsync(procedure);
        Pump();
        return task;
    }

    public Task Run(Func<Task> procedure)
    {
        var task = Loop.RunAsync(procedure);
        Pump();
        return task;
    }

    /// <summary>Does something on the loop, as every caller of a link does.</summary>
    public void Do(Action action)
    {
        Loop.Post(static (action, _) => ((Action)action!)(), action);
        Pump();
    }

    public void Pump()
    {
        while (Loop.Pump())
        {
            // Until nothing is left to do.
        }
    }

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Pump();
    }

    public void Event(byte code, params ReadOnlySpan<byte> parameters)
    {
        Controller.Event(code, parameters);
        Pump();
    }

    public void Deliver(params ReadOnlySpan<byte> packet)
    {
        Transport.Deliver(packet);
        Pump();
    }

    /// <summary>Connection Complete of success for the peer.</summary>
    public void ConnectionComplete(ushort handle = 0x000B, byte status = 0x00, byte[]? peer = null) =>
        Event(0x03, [status, (byte)handle, (byte)(handle >> 8), .. peer ?? PeerOctets, 0x01, 0x00]);

    public void ConnectionRequest(byte[]? peer = null, byte linkType = 0x01) =>
        Event(0x04, [.. peer ?? PeerOctets, 0x00, 0x01, 0x02, linkType]);

    public void Disconnected(ushort handle = 0x000B, byte reason = 0x13) =>
        Event(0x05, 0x00, (byte)handle, (byte)(handle >> 8), reason);

    /// <summary>Opens, and lets the peer connect.</summary>
    public IAclLink Link(ushort handle = 0x000B)
    {
        _ = Open();
        ConnectionRequest();
        ConnectionComplete(handle);
        return User.Up[^1];
    }

    public async ValueTask DisposeAsync()
    {
        Transport.Closing = Task.CompletedTask;
        var closing = Run(Host.CloseAsync);
        for (var i = 0; i < 10 && !closing.IsCompleted; i++)
        {
            Advance(TimeSpan.FromSeconds(5));
        }

        Assert.That(closing.IsCompleted, Is.True, "the host closes");
        await closing;
        Assert.That(Loop.Faults, Is.EqualTo(ExpectedFaults), "no callback threw");
        Loop.Dispose();
        await Transport.DisposeAsync();
    }
}

/// <summary>The layer above: keeps what it is told.</summary>
internal sealed class RecordingUser : IAclLinkUser
{
    public List<IAclLink> Up { get; } = [];

    public List<(IAclLink Link, HciStatus Reason)> Down { get; } = [];

    public List<byte[]> Pdus { get; } = [];

    public long PduCount { get; private set; }

    public bool KeepPdus { get; set; } = true;

    public int Ready { get; private set; }

    public int SecurityChanges { get; private set; }

    /// <summary>What the layer does with what it hears, after it was kept: it may throw.</summary>
    public Action<IAclLink>? Then { get; set; }

    public void LinkUp(IAclLink link)
    {
        Up.Add(link);
        Then?.Invoke(link);
    }

    public void PduReceived(IAclLink link, ReadOnlySpan<byte> pdu)
    {
        PduCount++;
        if (KeepPdus)
        {
            Pdus.Add(pdu.ToArray());
        }
    }

    public void EgressReady(IAclLink link) => Ready++;

    public void SecurityChanged(IAclLink link)
    {
        SecurityChanges++;
        Then?.Invoke(link);
    }

    public void LinkDown(IAclLink link, HciStatus reason)
    {
        Down.Add((link, reason));
        Then?.Invoke(link);
    }
}

internal sealed class RecordingObserver : IHciHostObserver
{
    public List<string> Told { get; } = [];

    /// <summary>What the observer does with what it hears, after it was kept: it may throw.</summary>
    public Action? Then { get; set; }

    public void ControllerWarning(string sentence) => Hear("warning: " + sentence);

    public void ControllerResetting(string cause) => Hear("resetting: " + cause);

    public void ControllerRecovered() => Hear("recovered");

    public void ControllerFailed(string sentence) => Hear("failed: " + sentence);

    private void Hear(string told)
    {
        Told.Add(told);
        Then?.Invoke();
    }
}

internal sealed class FakeLinkSecurity : ILinkSecurity
{
    public List<ISecuredLink> Open { get; } = [];

    public List<EventCode> Events { get; } = [];

    public TaskCompletionSource<SecurityShortfall>? Ensuring { get; set; }

    public bool HandleEvent(EventCode code, ReadOnlySpan<byte> parameters)
    {
        Events.Add(code);
        return code == EventCode.LinkKeyRequest;
    }

    public void LinkOpened(ISecuredLink link) => Open.Add(link);

    public void LinkClosed(ISecuredLink link) => Open.Remove(link);

    public Task<SecurityShortfall> EnsureAsync(ISecuredLink link, SecurityRequirement requirement) =>
        Ensuring?.Task ?? Task.FromResult(SecurityShortfall.None);

    public SecurityShortfall Check(ISecuredLink link, SecurityRequirement requirement) => SecurityShortfall.NotEncrypted;
}
