using System.Globalization;
using System.Text.Json;

namespace HostStack.Cli.Configuration;

/// <summary>What a value of a configuration may be: reads it, and describes it as a JSON Schema. One declaration serves
/// both, so that they cannot differ.</summary>
/// <typeparam name="T">What is read.</typeparam>
internal abstract class Shape<T>
{
    /// <summary>Reads a value; what is wrong is added to the errors.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Its path, <c>controllers[0].name</c>.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="result">What was read.</param>
    /// <returns>False where something was wrong.</returns>
    public abstract bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out T result);

    /// <summary>Writes the members of the schema object.</summary>
    public abstract void WriteSchema(Utf8JsonWriter json);
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class FlagShape : Shape<bool>
{
    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out bool result)
    {
        result = value.Flag;
        if (value.Kind == ConfigurationKind.Flag)
        {
            return true;
        }

        errors.Add(value, path, $"cannot be {value.Quoted}; write true or false.");
        return false;
    }

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "boolean");
}

/// <summary>A whole number.</summary>
internal sealed class NumberShape(int least, int most) : Shape<int>
{
    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out int result)
    {
        result = 0;
        if (value.Kind == ConfigurationKind.Number
            && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result)
            && result >= least && result <= most)
        {
            return true;
        }

        errors.Add(value, path, $"cannot be {value.Quoted}; write a whole number from {least} to {most}.");
        return false;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", least);
        json.WriteNumber("maximum", most);
    }
}

/// <summary>A time in seconds.</summary>
internal sealed class SecondsShape(double least, double most) : Shape<TimeSpan>
{
    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out TimeSpan result)
    {
        result = default;
        if (value.Kind == ConfigurationKind.Number
            && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= least && seconds <= most)
        {
            result = TimeSpan.FromSeconds(seconds);
            return true;
        }

        errors.Add(value, path, string.Create(
            CultureInfo.InvariantCulture, $"cannot be {value.Quoted}; write seconds, a number from {least} to {most}."));
        return false;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "number");
        json.WriteNumber("minimum", least);
        json.WriteNumber("maximum", most);
    }
}

/// <summary>One of some words.</summary>
internal sealed class ChoiceShape<T>(params (string Word, T Value)[] choices) : Shape<T>
{
    /// <summary>The words.</summary>
    public IEnumerable<string> Words => choices.Select(static choice => choice.Word);

    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out T result)
    {
        foreach (var (word, meaning) in choices)
        {
            if (value.Kind == ConfigurationKind.Text && value.Text == word)
            {
                result = meaning;
                return true;
            }
        }

        result = default!;
        errors.Add(value, path, $"cannot be {value.Quoted}; write {Sentences.Either(Words)}.");
        return false;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("enum");
        foreach (var word in Words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}

/// <summary>Reads a string.</summary>
internal delegate bool TextParser<T>(string text, out T value);

/// <summary>A string that means something.</summary>
/// <param name="parse">Reads it; false where it means nothing.</param>
/// <param name="remedy">What to write instead: "write it like x".</param>
/// <param name="pattern">A regular expression of JSON Schema that every good value meets; null: none.</param>
/// <param name="isSecret">Whether a wrong value is not repeated in the error.</param>
internal sealed class TextShape<T>(TextParser<T> parse, string remedy, string? pattern = null, bool isSecret = false) : Shape<T>
{
    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out T result)
    {
        result = default!;
        if (value.Kind == ConfigurationKind.Text && parse(value.Text, out result))
        {
            return true;
        }

        errors.Add(value, path, $"cannot be {(isSecret ? "that" : value.Quoted)}; {remedy}.");
        return false;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        if (pattern is not null)
        {
            json.WriteString("pattern", pattern);
        }
    }
}

/// <summary>A list.</summary>
internal sealed class ListShape<T>(Shape<T> item, int least = 0, int most = 64) : Shape<IReadOnlyList<T>>
{
    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out IReadOnlyList<T> result)
    {
        result = [];
        if (value.Kind != ConfigurationKind.List)
        {
            errors.Add(value, path, $"cannot be {value.Quoted}; write a list in brackets, [ ].");
            return false;
        }

        if (value.Items.Count < least || value.Items.Count > most)
        {
            errors.Add(value, path, $"has {value.Items.Count} items; give {least} to {most}.");
            return false;
        }

        var items = new List<T>();
        var good = true;
        for (var i = 0; i < value.Items.Count; i++)
        {
            good &= item.TryRead(value.Items[i], $"{path}[{i}]", errors, out var read);
            items.Add(read);
        }

        result = items;
        return good;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteNumber("minItems", least);
        json.WriteNumber("maxItems", most);
        json.WriteStartObject("items");
        item.WriteSchema(json);
        json.WriteEndObject();
    }
}

/// <summary>Words in sentences.</summary>
internal static class Sentences
{
    /// <summary><c>a, b or c</c></summary>
    public static string Either(IEnumerable<string> words)
    {
        var all = words.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }
}
