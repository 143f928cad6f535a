using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Finds and runs programs of the system.</summary>
internal static class SystemPrograms
{
    // Where programs of root are, which a user's path may leave out.
    private static readonly string[] AlwaysSearched = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>The path of a program; null: it is not installed.</summary>
    /// <param name="name">Its name.</param>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(AlwaysSearched).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>What it said of its failure; null: it succeeded.</returns>
    /// <exception cref="NetDeviceException">It cannot be started.</exception>
    public static async Task<string?> RunAsync(IReadOnlyList<string> command, string? networkNamespace, string input) =>
        (await AskAsync(command, networkNamespace, input)).Failure;

    /// <summary>Runs a program to its end, and reads what it prints.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>What it said of its failure, null: it succeeded; and what it printed.</returns>
    /// <exception cref="NetDeviceException">It cannot be started.</exception>
    public static Task<(string? Failure, string Output)> AskAsync(IReadOnlyList<string> command, string? networkNamespace, string input = "") =>
        NamespaceThread.RunAsync(networkNamespace, () =>
        {
            using var process = OwnedProcess.Start(command);
            var printed = new System.Text.StringBuilder();
            process.OutputDataReceived += (_, line) => printed.AppendLine(line.Data);
            process.BeginOutputReadLine();
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it read everything: its exit code and its words say why.
            }

            var words = process.StandardError.ReadToEnd().Trim();

            // Waits for the last printed line, too.
            process.WaitForExit();
            return (process.ExitCode == 0 ? null : words.Length > 0 ? words : $"exit code {process.ExitCode}", printed.ToString());
        });
}
