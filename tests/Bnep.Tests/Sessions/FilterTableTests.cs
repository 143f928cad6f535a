using HostStack.Bnep.Sessions;
using static HostStack.Bnep.Sessions.FilterActions;
using static HostStack.Bnep.Sessions.FilterInput;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class FilterTableTests
{
    [Test]
    public void Step_EveryStateAndInput_DoesWhatTheTableSays()
    {
        var expected = new Dictionary<(bool, FilterInput), (bool, FilterActions)>
        {
            [(false, Set)] = (true, Send),
            [(false, Answered)] = (false, Ignore),
            [(false, ResponseLate)] = (false, Ignore),
            [(false, ResponseLost)] = (false, Ignore),
            [(false, Ended)] = (false, Ignore),
            [(true, Set)] = (true, Refuse),
            [(true, Answered)] = (false, Disarm | Report),
            [(true, ResponseLate)] = (true, Send),
            [(true, ResponseLost)] = (false, GiveUp),
            [(true, Ended)] = (false, Disarm),
        };
        Assert.That(expected, Has.Count.EqualTo(2 * Enum.GetValues<FilterInput>().Length));
        foreach (var ((outstanding, input), row) in expected)
        {
            Assert.That(FilterRequester.Step(outstanding, input), Is.EqualTo(row), $"{outstanding}, {input}");
        }
    }
}
