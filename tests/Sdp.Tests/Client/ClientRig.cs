using HostStack.Hci.Loop;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Client;
using HostStack.Testing;

namespace HostStack.Sdp.Tests.Client;

/// <summary>A client on a fake channel, on a loop that the test pumps.</summary>
internal sealed class ClientRig
{
    public ClientRig(int mtu = 672, bool open = true)
    {
        Time = new ManualTime();
        Loop = new EventLoop(Time);
        Client = new SdpClient(Loop.Timers);
        Channel = new FakeL2capChannel(new FakeAclLink(), Psm.Sdp, isInitiator: true, mtu);
        if (open)
        {
            Observer.Opened(Channel);
        }
    }

    public ManualTime Time { get; }

    public EventLoop Loop { get; }

    public SdpClient Client { get; }

    public FakeL2capChannel Channel { get; }

    public IChannelObserver Observer => Client;

    /// <summary>Starts a query on the loop.</summary>
    public Task<T> Start<T>(Func<SdpClient, Task<T>> query)
    {
        var task = Loop.RunAsync(() => query(Client));
        Pump();
        return task;
    }

    public void Pump()
    {
        while (Loop.Pump())
        {
        }
    }

    /// <summary>The one request that was sent since the last look.</summary>
    public string TakeRequest()
    {
        Assert.That(Channel.Sent, Has.Count.EqualTo(1));
        return Hex.Of(Channel.TakeSent());
    }

    public void Receive(string pdu)
    {
        Loop.Post((_, _) => Observer.Received(Channel, Hex.Parse(pdu)));
        Pump();
    }

    /// <summary>Answers the last request, whatever its transaction.</summary>
    public void Answer(byte id, string parameters)
    {
        var request = TakeRequest();
        Receive(Pdu(id, request[2..6], parameters));
    }

    public static string Pdu(byte id, string transaction, string parameters)
    {
        var octets = Hex.Parse(parameters);
        return $"{id:X2}{transaction}{octets.Length:X4}{Hex.Of(octets)}";
    }

    /// <summary>What a finished query gave.</summary>
    public static T Result<T>(Task<T> task)
    {
        Assert.That(task.IsCompleted, Is.True, "the query has not ended");
#pragma warning disable VSTHRD002 // The task has ended.
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
