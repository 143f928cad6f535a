using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>What a gateway made on this machine: enough for somebody else to undo it.</summary>
internal sealed record GatewayState
{
    /// <summary>The version of the file's shape.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the file's shape.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The interface.</summary>
    public required string Interface { get; init; }

    /// <summary>The number of its network namespace, which tells two interfaces of one name apart.</summary>
    public required string Namespace { get; init; }

    /// <summary>The process that made it.</summary>
    public required ProcessIdentity Owner { get; init; }

    /// <summary>The boot in which it was made, also where the note was rewritten since; null: not known, as in notes of earlier
    /// versions.</summary>
    public string? Boot { get; init; }

    /// <summary>Whether it was made before the machine was started: of all that it says only the lease file can be there.
    /// </summary>
    [JsonIgnore]
    public bool IsOfAnotherBoot => Boot is { } made && BootIdentity.Current is { } now && made != now;

    /// <summary>Whether the process that made it still runs.</summary>
    [JsonIgnore]
    public bool IsOwned => !IsOfAnotherBoot && Owner.IsAlive;

    /// <summary>The nftables table; null: none yet.</summary>
    public string? Table { get; init; }

    /// <summary>The kernel settings as they were, in the order in which they are put back.</summary>
    public IReadOnlyList<KernelSetting> Settings { get; init; } = [];

    /// <summary>The DHCP server; null: none.</summary>
    public ProcessIdentity? Server { get; init; }

    /// <summary>The lease file; null: none.</summary>
    public string? Leases { get; init; }

    /// <summary>The file's text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GatewayStateJson.Default.GatewayState);

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The state; null where the text is damaged or of another version.</returns>
    public static GatewayState? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, GatewayStateJson.Default.GatewayState) is { Version: CurrentVersion } state ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes over what another gateway of the same namespace would have put back: whoever is the last does it.</summary>
    /// <param name="settings">The other's settings.</param>
    public GatewayState Inherit(IReadOnlyList<KernelSetting> settings) => this with
    {
        Settings = [.. settings, .. Settings.Where(own => settings.All(other => other.Path != own.Path))],
    };
}

/// <summary>Reads and writes <see cref="GatewayState"/> without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayState))]
internal sealed partial class GatewayStateJson : JsonSerializerContext;
