using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Tests.Dhcp;

[TestFixture]
public sealed class DhcpTransitionsTests
{
    private const DhcpActions Begin = DhcpActions.NewTransaction | DhcpActions.Send;
    private const DhcpActions Again = DhcpActions.Drop | DhcpActions.Forget | Begin;
    private const DhcpActions Conflict = DhcpActions.Decline | DhcpActions.Drop | DhcpActions.Forget | DhcpActions.Wait;

    // Every pair that is not here is ignored where it stands.
    private static readonly Dictionary<(DhcpPhase, DhcpInput), (DhcpPhase, DhcpActions)> Table = new()
    {
        [(DhcpPhase.Stopped, DhcpInput.Begin)] = (DhcpPhase.Selecting, Begin),
        [(DhcpPhase.Stopped, DhcpInput.BeginRemembered)] = (DhcpPhase.Rebooting, Begin),
        [(DhcpPhase.Suspended, DhcpInput.Begin)] = (DhcpPhase.Selecting, Begin),
        [(DhcpPhase.Suspended, DhcpInput.BeginRemembered)] = (DhcpPhase.Rebooting, Begin),
        [(DhcpPhase.Selecting, DhcpInput.Offer)] = (DhcpPhase.Requesting, DhcpActions.Keep | DhcpActions.Send),
        [(DhcpPhase.Selecting, DhcpInput.RetryDue)] = (DhcpPhase.Selecting, DhcpActions.Send),
        [(DhcpPhase.Requesting, DhcpInput.Ack)] = (DhcpPhase.Checking, DhcpActions.Keep | DhcpActions.Check),
        [(DhcpPhase.Requesting, DhcpInput.Nak)] = (DhcpPhase.Waiting, DhcpActions.Drop | DhcpActions.Forget | DhcpActions.Wait),
        [(DhcpPhase.Requesting, DhcpInput.RetryDue)] = (DhcpPhase.Requesting, DhcpActions.Send),
        [(DhcpPhase.Requesting, DhcpInput.RetriesSpent)] = (DhcpPhase.Selecting, Begin),
        [(DhcpPhase.Rebooting, DhcpInput.Ack)] = (DhcpPhase.Checking, DhcpActions.Keep | DhcpActions.Check),
        [(DhcpPhase.Rebooting, DhcpInput.Nak)] = (DhcpPhase.Selecting, Again),
        [(DhcpPhase.Rebooting, DhcpInput.RetryDue)] = (DhcpPhase.Rebooting, DhcpActions.Send),
        [(DhcpPhase.Rebooting, DhcpInput.RetriesSpent)] = (DhcpPhase.Selecting, Begin),
        [(DhcpPhase.Checking, DhcpInput.AddressFree)] = (DhcpPhase.Bound, DhcpActions.Take),
        [(DhcpPhase.Checking, DhcpInput.AddressTaken)] = (DhcpPhase.Waiting, Conflict),
        [(DhcpPhase.Waiting, DhcpInput.WaitOver)] = (DhcpPhase.Selecting, Begin),
        [(DhcpPhase.Bound, DhcpInput.AddressTaken)] = (DhcpPhase.Waiting, Conflict),
        [(DhcpPhase.Bound, DhcpInput.RenewDue)] = (DhcpPhase.Renewing, Begin),
        [(DhcpPhase.Bound, DhcpInput.RebindDue)] = (DhcpPhase.Rebinding, Begin),
        [(DhcpPhase.Bound, DhcpInput.Expired)] = (DhcpPhase.Selecting, DhcpActions.Drop | Begin),
        [(DhcpPhase.Renewing, DhcpInput.Ack)] = (DhcpPhase.Bound, DhcpActions.Keep | DhcpActions.Take),
        [(DhcpPhase.Renewing, DhcpInput.Nak)] = (DhcpPhase.Selecting, Again),
        [(DhcpPhase.Renewing, DhcpInput.RetryDue)] = (DhcpPhase.Renewing, DhcpActions.Send),
        [(DhcpPhase.Renewing, DhcpInput.RebindDue)] = (DhcpPhase.Rebinding, Begin),
        [(DhcpPhase.Renewing, DhcpInput.AddressTaken)] = (DhcpPhase.Waiting, Conflict),
        [(DhcpPhase.Renewing, DhcpInput.Expired)] = (DhcpPhase.Selecting, DhcpActions.Drop | Begin),
        [(DhcpPhase.Rebinding, DhcpInput.Ack)] = (DhcpPhase.Bound, DhcpActions.Keep | DhcpActions.Take),
        [(DhcpPhase.Rebinding, DhcpInput.Nak)] = (DhcpPhase.Selecting, Again),
        [(DhcpPhase.Rebinding, DhcpInput.RetryDue)] = (DhcpPhase.Rebinding, DhcpActions.Send),
        [(DhcpPhase.Rebinding, DhcpInput.AddressTaken)] = (DhcpPhase.Waiting, Conflict),
        [(DhcpPhase.Rebinding, DhcpInput.Expired)] = (DhcpPhase.Selecting, DhcpActions.Drop | Begin),
    };

    private static IEnumerable<TestCaseData> Pairs() =>
        from phase in Enum.GetValues<DhcpPhase>()
        from input in Enum.GetValues<DhcpInput>()
        select new TestCaseData((int)phase, (int)input).SetArgDisplayNames(phase.ToString(), input.ToString());

    [TestCaseSource(nameof(Pairs))]
    public void Next_EveryPhaseAndInput_IsThatOfTheTable(int phaseValue, int inputValue)
    {
        var (phase, input) = ((DhcpPhase)phaseValue, (DhcpInput)inputValue);
        var expected = (phase, input) switch
        {
            (DhcpPhase.Stopped, DhcpInput.Release or DhcpInput.Suspend or DhcpInput.Expired) => (phase, DhcpActions.Ignore),
            (_, DhcpInput.Release) => (DhcpPhase.Stopped, DhcpActions.GiveBack | DhcpActions.Drop),
            (_, DhcpInput.Suspend) => (DhcpPhase.Suspended, DhcpActions.None),
            _ when Table.TryGetValue((phase, input), out var entry) => entry,
            (_, DhcpInput.Expired) => (phase, DhcpActions.Drop),
            _ => (phase, DhcpActions.Ignore),
        };
        Assert.That(DhcpTransitions.Next(phase, input), Is.EqualTo(expected));
    }
}
