namespace HostStack.Cli.Configuration;

/// <summary>What a JSON value is.</summary>
internal enum ConfigurationKind
{
    /// <summary><c>null</c>.</summary>
    Null = 0,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,

    /// <summary>An array.</summary>
    List,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>A JSON value that knows where it stands in its file.</summary>
internal sealed record ConfigurationValue(ConfigurationKind Kind, TextPosition Position)
{
    /// <summary>The string, or the number as it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>The flag.</summary>
    public bool Flag { get; init; }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<ConfigurationValue> Items { get; init; } = [];

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<ConfigurationMember> Members { get; init; } = [];

    /// <summary>The place of a member's value; of the object itself where there is no such member.</summary>
    public TextPosition PositionOf(string name) =>
        Members.FirstOrDefault(member => member.Name == name)?.Value.Position ?? Position;

    /// <summary>The value as it would be quoted in a sentence.</summary>
    public string Quoted => Kind switch
    {
        ConfigurationKind.Null => "null",
        ConfigurationKind.Flag => Flag ? "true" : "false",
        ConfigurationKind.Number => Text.Length <= LongestQuote ? Text : Text[..LongestQuote] + "…",
        ConfigurationKind.Text => $"'{Terminal.PlainText.Of(Text.Length <= LongestQuote ? Text : Text[..LongestQuote] + "…")}'",
        ConfigurationKind.List => "a list",
        _ => "an object",
    };

    private const int LongestQuote = 60;
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="NamePosition">Where the name stands.</param>
/// <param name="Value">Its value.</param>
internal sealed record ConfigurationMember(string Name, TextPosition NamePosition, ConfigurationValue Value);
