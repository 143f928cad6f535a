using System.Xml;
using System.Xml.Linq;

namespace HostStack.Conformance;

/// <summary>How a test ended.</summary>
public enum TestEnd
{
    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It failed, or ended with a warning.</summary>
    Failed,

    /// <summary>It did not run to a verdict: skipped, ignored, inconclusive.</summary>
    NotRun,
}

/// <summary>A test of a run that is of the conformance categories.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="End">How it ended.</param>
/// <param name="Ids">The ids that it carries, its own and those of what it is part of.</param>
public sealed record CarriedTest(string Name, TestEnd End, IReadOnlyList<string> Ids)
{
    private const string IdProperty = "Id";
    private const string CategoryProperty = "Category";
    private static readonly string[] Categories = ["SIG", "Attack"];

    /// <summary>Reads the tests of a result file of NUnit (format 3): those of a conformance category, or with an id.</summary>
    /// <remarks>A property of a fixture or of a method with cases holds for each test within it.</remarks>
    /// <exception cref="XmlException">The file is not XML.</exception>
    /// <exception cref="FormatException">The file is XML, and no result of NUnit.</exception>
    public static IReadOnlyList<CarriedTest> ReadResults(TextReader reader)
    {
        var root = XDocument.Load(reader).Root!;
        if (root.Name != "test-run")
        {
            throw new FormatException("The file is no result of NUnit: its root is not test-run.");
        }

        return [.. root.Descendants("test-case").Select(Read).OfType<CarriedTest>()];
    }

    private static CarriedTest? Read(XElement test)
    {
        var ids = Properties(test, IdProperty);
        return ids.Length == 0 && !Properties(test, CategoryProperty).Intersect(Categories).Any()
            ? null
            : new((string?)test.Attribute("fullname") ?? (string?)test.Attribute("name") ?? "?", EndOf(test), ids);
    }

    private static TestEnd EndOf(XElement test) => (string?)test.Attribute("result") switch
    {
        "Passed" => TestEnd.Passed,
        "Skipped" or "Inconclusive" => TestEnd.NotRun,
        _ => TestEnd.Failed,
    };

    private static string[] Properties(XElement test, string name) =>
        [.. test.AncestorsAndSelf()
            .SelectMany(static element => element.Elements("properties").Elements("property"))
            .Where(property => (string?)property.Attribute("name") == name)
            .Select(static property => (string?)property.Attribute("value") ?? "")
            .Distinct()];
}
