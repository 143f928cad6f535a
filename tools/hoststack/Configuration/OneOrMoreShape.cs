using System.Text.Json;

namespace HostStack.Cli.Configuration;

/// <summary>One value, or a list of such values without doubles.</summary>
internal sealed class OneOrMoreShape<T>(Shape<T> item) : Shape<IReadOnlyList<T>>
{
    private const int Most = 8;

    private readonly ListShape<T> _list = new(item, least: 1, most: Most);

    public override bool TryRead(ConfigurationValue value, string path, ConfigurationErrors errors, out IReadOnlyList<T> result)
    {
        if (value.Kind == ConfigurationKind.List)
        {
            if (!_list.TryRead(value, path, errors, out result))
            {
                return false;
            }

            for (var i = 1; i < result.Count; i++)
            {
                if (result.Take(i).Contains(result[i]))
                {
                    errors.Add(value.Items[i], $"{path}[{i}]", "is there twice; leave one out.");
                    return false;
                }
            }

            return true;
        }

        var good = item.TryRead(value, path, errors, out var one);
        result = [one];
        return good;
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("anyOf");
        json.WriteStartObject();
        item.WriteSchema(json);
        json.WriteEndObject();
        json.WriteStartObject();
        _list.WriteSchema(json);
        json.WriteBoolean("uniqueItems", true);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
