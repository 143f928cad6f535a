using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HostStack.Cli.Configuration;

/// <summary>The JSON Schema of the configuration file, written from the same shapes that read it.</summary>
internal static class ConfigurationSchema
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text, with a line feed at its end.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Draft);
            json.WriteString("title", "Configuration of hoststack run");
            json.WriteString("description", "The file may hold comments and trailing commas.");
            ConfigurationShapes.File.WriteSchema(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) + "\n";
    }
}
