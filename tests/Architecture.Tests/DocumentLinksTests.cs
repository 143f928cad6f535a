using System.Text.RegularExpressions;

namespace HostStack.Architecture.Tests;

/// <summary>Pages name files of this repository that are there.</summary>
[TestFixture]
public sealed partial class DocumentLinksTests
{
    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
            .Select(Repository.Relative).Order();

    [TestCaseSource(nameof(Pages))]
    public void Page_LinksLeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var lost = Link().Matches(File.ReadAllText(path)).Select(static match => match.Groups["target"].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target))).Distinct();
        Assert.That(lost, Is.Empty);
    }

    // [text](target#place)
    [GeneratedRegex("\\]\\((?<target>[^)#\\s]+)(?:#[^)]*)?\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
