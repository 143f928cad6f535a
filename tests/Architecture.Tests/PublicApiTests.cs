using System.Reflection;

namespace HostStack.Architecture.Tests;

/// <summary>The public API of each assembly, as a text under review: a change to it is seen in the diff.</summary>
/// <remarks>To accept a change: <c>HOSTSTACK_UPDATE_API=1 dotnet test tests/Architecture.Tests</c>, then read the diff.</remarks>
[TestFixture]
public sealed class PublicApiTests
{
    private static readonly string[] Assemblies =
    [
        "HostStack.Ethernet", "HostStack.Hci", "HostStack.L2cap", "HostStack.Sdp", "HostStack.Bnep", "HostStack.Host",
        "HostStack.Pan", "HostStack.NetDevices", "HostStack.VirtualController", "HostStack.Replay",
    ];

    [TestCaseSource(nameof(Assemblies))]
    public void PublicApi_IsTheReviewedOne(string name)
    {
        var actual = PublicApiText.Of(Assembly.Load(name));
        var file = Path.Combine(Repository.Root, "tests", "Architecture.Tests", "Api", name + ".txt");
        if (Environment.GetEnvironmentVariable("HOSTSTACK_UPDATE_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        var expected = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        Assert.That(actual, Is.EqualTo(expected), $"to accept: HOSTSTACK_UPDATE_API=1 dotnet test tests/Architecture.Tests");
    }
}
