using HostStack.Hci.Links;
using HostStack.L2cap.Channels;

namespace HostStack.Pan.Tests.Rig;

/// <summary>A server that answers BNEP octets by a script.</summary>
internal sealed class ScriptedServer : IChannelObserver
{
    private readonly RigNet _net;
    private readonly Func<byte[], byte[]?> _answer;
    private readonly bool _thenClose;

    private ScriptedServer(RigNet net, Func<byte[], byte[]?> answer, bool thenClose)
    {
        _net = net;
        _answer = answer;
        _thenClose = thenClose;
    }

    public int Requests { get; private set; }

    public static ScriptedServer Listen(RigNet net, RigHost host, Func<byte[], byte[]?> answer, bool thenClose)
    {
        var server = new ScriptedServer(net, answer, thenClose);
        host.Listen(new ServiceRegistration { Psm = Psm.Bnep, Accept = _ => server });
        return server;
    }

    public void Opened(IL2capChannel channel)
    {
    }

    public void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
    {
        Requests++;
        if (_answer(sdu.ToArray()) is not { } answer)
        {
            return;
        }

        var buffer = channel.Rent();
        answer.CopyTo(buffer.Append(answer.Length));
        channel.Send(buffer, EgressClass.Control);
        if (_thenClose)
        {
            var timer = _net.Loop.Timers.Create(channel.Disconnect);
            timer.Arm(TimeSpan.FromMilliseconds(5));
        }
    }

    public void Writable(IL2capChannel channel)
    {
    }

    public void Closed(IL2capChannel channel, ChannelCloseReason reason)
    {
    }
}
