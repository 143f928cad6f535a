namespace HostStack.Interop.Tests;

/// <summary>What a test needs of the machine. Where it is missing the test ends as ignored, in one sentence with the
/// remedy: it neither fails nor passes silently.</summary>
internal static class Requires
{
    private const string Switch = "HOSTSTACK_INTEROP";

    /// <summary>Ends the test unless the machine is Linux and the test process is root.</summary>
    public static void LinuxRoot()
    {
        Wanted();
        if (!OperatingSystem.IsLinux())
        {
            NotRun.Ignore("This is not Linux: run the interop tests on Linux, as root.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            NotRun.Ignore("The test process is not root: run the interop tests as root.");
        }
    }

    /// <summary>Ends the test unless the programs are there.</summary>
    /// <param name="programs">Program and the Debian package that brings it.</param>
    public static void Programs(params (string Name, string Package)[] programs)
    {
        Wanted();
        var missing = programs.Where(static program => Find(program.Name) is null).ToArray();
        if (missing.Length > 0)
        {
            NotRun.Ignore(
                $"{string.Join(", ", missing.Select(static program => program.Name))} not found: "
                + $"apt-get install {string.Join(' ', missing.Select(static program => program.Package).Distinct())}");
        }
    }

    /// <summary>Where a program is.</summary>
    /// <param name="program">Its name.</param>
    /// <returns>The whole path; null where it is not installed.</returns>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Where(static folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static void Wanted()
    {
        if (Environment.GetEnvironmentVariable(Switch) == "0")
        {
            NotRun.Ignore($"{Switch}=0 leaves the interop tests out: unset it to run them.");
        }
    }
}
