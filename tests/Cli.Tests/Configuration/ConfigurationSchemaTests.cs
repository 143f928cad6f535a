using System.Text;
using System.Text.Json;
using HostStack.Cli.Configuration;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Configuration;

/// <summary>The schema in docs is what the reader accepts, and the examples there are read.</summary>
[TestFixture]
public sealed class ConfigurationSchemaTests
{
    private static string Docs => Path.Combine(RepositoryFolder.Path, "docs");

    private static IEnumerable<string> Examples() =>
        Directory.EnumerateFiles(Path.Combine(Docs, "examples"), "*.json").Select(static file => Path.GetFileName(file)).Order();

    [Test]
    public void Schema_InDocs_IsThatOfTheReader()
    {
        var file = Path.Combine(Docs, "hoststack.schema.json");
        if (Environment.GetEnvironmentVariable("HOSTSTACK_UPDATE_SCHEMA") == "1")
        {
            File.WriteAllText(file, ConfigurationSchema.Write());
        }

        Assert.That(
            File.ReadAllText(file).ReplaceLineEndings("\n"),
            Is.EqualTo(ConfigurationSchema.Write()),
            "after a change of the configuration: HOSTSTACK_UPDATE_SCHEMA=1 dotnet test tests/Cli.Tests");
    }

    [TestCaseSource(nameof(Examples))]
    public void Example_IsRead(string name) =>
        Assert.That(ConfigurationFile.Read(Path.Combine(Docs, "examples", name)).Controllers, Is.Not.Empty);

    [TestCaseSource(nameof(Examples))]
    public void Example_EveryTruncation_IsRefusedInASentence(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(Docs, "examples", name)).AsMemory();
        var end = whole.Span.LastIndexOf((byte)'}');
        for (var length = 0; length <= end; length++)
        {
            var failure = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("f", whole[..length]), $"{length} octets");
            Assert.That(failure.Errors[0].ToString(), Does.Match("^f:[0-9]+:[0-9]+: [A-Z\\[a-z].*\\.$"), $"{length} octets");
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void Example_DamagedAtRandom_IsReadOrRefused_AndNothingElse(string name)
    {
        const int seed = 20_311;
        var random = new Random(seed);
        var whole = File.ReadAllBytes(Path.Combine(Docs, "examples", name));
        for (var i = 0; i < 3000; i++)
        {
            var text = (byte[])whole.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : whole[random.Next(whole.Length)];
            }

            try
            {
                ConfigurationFile.Parse("f", text);
            }
            catch (ConfigurationException wrong)
            {
                Assert.That(wrong.Errors, Is.Not.Empty);
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {seed}, round {i}: {fault}\n{System.Text.Encoding.UTF8.GetString(text)}");
            }
        }
    }

    [Test]
    public void Manual_ItsConfiguration_IsRead()
    {
        var manual = File.ReadAllText(Path.Combine(Docs, "service.md"));
        var blocks = manual.Split("```jsonc\n").Skip(1).Select(static rest => rest.Split("```")[0]).ToArray();
        Assert.That(blocks, Is.Not.Empty);
        Assert.That(blocks.SelectMany(Read), Is.Empty);
    }

    /// <summary>Every word that the schema lists is taken by the reader, and what is between them is not.</summary>
    [Test]
    public void Schema_EveryProperty_IsKnownToTheReader()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        foreach (var (path, property) in Properties(schema.RootElement, ""))
        {
            var errors = Read(Wrap(path, "{}"));
            Assert.That(errors, Has.None.Contains("There is no"), $"{path} is known");
            if (property.TryGetProperty("enum", out var words))
            {
                foreach (var word in words.EnumerateArray().Select(static word => word.GetString()))
                {
                    Assert.That(Read(Wrap(path, $"\"{word}\"")), Has.None.Contains($"cannot be '{word}'; write"), path);
                }

                Assert.That(Read(Wrap(path, "\"zz\"")), Has.Some.Contains("cannot be 'zz'"), path);
            }

            Assert.That(Read(Wrap(path + "Zz", "1")), Has.Some.Contains("Zz"), "a property that is not in the schema is refused");
        }
    }

    // controllers[].networks[].role -> { "controllers": [{ "networks": [{ "role": … }] }] }
    private static string Wrap(string path, string value)
    {
        var text = value;
        foreach (var part in path.Split('.').Reverse())
        {
            var name = part.TrimEnd('[', ']');
            text = $"{{ \"{name}\": {(part.EndsWith("[]", StringComparison.Ordinal) ? $"[{text}]" : text)} }}";
        }

        return text;
    }

    private static IReadOnlyList<string> Read(string text)
    {
        try
        {
            ConfigurationFile.Parse("f", Encoding.UTF8.GetBytes(text));
            return [];
        }
        catch (ConfigurationException wrong)
        {
            return [.. wrong.Errors.Select(static error => error.ToString())];
        }
    }

    private static IEnumerable<(string Path, JsonElement Schema)> Properties(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("items", out var items) && items.TryGetProperty("properties", out _))
        {
            return Properties(items, path + "[]");
        }

        return schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(member =>
            {
                var own = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                return Properties(member.Value, own).Prepend((own, member.Value));
            })
            : [];
    }
}
