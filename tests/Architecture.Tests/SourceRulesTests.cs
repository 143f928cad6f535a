using System.Text.RegularExpressions;

namespace HostStack.Architecture.Tests;

/// <summary>Rules of the house that a compiler does not hold.</summary>
[TestFixture]
public sealed partial class SourceRulesTests
{
    private const int Ceiling = 400;

    [Test]
    public void Files_StayBelowTheCeiling()
    {
        var over = Repository.Files("*.cs")
            .Select(static file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(static entry => entry.Lines > Ceiling)
            .Select(static entry => $"{entry.File}: {entry.Lines} lines");
        Assert.That(over, Is.Empty, $"one concept a file, {Ceiling} lines at most");
    }

    [Test]
    public void Files_AreNamedForWhatTheyOwn() =>
        Assert.That(Repository.Files("*.cs").Select(Repository.Relative).Where(static file => VagueName().IsMatch(file)), Is.Empty);

    [Test]
    public void Source_IsFinished() =>
        Assert.That(Lines("src", "tools").Where(static line => Unfinished().IsMatch(line.Text)), Is.Empty);

    [Test]
    public void Loop_IsNeverLeftByConfigureAwait() =>
        Assert.That(
            Lines("src").Where(static line => line.Text.Contains("ConfigureAwait(false)", StringComparison.Ordinal)
                && !line.Place.StartsWith("src/Hci/Transport/", StringComparison.Ordinal)),
            Is.Empty,
            "control procedures stay on the loop; only transports live outside it");

    [Test]
    public void Source_HasNoAsyncVoid() =>
        Assert.That(Lines("src", "tools").Where(static line => line.Text.Contains("async void", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Namespaces_FollowFolders()
    {
        var wrong = Repository.Files("*.cs").Where(static file => Repository.Relative(file).StartsWith("src/", StringComparison.Ordinal))
            .Select(static file => (File: Repository.Relative(file), Namespace: DeclaredNamespace(file)))
            .Where(static entry => entry.Namespace is not null
                && entry.Namespace != "HostStack." + Path.GetDirectoryName(entry.File[4..])!.Replace('/', '.').Replace('\\', '.'))
            .Select(static entry => $"{entry.File}: {entry.Namespace}");
        Assert.That(wrong, Is.Empty);
    }

    private static string? DeclaredNamespace(string file) =>
        File.ReadLines(file).Select(static line => NamespaceLine().Match(line)).Where(static match => match.Success)
            .Select(static match => match.Groups["name"].Value).FirstOrDefault();

    private static IEnumerable<(string Place, string Text)> Lines(params string[] areas) =>
        Repository.Files("*.cs")
            .Where(file => areas.Contains(Repository.Relative(file).Split('/')[0]))
            .SelectMany(static file => File.ReadLines(file).Select((text, index) => ($"{Repository.Relative(file)}:{index + 1}", text)));

    [GeneratedRegex("(Manager|Helpers?|Utils|Utilities|Misc|Common)[A-Za-z]*\\.cs$", RegexOptions.CultureInvariant)]
    private static partial Regex VagueName();

    // In parts, so that a search for unfinished work does not find the rule against it.
    [GeneratedRegex("Not" + "ImplementedException|\\b(TO" + "DO|FIX" + "ME|HA" + "CK)\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();

    [GeneratedRegex("^namespace (?<name>[\\w.]+);", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceLine();
}
