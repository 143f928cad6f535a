using System.Text.RegularExpressions;
using HostStack.Conformance;

namespace HostStack.Architecture.Tests.Conformance;

/// <summary>The list of ids, whole; and the tests against it, as far as sources tell. <c>./conformance</c> runs them.</summary>
[TestFixture]
public sealed partial class IdListTests
{
    [TestCase("BNEP", 23)]
    [TestCase("PAN", 34)]
    [TestCase("SDP", 56)]
    [TestCase("L2CAP", 174)]
    [TestCase("GAP", 88)]
    public void Suite_HasEveryId(string suite, int count) =>
        Assert.That(List().Count(id => id.Suite == suite), Is.EqualTo(count));

    [Test]
    public void Tests_CarryEveryIdThatCounts() =>
        Assert.That(List().Where(static id => id.IsNow).Select(static id => id.Id).Except(Carried()), Is.Empty);

    [Test]
    public void Tests_CarryNoIdOutsideTheList() =>
        Assert.That(Carried().Except(List().Select(static id => id.Id)), Is.Empty, "add it to tests/conformance/ids.txt");

    private static IReadOnlyList<ConformanceId> List()
    {
        using var reader = File.OpenText(Path.Combine(Repository.Root, "tests", "conformance", "ids.txt"));
        return ConformanceId.ReadList(reader);
    }

    private static HashSet<string> Carried() =>
        [.. Repository.Files("*.cs").Where(static file => Repository.Relative(file).StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(static file => IdProperty().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups["id"].Value)];

    [GeneratedRegex("\\bProperty\\(\"Id\", \"(?<id>[^\"]+)\"\\)", RegexOptions.CultureInvariant)]
    private static partial Regex IdProperty();
}
