namespace HostStack.Conformance;

/// <summary>How an id stands after a run.</summary>
public enum Standing
{
    /// <summary>A test carries it, and every test that does passed.</summary>
    Passed,

    /// <summary>A test that carries it failed.</summary>
    Failed,

    /// <summary>No test carries it, or none that ran to a verdict.</summary>
    NotCarried,

    /// <summary>It is not asked for yet.</summary>
    Later,
}

/// <summary>A suite in numbers.</summary>
/// <param name="Suite">Its name.</param>
/// <param name="Passed">Ids that pass.</param>
/// <param name="Failed">Ids that fail.</param>
/// <param name="NotCarried">Ids that no test carries.</param>
/// <param name="Later">Ids that are not asked for yet.</param>
public sealed record SuiteSum(string Suite, int Passed, int Failed, int NotCarried, int Later)
{
    /// <summary>All ids of the suite.</summary>
    public int Total => Passed + Failed + NotCarried + Later;
}

/// <summary>What the stack is held to, against what the tests showed.</summary>
public sealed class ConformanceReport
{
    private readonly Dictionary<string, List<CarriedTest>> _tests = [];

    /// <summary>Compares.</summary>
    /// <param name="ids">The list.</param>
    /// <param name="tests">The tests of a run.</param>
    public ConformanceReport(IReadOnlyList<ConformanceId> ids, IEnumerable<CarriedTest> tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        Ids = ids;
        var known = ids.Select(static id => id.Id).ToHashSet();
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var test in tests)
        {
            if (test.Ids.Count == 0)
            {
                WithoutId++;
            }

            foreach (var id in test.Ids)
            {
                if (known.Contains(id))
                {
                    (_tests.TryGetValue(id, out var list) ? list : _tests[id] = []).Add(test);
                }
                else
                {
                    unknown.Add($"{id} ({test.Name})");
                }
            }
        }

        Unknown = [.. unknown];
    }

    /// <summary>The list.</summary>
    public IReadOnlyList<ConformanceId> Ids { get; }

    /// <summary>Ids that a test carries and the list does not know, each with its test.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>How many tests of a conformance category carry no id: more than the list asks for.</summary>
    public int WithoutId { get; }

    /// <summary>Whether every id that counts passes, and no test carries an unknown one.</summary>
    public bool IsMet =>
        Unknown.Count == 0 && Ids.All(id => StandingOf(id) is Standing.Passed or Standing.Later);

    /// <summary>The suites, in the order of the list.</summary>
    public IEnumerable<SuiteSum> Suites() =>
        Ids.GroupBy(static id => id.Suite).Select(suite =>
        {
            var count = suite.CountBy(StandingOf).ToDictionary();
            return new SuiteSum(
                suite.Key,
                count.GetValueOrDefault(Standing.Passed),
                count.GetValueOrDefault(Standing.Failed),
                count.GetValueOrDefault(Standing.NotCarried),
                count.GetValueOrDefault(Standing.Later));
        });

    /// <summary>How an id stands. A test that fails counts even where the id is not asked for yet.</summary>
    public Standing StandingOf(ConformanceId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var tests = TestsOf(id);
        return tests.Any(static test => test.End == TestEnd.Failed) ? Standing.Failed
            : !id.IsNow ? Standing.Later
            : tests.Any(static test => test.End == TestEnd.Passed) ? Standing.Passed
            : Standing.NotCarried;
    }

    /// <summary>The tests that carry an id.</summary>
    public IReadOnlyList<CarriedTest> TestsOf(ConformanceId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _tests.TryGetValue(id.Id, out var tests) ? tests : [];
    }

    /// <summary>Writes the table and what is behind it.</summary>
    public void Write(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"{"suite",-8}{"ids",6}{"passed",9}{"failed",9}{"not carried",14}{"later",8}");
        SuiteSum[] suites = [.. Suites()];
        foreach (var suite in suites)
        {
            WriteLine(writer, suite);
        }

        WriteLine(writer, new("all", suites.Sum(static suite => suite.Passed), suites.Sum(static suite => suite.Failed),
            suites.Sum(static suite => suite.NotCarried), suites.Sum(static suite => suite.Later)));
        List(writer, "failed", Ids.Where(id => StandingOf(id) == Standing.Failed).Select(id => id.Id + ": "
            + string.Join(", ", TestsOf(id).Where(static test => test.End == TestEnd.Failed).Select(static test => test.Name))));
        List(writer, "carried by no test that ran",
            Ids.Where(id => StandingOf(id) == Standing.NotCarried).Select(static id => $"{id.Id}: {id.Meaning}"));
        List(writer, "carried by a test, unknown to the list", Unknown);
        List(writer, "not asked for yet, a test passes all the same", Ids.Where(id => StandingOf(id) == Standing.Later
            && TestsOf(id).Any(static test => test.End == TestEnd.Passed)).Select(static id => id.Id));
        if (WithoutId > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"{WithoutId} tests of these categories carry no id: more than the list asks for.");
        }
    }

    private static void WriteLine(TextWriter writer, SuiteSum suite) =>
        writer.WriteLine(
            $"{suite.Suite,-8}{suite.Total,6}{suite.Passed,9}{suite.Failed,9}{suite.NotCarried,14}{suite.Later,8}");

    private static void List(TextWriter writer, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine($"{title}: {all.Length}");
        foreach (var line in all)
        {
            writer.WriteLine("  " + line);
        }
    }
}
