namespace HostStack.Interop.Tests;

[TestFixture]
public sealed class RequiresTests
{
    [Test]
    public void Find_ProgramThatNobodyHas_IsNull() =>
        Assert.That(Requires.Find("hoststack-no-such-program"), Is.Null);

    [Test]
    public void Packages_AreOneAWord_WithoutDoubles()
    {
        var lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "packages.txt"))
            .Where(static line => line.Length > 0 && line[0] != '#').ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Is.Unique.And.Not.Empty);
            Assert.That(lines, Has.All.Match("^[a-z0-9][a-z0-9+.-]*$"));
        }
    }
}
