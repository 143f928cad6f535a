using System.Text.Json;
using System.Text.Unicode;

namespace HostStack.Cli.Configuration;

/// <summary>Reads JSON with comments and trailing commas into values that know their place. Pure.</summary>
internal static class ConfigurationText
{
    /// <summary>The longest file in octets.</summary>
    public const int MaximumSize = 1024 * 1024;

    private const int MaximumDepth = 32;
    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = MaximumDepth,
    };

    /// <summary>Reads a text.</summary>
    /// <param name="text">UTF-8, with or without a byte order mark.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns>The value; null where the text is no JSON.</returns>
    public static ConfigurationValue? Parse(ReadOnlyMemory<byte> text, ConfigurationErrors errors)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        var lines = new TextLines(text);
        if (text.Length > MaximumSize)
        {
            errors.Add(new TextPosition(1, 1), $"The file has more than {MaximumSize} octets; that is no configuration of hoststack.");
            return null;
        }

        if (FirstBadOctet(text.Span) is { } bad)
        {
            errors.Add(lines.At(bad), "The text is not UTF-8 from here on; save the file as UTF-8.");
            return null;
        }

        return Parse(text.Span, lines, errors);
    }

    private static ConfigurationValue? Parse(ReadOnlySpan<byte> text, TextLines lines, ConfigurationErrors errors)
    {
        if (text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            errors.Add(new TextPosition(1, 1), "The file is empty; write an object with \"controllers\" in it.");
            return null;
        }

        var reader = new Utf8JsonReader(text, Options);
        try
        {
            reader.Read();
            var value = Read(ref reader, lines, errors);

            // Nothing but comments may follow; the reader throws where something does.
            reader.Read();
            return value;
        }
        catch (JsonException malformed)
        {
            var offset = lines.StartOf(malformed.LineNumber ?? 0) + (malformed.BytePositionInLine ?? 0);
            errors.Add(
                lines.At(offset),
                $"The JSON cannot be read from here on ({Reason(malformed)}); look for a missing quote, comma or bracket before this place.");
            return null;
        }
    }

    private static ConfigurationValue Read(ref Utf8JsonReader reader, TextLines lines, ConfigurationErrors errors)
    {
        var position = lines.At(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, position, lines, errors),
            JsonTokenType.StartArray => ReadList(ref reader, position, lines, errors),
            JsonTokenType.String => new ConfigurationValue(ConfigurationKind.Text, position) { Text = ReadText(ref reader, position, errors) },
            JsonTokenType.Number => new ConfigurationValue(ConfigurationKind.Number, position)
            {
                Text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            },
            JsonTokenType.True or JsonTokenType.False => new ConfigurationValue(ConfigurationKind.Flag, position)
            {
                Flag = reader.TokenType == JsonTokenType.True,
            },
            _ => new ConfigurationValue(ConfigurationKind.Null, position),
        };
    }

    private static ConfigurationValue ReadObject(
        ref Utf8JsonReader reader, TextPosition position, TextLines lines, ConfigurationErrors errors)
    {
        var members = new List<ConfigurationMember>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var namePosition = lines.At(reader.TokenStartIndex);
            var name = ReadText(ref reader, namePosition, errors);
            reader.Read();
            var value = Read(ref reader, lines, errors);
            if (members.Exists(known => known.Name == name))
            {
                errors.Add(namePosition, $"'{Terminal.PlainText.Of(name)}' is given twice in one object; leave one out.");
                continue;
            }

            members.Add(new ConfigurationMember(name, namePosition, value));
        }

        return new ConfigurationValue(ConfigurationKind.Object, position) { Members = members };
    }

    private static ConfigurationValue ReadList(
        ref Utf8JsonReader reader, TextPosition position, TextLines lines, ConfigurationErrors errors)
    {
        var items = new List<ConfigurationValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader, lines, errors));
        }

        return new ConfigurationValue(ConfigurationKind.List, position) { Items = items };
    }

    // Half a surrogate pair can be escaped in JSON, but is no text.
    private static string ReadText(ref Utf8JsonReader reader, TextPosition position, ConfigurationErrors errors)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            errors.Add(position, "The string holds an escape that is half a character; write the whole character.");
            return "";
        }
    }

    private static string Reason(JsonException malformed)
    {
        var message = malformed.Message;
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Terminal.PlainText.Of(end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    private static int? FirstBadOctet(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return null;
        }

        var offset = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[offset..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            offset += used;
        }

        return offset;
    }
}
