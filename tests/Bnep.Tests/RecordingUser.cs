using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.L2cap.Channels;

namespace HostStack.Bnep.Tests;

/// <summary>A frame as the user got it, copied.</summary>
internal sealed record ReceivedFrame(
    MacAddress Destination, MacAddress Source, EtherType Type, byte[] Payload, byte[] Extensions);

/// <summary>A profile that writes down what it hears, and answers as a test says.</summary>
internal sealed class RecordingUser : IBnepSessionUser
{
    /// <summary>The answer that is given at once; null: the test answers later.</summary>
    public SetupResponseCode? AnswerAtOnce { get; set; }

    public List<string> Events { get; } = [];

    public List<ReceivedFrame> Frames { get; } = [];

    public List<SetupOutcome> Outcomes { get; } = [];

    public List<(FilterKind Kind, FilterResponseCode Code)> FilterAnswers { get; } = [];

    public ChannelCloseReason? CloseReason { get; private set; }

    /// <summary>Called for every frame after it was written down.</summary>
    public Action<BnepSession>? OnFrame { get; set; }

    public Action<BnepSession>? OnOpened { get; set; }

    public void ChannelOpened(BnepSession session) => Events.Add("channel");

    public void SetupRequested(BnepSession session, BnepUuid destination, BnepUuid source)
    {
        Events.Add($"asked {destination} {source}");
        if (AnswerAtOnce is { } code)
        {
            session.Answer(code);
        }
    }

    public void SetupExpired(BnepSession session, BnepUuid destination, BnepUuid source) =>
        Events.Add($"expired {destination} {source}");

    public void SetupCompleted(BnepSession session, SetupOutcome outcome)
    {
        Events.Add("completed");
        Outcomes.Add(outcome);
    }

    public void Opened(BnepSession session)
    {
        Events.Add("opened");
        OnOpened?.Invoke(session);
    }

    public void Confirmed(BnepSession session) => Events.Add("confirmed");

    public void RoleChanged(BnepSession session, BnepUuid oldLocal, BnepUuid oldPeer) =>
        Events.Add($"roles {oldLocal} {oldPeer}");

    public void FrameReceived(BnepSession session, in EthernetFrame frame, ReadOnlySpan<byte> unknownExtensions)
    {
        Frames.Add(new(
            frame.Destination, frame.Source, frame.Type, frame.Payload.ToArray(), unknownExtensions.ToArray()));
        OnFrame?.Invoke(session);
    }

    public void FilterAnswered(BnepSession session, FilterKind kind, FilterResponseCode code) =>
        FilterAnswers.Add((kind, code));

    public void Writable(BnepSession session) => Events.Add("writable");

    public void Closed(BnepSession session, ChannelCloseReason reason)
    {
        Events.Add("closed");
        CloseReason = reason;
    }
}
