using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.L2cap.Channels;
using HostStack.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Bnep.Tests;

/// <summary>One session on a channel that keeps what is sent, and a clock that the test moves.</summary>
internal sealed class SessionRig
{
    private readonly TimerQueue _timers;

    public SessionRig(
        bool isInitiator = false,
        BnepSessionOptions? options = null,
        int mtu = 1691,
        MacAddress? local = null,
        MacAddress? peer = null,
        BnepMetrics? metrics = null)
    {
        _timers = new TimerQueue(Time);
        Channel = new FakeL2capChannel(new FakeAclLink(), Psm.Bnep, isInitiator, mtu);
        Session = new BnepSession(
            local ?? Golden.DeviceA, peer ?? Golden.DeviceB, options ?? new(), _timers, User, NullLogger.Instance, metrics);
    }

    public ManualTime Time { get; } = new();

    public RecordingUser User { get; } = new();

    public FakeL2capChannel Channel { get; }

    public BnepSession Session { get; }

    public IChannelObserver Observer => Session;

    /// <summary>A responder whose peer is a PANU of its NAP, with an empty channel.</summary>
    public static SessionRig OpenResponder(
        BnepSessionOptions? options = null, int mtu = 1691, MacAddress? local = null, MacAddress? peer = null)
    {
        var rig = new SessionRig(isInitiator: false, options, mtu, local, peer);
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Open();
        rig.Receive("01 01 02 1116 1115");
        return rig.Cleared();
    }

    /// <summary>An initiator that is a PANU of its peer's NAP, with an empty channel.</summary>
    public static SessionRig OpenInitiator(
        BnepSessionOptions? options = null, int mtu = 1691, MacAddress? local = null, MacAddress? peer = null)
    {
        var rig = new SessionRig(isInitiator: true, options, mtu, local, peer);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu);
        rig.Receive("01 02 0000");
        return rig.Cleared();
    }

    public void Open() => Observer.Opened(Channel);

    public void Receive(string octets) => Receive(Golden.Octets(octets));

    public void Receive(ReadOnlySpan<byte> octets) => Observer.Received(Channel, octets);

    public void Close(ChannelCloseReason reason = ChannelCloseReason.RemoteRequest) => Observer.Closed(Channel, reason);

    public void Advance(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        _timers.RunDue();
    }

    /// <summary>What was sent since the last call, as hexadecimal text, one packet an entry.</summary>
    public string[] TakeSent()
    {
        var sent = Channel.Sent.Select(Convert.ToHexString).ToArray();
        Channel.Sent.Clear();
        return sent;
    }

    public BnepSendResult Send(
        MacAddress destination, MacAddress source, ushort type, string payload = "", string extensions = "") =>
        Session.Send(
            new EthernetFrame(destination, source, new EtherType(type), Golden.Octets(payload)), Golden.Octets(extensions));

    private SessionRig Cleared()
    {
        User.AnswerAtOnce = null;
        User.Events.Clear();
        User.Outcomes.Clear();
        Channel.Sent.Clear();
        return this;
    }
}
