using HostStack.Conformance;

namespace HostStack.Architecture.Tests.Conformance;

/// <summary>The report on ids: what counts as met and what does not.</summary>
[TestFixture]
public sealed class ConformanceReportTests
{
    private const string List = """
        # a comment

        One	A/1	now	first
        One	A/2	later: an engine	second
        Two	row	now	third
        """;

    [Test]
    public void List_Read_HasSuiteScopeAndMeaning() =>
        Assert.That(Ids(), Is.EqualTo((ConformanceId[])[
            new("One", "A/1", null, "first"), new("One", "A/2", "an engine", "second"), new("Two", "row", null, "third")]));

    [TestCase("One\tA/1\tnow")]
    [TestCase("One\tA/1\tsoon\tmeaning")]
    [TestCase("One\tA/1\tnow\t")]
    [TestCase("One\tA/1\tlater: \tmeaning\tmore")]
    [TestCase("One\tA/1\tnow\tonce\nOne\tA/1\tnow\ttwice")]
    public void List_LineOfAnotherForm_IsRefused(string list) =>
        Assert.That(() => ConformanceId.ReadList(new StringReader(list)), Throws.InstanceOf<FormatException>());

    [Test]
    public void Results_PropertiesOfFixtureAndMethod_HoldForTheirTests()
    {
        var tests = Results("""
            <test-suite type="TestFixture">
              <properties><property name="Category" value="SIG"/><property name="Id" value="A/1"/></properties>
              <test-suite type="ParameterizedMethod">
                <properties><property name="Id" value="A/2"/><property name="Id" value="A/3"/></properties>
                <test-case fullname="F.One(1)" result="Passed"/>
              </test-suite>
              <test-case fullname="F.Two" result="Failed">
                <properties><property name="Id" value="A/1"/><property name="_SKIPREASON" value="x"/></properties>
              </test-case>
            </test-suite>
            <test-suite type="TestFixture"><test-case fullname="G.Plain" result="Failed"/></test-suite>
            """);

        Assert.That(tests.Select(static test => (test.Name, test.End)),
            Is.EqualTo(new[] { ("F.One(1)", TestEnd.Passed), ("F.Two", TestEnd.Failed) }), "a plain test is not the report's");
        Assert.That(tests[0].Ids, Is.EquivalentTo((string[])["A/1", "A/2", "A/3"]));
        Assert.That(tests[1].Ids, Is.EqualTo((string[])["A/1"]));
    }

    [TestCase("Passed", TestEnd.Passed)]
    [TestCase("Failed", TestEnd.Failed)]
    [TestCase("Warning", TestEnd.Failed)]
    [TestCase("Skipped", TestEnd.NotRun)]
    [TestCase("Inconclusive", TestEnd.NotRun)]
    public void Results_EachEnd_IsKept(string result, TestEnd end) =>
        Assert.That(Case("A/1", result)[0].End, Is.EqualTo(end));

    [Test]
    public void Results_NotOfNUnit_AreRefused() =>
        Assert.That(() => CarriedTest.ReadResults(new StringReader("<assemblies/>")), Throws.InstanceOf<FormatException>());

    [Test]
    public void Report_EveryIdInScopePasses_IsMet()
    {
        var report = new ConformanceReport(Ids(), [.. Case("A/1", "Passed"), .. Case("row", "Passed")]);

        Assert.That(report.IsMet, Is.True);
        Assert.That(report.Suites(), Is.EqualTo((SuiteSum[])[new("One", 1, 0, 0, 1), new("Two", 1, 0, 0, 0)]));
    }

    [TestCase("Skipped")]
    [TestCase(null)]
    public void Report_IdWithoutAVerdict_IsNotMet(string? result)
    {
        var report = new ConformanceReport(Ids(), [.. Case("A/1", "Passed"), .. result is null ? [] : Case("row", result)]);

        Assert.That(report.IsMet, Is.False);
        Assert.That(Text(report), Does.Contain("carried by no test that ran: 1").And.Contain("  row: third"));
    }

    [TestCase("row")]
    [TestCase("A/2", Description = "also one that is not asked for yet")]
    public void Report_OneOfTheTestsFails_IsNotMet(string failing)
    {
        var report = new ConformanceReport(
            Ids(), [.. Case("A/1", "Passed"), .. Case("row", "Passed"), .. Case(failing, "Failed")]);

        Assert.That(report.IsMet, Is.False);
        Assert.That(Text(report), Does.Contain($"  {failing}: Test of {failing}"));
    }

    [Test]
    public void Report_UnknownId_IsNotMet()
    {
        var report = new ConformanceReport(
            Ids(), [.. Case("A/1", "Passed"), .. Case("row", "Passed"), .. Case("A/9", "Passed")]);

        Assert.That(report.IsMet, Is.False);
        Assert.That(report.Unknown, Is.EqualTo((string[])["A/9 (Test of A/9)"]));
    }

    private static IReadOnlyList<ConformanceId> Ids() => ConformanceId.ReadList(new StringReader(List));

    private static IReadOnlyList<CarriedTest> Case(string id, string result) => Results(
        $"""<test-case fullname="Test of {id}" result="{result}"><properties><property name="Id" value="{id}"/></properties></test-case>""");

    private static IReadOnlyList<CarriedTest> Results(string suites) =>
        CarriedTest.ReadResults(new StringReader($"<test-run><test-suite type=\"Assembly\">{suites}</test-suite></test-run>"));

    private static string Text(ConformanceReport report)
    {
        using var writer = new StringWriter();
        report.Write(writer);
        return writer.ToString();
    }
}
