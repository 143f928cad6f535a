using System.Diagnostics;

namespace HostStack.Bench.Peers;

/// <summary>Runs programs of the system, in a network namespace where one is named.</summary>
internal static class ProgramRun
{
    private static readonly string[] s_folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Whether there is such a program.</summary>
    /// <param name="name">Its name.</param>
    public static bool Exists(string name) => s_folders.Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Starts a program in a namespace.</summary>
    /// <param name="networkNamespace">The namespace's name; null: this one.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Process Start(string? networkNamespace, params ReadOnlySpan<string> command)
    {
        string[] words = networkNamespace is null ? [.. command] : ["ip", "netns", "exec", networkNamespace, .. command];
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words.AsSpan(1))
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="networkNamespace">The namespace's name; null: this one.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> OutputAsync(string? networkNamespace, params string[] command)
    {
        using var process = Start(networkNamespace, command);
        var failure = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' failed: {(await failure + output).Trim()}");
    }
}
