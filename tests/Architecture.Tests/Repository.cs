namespace HostStack.Architecture.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(string pattern) =>
        new[] { "src", "tools", "tests", "samples" }
            .Select(static area => Path.Combine(Root, area))
            .Where(Directory.Exists)
            .SelectMany(area => Directory.EnumerateFiles(area, pattern, SearchOption.AllDirectories))
            .Where(static file => !IsGenerated(file));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static bool IsGenerated(string file)
    {
        var parts = Relative(file).Split('/');
        return parts.Contains("bin") || parts.Contains("obj");
    }

    private static string FindRoot()
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
