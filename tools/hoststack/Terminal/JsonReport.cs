using System.Text.Encodings.Web;
using System.Text.Json;

namespace HostStack.Cli.Terminal;

/// <summary>Tells programs: one JSON object a line on standard output, with <c>kind</c> and <c>t</c> (seconds from the
/// start) first. A failure is an object of kind <c>failed</c>, and its sentence on standard error.</summary>
internal sealed class JsonReport(CommandEnvironment environment) : IReport
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();

    public void Working(string sentence)
    {
    }

    public void Happened(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields) =>
        WriteLine(kind, fields);

    public void Note(string kind, string sentence, Tone tone, params ReadOnlySpan<(string Name, object? Value)> fields) =>
        WriteLine(kind, fields);

    public void Clear()
    {
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
        {
            WriteLine(kind, [.. columns.Zip(row, static (name, value) => (FieldName(name), value))]);
        }
    }

    public void Table(string kind, string title, IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows)
    {
        foreach (var row in rows)
        {
            WriteLine(kind, row.Fields);
        }
    }

    public void Tree(string kind, string title, IEnumerable<ReportTree> roots)
    {
        foreach (var root in roots)
        {
            WriteLine(kind, root.Fields);
        }
    }

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public void Failed(string sentence, int exitCode)
    {
        WriteLine("failed", [("message", sentence), ("exitCode", exitCode)]);
        environment.Terminal.Error.WriteLine($"hoststack: {PlainText.Lines(sentence)}");
    }

    public void Dispose()
    {
    }

    // "Round trip ms" -> "roundTripMs"
    private static string FieldName(string column)
    {
        var words = column.Split(' ', '-');
        return string.Concat(words.Select(static (word, index) =>
            index == 0 ? word.ToLowerInvariant() : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
    }

    private void WriteLine(string kind, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        // The time is read under the lock, so that it never goes back from line to line.
        lock (_gate)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, Options))
            {
                json.WriteStartObject();
                json.WriteString("kind", kind);
                json.WriteNumber("t", Math.Round(environment.Elapsed.TotalSeconds, 6));
                foreach (var (name, value) in fields)
                {
                    json.WritePropertyName(name);
                    WriteValue(json, value);
                }

                json.WriteEndObject();
            }

            environment.Terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
            environment.Terminal.Out.Flush();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or short or byte or ushort or uint or sbyte:
                json.WriteNumberValue(Convert.ToInt64(value, null));
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case double or float:
                json.WriteNumberValue(Math.Round(Convert.ToDouble(value, null), 6));
                break;
            case TimeSpan time:
                json.WriteNumberValue(Math.Round(time.TotalSeconds, 6));
                break;
            case IEnumerable<string> list:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    json.WriteStringValue(item);
                }

                json.WriteEndArray();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
