using System.Text.Json;
using HostStack.Cli.Commands;

namespace HostStack.Cli.Configuration;

/// <summary>A part of a configuration that remembers where it stood, for errors that show later.</summary>
internal abstract record ConfigurationSection
{
    /// <summary>The object in the file.</summary>
    public ConfigurationValue Source { get; set; } = new(ConfigurationKind.Object, new TextPosition(1, 1));

    /// <summary>Its path.</summary>
    public string Path { get; set; } = "";

    /// <summary>Whether a property was given.</summary>
    public bool Has(string name) => Source.Members.Any(member => member.Name == name);

    /// <summary>The path of a property.</summary>
    public string PathOf(string name) => ObjectPath.Join(Path, name);
}

/// <summary>Paths of properties.</summary>
internal static class ObjectPath
{
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

/// <summary>A property of an object.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it says, for the schema.</param>
/// <param name="isRequired">Whether it must be given.</param>
internal abstract class Property<TOwner>(string name, string description, bool isRequired)
{
    public string Name { get; } = name;

    public bool IsRequired { get; } = isRequired;

    public abstract void Read(TOwner owner, ConfigurationValue value, string path, ConfigurationErrors errors);

    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject(Name);
        json.WriteString("description", description);
        WriteShape(json);
        json.WriteEndObject();
    }

    protected abstract void WriteShape(Utf8JsonWriter json);
}

/// <summary>A property whose value has a shape.</summary>
internal sealed class Property<TOwner, TValue>(
    string name, Shape<TValue> shape, Action<TOwner, TValue> set, string description, bool isRequired = false)
    : Property<TOwner>(name, description, isRequired)
{
    public override void Read(TOwner owner, ConfigurationValue value, string path, ConfigurationErrors errors)
    {
        if (shape.TryRead(value, path, errors, out var read))
        {
            set(owner, read);
        }
    }

    protected override void WriteShape(Utf8JsonWriter json) => shape.WriteSchema(json);
}

/// <summary>An object with named properties; others are errors.</summary>
internal sealed class ObjectShape<T>(params Property<T>[] properties) : Shape<T>
    where T : ConfigurationSection, new()
{
    /// <summary>The names of the properties.</summary>
    public IReadOnlyList<string> Names => [.. properties.Select(static property => property.Name)];

    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out T result)
    {
        result = new T { Source = value, Path = path };
        if (value.Kind != ConfigurationKind.Object)
        {
            errors.Add(value, path, $"cannot be {value.Quoted}; write an object in braces, {{ }}.");
            return false;
        }

        foreach (var member in value.Members)
        {
            if (Array.Find(properties, property => property.Name == member.Name) is { } property)
            {
                property.Read(result, member.Value, ObjectPath.Join(path, member.Name), errors);
            }
            else
            {
                errors.Add(member.NamePosition, Unknown(member.Name, path));
            }
        }

        foreach (var missing in properties.Where(property => property.IsRequired && value.Members.All(member => member.Name != property.Name)))
        {
            errors.Add(value, path, $"has no \"{missing.Name}\"; add it.");
        }

        return true;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var property in properties)
        {
            property.WriteSchema(json);
        }

        json.WriteEndObject();
        if (properties.Any(static property => property.IsRequired))
        {
            json.WriteStartArray("required");
            foreach (var property in properties.Where(static property => property.IsRequired))
            {
                json.WriteStringValue(property.Name);
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("additionalProperties", false);
    }

    private string Unknown(string name, string path)
    {
        var where = path.Length == 0 ? "the file" : path;
        var remedy = UsageSentence.Nearest(name, Names) is { } near
            ? $"did you mean \"{near}\"?"
            : $"it takes {string.Join(", ", Names)}.";
        return $"There is no \"{Terminal.PlainText.Of(name)}\" in {where}; {remedy}";
    }
}
