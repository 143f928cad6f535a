using System.Xml.Linq;

namespace HostStack.Architecture.Tests;

/// <summary>Who may know whom. The map is ARCHITECTURE.md's; a new edge is a decision, made here first.</summary>
[TestFixture]
public sealed class DependencyTests
{
    private static readonly string[] AllSources =
        ["Ethernet", "Hci", "L2cap", "Sdp", "Bnep", "Host", "Pan", "NetDevices"];

    private static readonly Dictionary<string, string[]> Map = new()
    {
        ["Ethernet"] = [],
        ["Hci"] = [],
        ["Hci.LibUsbDotNet"] = ["Hci"],
        ["Hci.SerialPorts"] = ["Hci"],
        ["L2cap"] = ["Hci"],
        ["Sdp"] = ["Hci", "L2cap"],
        ["Bnep"] = ["Ethernet", "Hci", "L2cap"],
        ["Host"] = ["Hci", "L2cap", "Sdp"],
        ["Pan"] = ["Ethernet", "Hci", "L2cap", "Sdp", "Bnep", "Host"],
        ["NetDevices"] = ["Ethernet"],
        ["VirtualController"] = ["Hci"],
        ["Replay"] = [.. AllSources, "VirtualController"],
        ["Cli"] = [.. AllSources, "Hci.SerialPorts", "VirtualController", "Replay"],
        ["Bench"] = [.. AllSources, "VirtualController"],
        ["Conformance"] = [],
    };

    private static IEnumerable<string> Projects() =>
        Repository.Files("*.csproj").Where(static file => !Repository.Relative(file).StartsWith("tests/", StringComparison.Ordinal)
            && !Repository.Relative(file).StartsWith("samples/", StringComparison.Ordinal))
            .Select(Repository.Relative).Order();

    [TestCaseSource(nameof(Projects))]
    public void Project_References_AreThoseOfTheMap(string project)
    {
        var name = Name(project);
        var references = XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .Select(static reference => Name((string)reference.Attribute("Include")!)).ToArray();
        Assert.That(Map, Does.ContainKey(name), "a project that the map does not name");
        Assert.That(references, Is.SubsetOf(Map[name]));
    }

    private static IEnumerable<string> Sources() => Projects().Where(static project => project.StartsWith("src/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Sources))]
    public void Source_NeverReferencesATool(string project)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, project));
        Assert.That(text, Does.Not.Contain("tools/").And.Not.Contain("tools\\"));
    }

    [Test]
    public void Map_NamesNoCycle()
    {
        foreach (var (name, edges) in Map)
        {
            Assert.That(Reachable(edges), Does.Not.Contain(name));
        }
    }

    [Test]
    public void Transitive_ReferencesAreOff() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")),
            Does.Contain("<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>"));

    private static HashSet<string> Reachable(IEnumerable<string> edges)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(edges);
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var edge in Map[next])
                {
                    open.Push(edge);
                }
            }
        }

        return seen;
    }

    // HostStack.Hci.csproj -> Hci
    private static string Name(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["HostStack.".Length..];
}
