using System.CommandLine;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Pan;
using HostStack.Pan.Authorization;
using HostStack.Pan.Switching;

namespace HostStack.Cli.Options;

/// <summary>The options of commands that serve a role: the address, the policy, the time.</summary>
/// <param name="hasSwitch">Whether the role forwards between its peers.</param>
internal sealed class NetworkOptions(bool hasSwitch)
{
    public Option<IPNetworkAddress[]> Address { get; } = new("--address")
    {
        Description = "A fixed IPv4 or IPv6 address of this device on the network; may be given twice. IPv6 link-local comes by itself, IPv4 link-local where none is given.",
        HelpName = "ADDRESS/LENGTH",
        CustomParser = static result => OptionParsers.ParseAll(result, OptionParsers.Cidr),
    };

    public Option<TimeSpan?> Pair { get; } = new("--pair")
    {
        Description = "Be discoverable and let devices pair for so long.",
        HelpName = "SECONDS",
        CustomParser = OptionParsers.Seconds("--pair"),
    };

    public Option<string[]> Allow { get; } = new("--allow")
    {
        Description = "Who may join: bonded (default), all, ask, or addresses of devices.",
        HelpName = "RULE",
        AllowMultipleArgumentsPerToken = hasSwitch,
        CustomParser = static result => ParseRule(result),
    };

    public Option<int?> MaximumPeers { get; } = new("--max-peers")
    {
        Description = "How many devices may be in the network.",
        HelpName = "1-7",
        CustomParser = static result => OptionParsers.Number("--max-peers", 1, PanRoles.DefaultClientLimit)(result),
    };

    public Option<bool> Isolate { get; } = new("--isolate")
    {
        Description = "Keep the devices from each other: each reaches this one only.",
    };

    public Option<int> MinimumKeySize { get; } = new("--minimum-key-size")
    {
        Description = "The shortest encryption key in octets.",
        HelpName = "7-16",
        DefaultValueFactory = static _ => SecurityRequirement.Default.MinimumKeySize,
        CustomParser = OptionParsers.Number("--minimum-key-size", SecurityOptions.ShortestKey, 16),
    };

    public Option<TimeSpan?> For { get; } = new("--for")
    {
        Description = "End after so long; else Ctrl-C ends it.",
        HelpName = "SECONDS",
        CustomParser = OptionParsers.Seconds("--for"),
    };

    public void AddTo(Command command)
    {
        command.Add(Address);
        command.Add(Pair);
        command.Add(Allow);
        if (hasSwitch)
        {
            command.Add(MaximumPeers);
            command.Add(Isolate);
        }

        command.Add(MinimumKeySize);
        command.Add(For);
    }

    /// <summary>The addresses of the endpoint: at most one of each family.</summary>
    /// <exception cref="CommandFailedException">There are more.</exception>
    public IReadOnlyList<IPNetworkAddress> Addresses(ParseResult arguments)
    {
        var addresses = arguments.GetValue(Address) ?? [];
        return addresses.DistinctBy(static address => address.Address.AddressFamily).Count() == addresses.Length
            ? addresses
            : throw new CommandFailedException(ExitCode.Usage, "--address takes one IPv4 and one IPv6 address; leave the others out.");
    }

    /// <summary>What a link must prove.</summary>
    public SecurityRequirement Security(ParseResult arguments) =>
        SecurityRequirement.Default with { MinimumKeySize = (byte)arguments.GetValue(MinimumKeySize) };

    /// <summary>The policy of a served role.</summary>
    public PanServiceOptions Service(ParseResult arguments, IAuthorizer authorizer) => new()
    {
        Security = Security(arguments),
        Authorization = Rule(arguments.GetValue(Allow) ?? []),
        Authorizer = authorizer,
        ClientLimit = hasSwitch ? arguments.GetValue(MaximumPeers) : null,
        Switch = new SwitchOptions { ClientIsolation = hasSwitch && arguments.GetValue(Isolate) },
    };

    private static string[] ParseRule(System.CommandLine.Parsing.ArgumentResult result)
    {
        var words = OptionParsers.ParseAll(result, static text =>
            text is "bonded" or "all" or "ask" || Hci.Wire.BdAddr.TryParse(text, out _)
                ? text
                : throw new FormatException($"--allow cannot be '{text}'; write bonded, all, ask, or addresses like 5C:F3:70:66:12:34."));
        if (words.Length > 1 && words.Any(static word => word is "all" or "ask"))
        {
            result.AddError("--allow all and --allow ask stand alone; leave the other rules out.");
        }

        return words;
    }

    private static AuthorizationRule Rule(string[] words)
    {
        if (words.Length == 0 || words is ["bonded"])
        {
            return AuthorizationRule.Bonded;
        }

        if (words is ["all"])
        {
            return AuthorizationRule.All;
        }

        if (words is ["ask"])
        {
            return AuthorizationRule.Ask;
        }

        var listed = words.Where(static word => word != "bonded")
            .Select(static word => new AuthorizedDevice(Hci.Wire.BdAddr.Parse(word))).ToArray();
        return AuthorizationRule.Listed(listed) with { Otherwise = words.Contains("bonded") ? AuthorizationRule.Bonded : null };
    }
}
