using System.CommandLine;
using HostStack.Cli.Commands;
using HostStack.VirtualController.Radio;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Options;

/// <summary>The options of commands that make a simulated radio.</summary>
internal sealed class RadioChoices
{
    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "Where the radio's randomness begins: addresses, passkeys, delays.",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result => OptionParsers.Parse(result, OptionParsers.Seed),
    };

    public Option<RadioPace> Pace { get; } = new("--pace")
    {
        Description = $"How fast data crosses the air: {string.Join(", ", RadioPace.All)}.",
        HelpName = "PACE",
        DefaultValueFactory = static _ => RadioPace.Unlimited,
        CustomParser = static result => OptionParsers.Parse(result, static text =>
            RadioPace.Find(text)
            ?? throw new FormatException($"--pace cannot be '{text}'; write one of {string.Join(", ", RadioPace.All)}.")),
    };

    public void AddTo(Command command)
    {
        command.Add(Seed);
        command.Add(Pace);
    }

    public RadioOptions Options(ParseResult arguments, CommandContext context) => new()
    {
        Time = context.Time,
        Seed = arguments.GetValue(Seed),
        Pace = arguments.GetValue(Pace) ?? RadioPace.Unlimited,
        Log = context.Loggers.CreateLogger("HostStack.VirtualController"),
    };
}
