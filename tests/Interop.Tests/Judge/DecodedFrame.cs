using System.Globalization;

namespace HostStack.Interop.Tests.Judge;

/// <summary>One record of a capture as fields and their values, in the order in which they stand in the packet.</summary>
internal sealed class DecodedFrame(int number)
{
    private readonly Dictionary<string, List<string>> _fields = [];

    /// <summary>Where in the capture: 1 is the first record.</summary>
    public int Number { get; } = number;

    public IReadOnlyCollection<string> Names => _fields.Keys;

    public IReadOnlyList<string> this[string field] => _fields.TryGetValue(field, out var values) ? values : [];

    public void Add(string field, long value) => Add(field, value.ToString(CultureInfo.InvariantCulture));

    public void Add(string field, string value)
    {
        if (!_fields.TryGetValue(field, out var values))
        {
            _fields.Add(field, values = []);
        }

        values.Add(Normalize(value));
    }

    // One text for one value: tshark writes numbers in either base, and truth in more than one way.
    private static string Normalize(string value) =>
        value.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : value switch
            {
                "True" => "1",
                "False" => "0",
                _ => value.ToLowerInvariant().Replace(":", string.Empty, StringComparison.Ordinal),
            };
}
