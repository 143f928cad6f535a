using HostStack.Hci.Links;

namespace HostStack.Hci.Tests.Links;

/// <summary>The whole table: what is not written here is ignored.</summary>
[TestFixture]
public sealed class LinkTableTests
{
    private static readonly Dictionary<(LinkPhase, LinkInput), (LinkPhase, LinkActions)> Expected = new()
    {
        [(LinkPhase.Paging, LinkInput.PeerRequested)] = (LinkPhase.Crossing, LinkActions.Accept | LinkActions.ArmTimer),
        [(LinkPhase.Paging, LinkInput.AttemptFailed)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Paging, LinkInput.Completed)] = (LinkPhase.Up, LinkActions.AnnounceUp),
        [(LinkPhase.Paging, LinkInput.CloseRequested)] = (LinkPhase.Canceling, LinkActions.CancelPage | LinkActions.ArmTimer),
        [(LinkPhase.Paging, LinkInput.GaveUp)] = (LinkPhase.Canceling, LinkActions.CancelPage | LinkActions.ArmTimer),
        [(LinkPhase.Paging, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.End),

        [(LinkPhase.Accepting, LinkInput.PeerRequested)] = (LinkPhase.Accepting, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Accepting, LinkInput.AttemptFailed)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Accepting, LinkInput.Completed)] = (LinkPhase.Up, LinkActions.AnnounceUp),
        [(LinkPhase.Accepting, LinkInput.CloseRequested)] = (LinkPhase.Canceling, LinkActions.ArmTimer),
        [(LinkPhase.Accepting, LinkInput.GaveUp)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Accepting, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.End),

        [(LinkPhase.Crossing, LinkInput.PeerRequested)] = (LinkPhase.Crossing, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Crossing, LinkInput.AttemptFailed)] = (LinkPhase.Accepting, LinkActions.ArmTimer),
        [(LinkPhase.Crossing, LinkInput.Completed)] = (LinkPhase.Up, LinkActions.AnnounceUp),
        [(LinkPhase.Crossing, LinkInput.CloseRequested)] = (LinkPhase.Canceling, LinkActions.CancelPage | LinkActions.ArmTimer),
        [(LinkPhase.Crossing, LinkInput.GaveUp)] = (LinkPhase.Canceling, LinkActions.CancelPage | LinkActions.ArmTimer),
        [(LinkPhase.Crossing, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.End),

        [(LinkPhase.Canceling, LinkInput.PeerRequested)] = (LinkPhase.Canceling, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Canceling, LinkInput.AttemptFailed)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Canceling, LinkInput.Completed)] = (LinkPhase.Dropping, LinkActions.Disconnect | LinkActions.ArmTimer),
        [(LinkPhase.Canceling, LinkInput.GaveUp)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Canceling, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.End),

        [(LinkPhase.Up, LinkInput.PeerRequested)] = (LinkPhase.Up, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Up, LinkInput.CloseRequested)] = (LinkPhase.Draining, LinkActions.Drain | LinkActions.ArmTimer),
        [(LinkPhase.Up, LinkInput.CutRequested)] = (LinkPhase.Disconnecting, LinkActions.Disconnect | LinkActions.ArmTimer),
        [(LinkPhase.Up, LinkInput.Disconnected)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),
        [(LinkPhase.Up, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),

        [(LinkPhase.Draining, LinkInput.PeerRequested)] = (LinkPhase.Draining, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Draining, LinkInput.Drained)] = (LinkPhase.Disconnecting, LinkActions.Disconnect | LinkActions.ArmTimer),
        [(LinkPhase.Draining, LinkInput.GaveUp)] = (LinkPhase.Disconnecting, LinkActions.Disconnect | LinkActions.ArmTimer),
        [(LinkPhase.Draining, LinkInput.CutRequested)] =
            (LinkPhase.Disconnecting, LinkActions.Disconnect | LinkActions.ArmTimer),
        [(LinkPhase.Draining, LinkInput.Disconnected)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),
        [(LinkPhase.Draining, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),

        [(LinkPhase.Disconnecting, LinkInput.PeerRequested)] =
            (LinkPhase.Disconnecting, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Disconnecting, LinkInput.Disconnected)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),
        [(LinkPhase.Disconnecting, LinkInput.GaveUp)] =
            (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End | LinkActions.Fault),
        [(LinkPhase.Disconnecting, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.AnnounceDown | LinkActions.End),

        [(LinkPhase.Dropping, LinkInput.PeerRequested)] = (LinkPhase.Dropping, LinkActions.Reject | LinkActions.Ignore),
        [(LinkPhase.Dropping, LinkInput.Disconnected)] = (LinkPhase.Down, LinkActions.End),
        [(LinkPhase.Dropping, LinkInput.GaveUp)] = (LinkPhase.Down, LinkActions.End | LinkActions.Fault),
        [(LinkPhase.Dropping, LinkInput.ControllerLost)] = (LinkPhase.Down, LinkActions.End),
    };

    [Test]
    public void Next_EveryPhaseAndInput_IsAsWritten(
        [Values] LinkPhaseName phase, [Values] LinkInputName input)
    {
        var key = ((LinkPhase)phase, (LinkInput)input);
        var expected = Expected.TryGetValue(key, out var written) ? written : (key.Item1, LinkActions.Ignore);
        Assert.That(LinkTable.Next(key.Item1, key.Item2), Is.EqualTo(expected));
    }

    [Test]
    public void Names_OfTheTest_AreThoseOfTheTable()
    {
        Assert.That(Enum.GetNames<LinkPhaseName>(), Is.EqualTo(Enum.GetNames<LinkPhase>()));
        Assert.That(Enum.GetNames<LinkInputName>(), Is.EqualTo(Enum.GetNames<LinkInput>()));
    }

    [Test]
    public void Next_EveryPhase_EndsWhenTheControllerIsLost([Values] LinkPhaseName phase) =>
        Assert.That(LinkTable.Next((LinkPhase)phase, LinkInput.ControllerLost).Phase, Is.EqualTo(LinkPhase.Down));

    [Test]
    public void Next_IntoAPhaseThatWaitsForTheController_ArmsTheTimer(
        [Values] LinkPhaseName phase, [Values] LinkInputName input)
    {
        var (next, actions) = LinkTable.Next((LinkPhase)phase, (LinkInput)input);
        var waits = next != (LinkPhase)phase && next is not (LinkPhase.Up or LinkPhase.Down);
        Assert.That(actions.HasFlag(LinkActions.ArmTimer), Is.EqualTo(waits), "nothing may wait for ever");
    }

    /// <summary>The phases, public as a test's parameters must be.</summary>
    public enum LinkPhaseName
    {
        Paging,
        Accepting,
        Crossing,
        Canceling,
        Up,
        Draining,
        Disconnecting,
        Dropping,
        Down,
    }

    /// <summary>The inputs.</summary>
    public enum LinkInputName
    {
        PeerRequested,
        AttemptFailed,
        Completed,
        CloseRequested,
        CutRequested,
        Drained,
        Disconnected,
        GaveUp,
        ControllerLost,
    }
}
