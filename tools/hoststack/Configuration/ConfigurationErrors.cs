namespace HostStack.Cli.Configuration;

/// <summary>Something wrong in a configuration file.</summary>
/// <param name="File">The file.</param>
/// <param name="Position">Where.</param>
/// <param name="Sentence">What, with the remedy; begins with the path of the property.</param>
internal sealed record ConfigurationError(string File, TextPosition Position, string Sentence)
{
    /// <summary>As editors and compilers write it: <c>file:line:column: sentence</c>.</summary>
    public override string ToString() => $"{File}:{Position.Line}:{Position.Column}: {Sentence}";
}

/// <summary>Collects what is wrong in one file, so that all of it is said at once.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private readonly List<ConfigurationError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    /// <summary>The errors in the order of the file.</summary>
    public IReadOnlyList<ConfigurationError> All =>
        [.. _errors.OrderBy(static error => error.Position.Line).ThenBy(static error => error.Position.Column)];

    public void Add(TextPosition position, string sentence) => _errors.Add(new ConfigurationError(file, position, sentence));

    /// <summary>Adds an error about a value: "<c>path cannot be …</c>" at its place.</summary>
    public void Add(ConfigurationValue value, string path, string predicate) =>
        Add(value.Position, path.Length == 0 ? $"The file {predicate}" : $"{path} {predicate}");
}

/// <summary>The configuration cannot be used. The message has a line for each error, as editors and compilers write it.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors.Select(static error => error.ToString()).Prepend(
        errors.Count == 1 ? "The configuration has an error; correct it:" : $"The configuration has {errors.Count} errors; correct them:")))
{
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
