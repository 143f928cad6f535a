using System.CommandLine;
using HostStack.Cli.Terminal;

namespace HostStack.Cli.Options;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object a line, with its kind and the seconds since the start, for programs.",
        Recursive = true,
    };

    public Option<LogChoice?> Log { get; } = new("--log")
    {
        Description = "Log to standard error, or to a file: trace, debug, info, warning or error. Keys and passkeys are never logged.",
        HelpName = "LEVEL[=FILE]",
        Recursive = true,
        CustomParser = static result => OptionParsers.Parse(result, static text => LogChoice.Parse(text)),
    };

    public Option<string?> Btsnoop { get; } = new("--btsnoop")
    {
        Description = "Capture every HCI packet to a file for Wireshark, readable by its owner alone: it holds link keys.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<bool> Force { get; } = new("--force")
    {
        Description = "Let --btsnoop overwrite a file.",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Add(Json);
        root.Add(Log);
        root.Add(Btsnoop);
        root.Add(Force);
    }
}
