using System.Xml.Linq;

namespace HostStack.Architecture.Tests;

/// <summary>The adapters on packages are opt-in, small, and out of everything else's way.</summary>
[TestFixture]
public sealed class PackageAdapterTests
{
    private const string Switch = "'$(PackageAdapters)' == 'true'";
    private const int Lines = 200;

    private static readonly string[] Adapters = ["Hci.LibUsbDotNet", "Hci.SerialPorts"];

    [TestCaseSource(nameof(Adapters))]
    public void Adapter_IsNotInTheSolution(string name) =>
        Assert.That(File.ReadAllText(Path.Combine(Repository.Root, "HostStack.sln")), Does.Not.Contain($"HostStack.{name}"));

    [TestCaseSource(nameof(Adapters))]
    public void Adapter_TakesItsPackageWhenSwitchedOn(string name)
    {
        var packages = Project($"src/{name}/HostStack.{name}.csproj").Descendants("PackageReference").ToArray();
        Assert.That(packages, Has.Length.EqualTo(1));
        Assert.That((string?)packages[0].Attribute("Condition"), Is.EqualTo(Switch));

        var versions = Project("Directory.Packages.props").Descendants("PackageVersion")
            .Single(version => (string?)version.Attribute("Include") == (string?)packages[0].Attribute("Include"));
        Assert.That((string?)versions.Parent!.Attribute("Condition"), Is.EqualTo(Switch));
    }

    [TestCaseSource(nameof(Adapters))]
    public void Adapter_IsSmall(string name) =>
        Assert.That(
            Repository.Files("*.cs").Where(file => Repository.Relative(file).StartsWith($"src/{name}/", StringComparison.Ordinal))
                .Sum(static file => File.ReadLines(file).Count()),
            Is.InRange(1, Lines - 1),
            "what is larger belongs behind a seam, with tests that run without the package");

    [Test]
    public void References_ToAnAdapter_AreSwitchedOn()
    {
        var references = Repository.Files("*.csproj").SelectMany(static file => XDocument.Load(file).Descendants("ProjectReference"))
            .Where(static reference => Adapters.Any(((string)reference.Attribute("Include")!).Contains)).ToArray();
        Assert.That(references, Is.Not.Empty, "the contract tests");
        Assert.That(references.Select(static reference => (string?)reference.Parent!.Attribute("Condition")), Is.All.EqualTo(Switch));
    }

    private static XDocument Project(string path) => XDocument.Load(Path.Combine(Repository.Root, path));
}
