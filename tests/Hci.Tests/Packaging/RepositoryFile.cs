namespace HostStack.Hci.Tests.Packaging;

/// <summary>A file of the checkout, part of which is written from the code: between a line with <c>begin:</c> and one with
/// <c>end</c>. <c>HOSTSTACK_UPDATE_DOCS=1</c> writes it anew.</summary>
internal sealed class RepositoryFile(string path)
{
    private string FullPath { get; } = Path.Combine(Root(), path);

    public string Text => File.ReadAllText(FullPath).ReplaceLineEndings("\n");

    public string[] Lines => Text.Split('\n');

    /// <summary>Holds the generated part against what it should be.</summary>
    public void CheckGenerated(IEnumerable<string> expected)
    {
        var lines = Lines;
        var begin = Array.FindIndex(lines, static line => line.Contains("begin:", StringComparison.Ordinal));
        var end = Array.FindIndex(lines, begin + 1, static line => line is "# end" or "<!-- end -->");
        Assert.That(begin >= 0 && end > begin, $"{path} has a generated part");
        var text = string.Join('\n', [.. lines[..(begin + 1)], .. expected, .. lines[end..]]);
        if (Environment.GetEnvironmentVariable("HOSTSTACK_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(FullPath, text);
        }

        Assert.That(Text, Is.EqualTo(text), "to accept: HOSTSTACK_UPDATE_DOCS=1 dotnet test tests/Hci.Tests --filter Packaging");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HostStack.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must run inside a checkout: HostStack.sln was not found above them.");
    }
}
