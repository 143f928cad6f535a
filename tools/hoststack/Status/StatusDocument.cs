using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostStack.Cli.Status;

/// <summary>What a running host tells of itself: the answer on its status socket. Times are in seconds.</summary>
internal sealed record StatusDocument
{
    /// <summary>The version of this document: it changes when a reader of the older one would be misled.</summary>
    public const int CurrentVersion = 1;

    // Only this one is init: the reader takes init members as given, and as default(T) where the document has none. The others
    // keep the value that is written here, so that the document of a program without them is read.
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Why there is nothing else; null where there is.</summary>
    public string? Error { get; set; }

    /// <summary>The program's version.</summary>
    public string Program { get; set; } = "";

    /// <summary>The process.</summary>
    public int Process { get; set; }

    /// <summary>The command that runs: gn, nap, panu, run.</summary>
    public string Command { get; set; } = "";

    /// <summary>Since the start.</summary>
    public double Uptime { get; set; }

    public IReadOnlyList<ControllerEntry> Controllers { get; set; } = [];
}

/// <summary>A controller and its host.</summary>
internal sealed record ControllerEntry
{
    public string Uri { get; set; } = "";

    /// <summary>up, opening, resetting, lost, waiting, closed, silent.</summary>
    public string State { get; set; } = "";

    /// <summary>Why it is not up.</summary>
    public string? Problem { get; set; }

    public string? Address { get; set; }

    /// <summary>What the door tells of the device: USB ids, product, serial number.</summary>
    public string? Device { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The number of its opening.</summary>
    public int Epoch { get; set; }

    public int Buffers { get; set; }

    public int FreeBuffers { get; set; }

    /// <summary>Octets of a buffer.</summary>
    public int BufferSize { get; set; }

    public bool Discoverable { get; set; }

    public bool Connectable { get; set; }

    public bool PairingWindow { get; set; }

    public IReadOnlyList<BondEntry> Bonds { get; set; } = [];

    public IReadOnlyList<LinkEntry> Links { get; set; } = [];

    public IReadOnlyList<NetworkEntry> Networks { get; set; } = [];

    public IReadOnlyList<ConnectionEntry> Connections { get; set; } = [];

    /// <summary>The last ones, the newest at the end.</summary>
    public IReadOnlyList<RefusalEntry> Refusals { get; set; } = [];

    /// <summary>All since the start.</summary>
    public long RefusalCount { get; set; }

    public IReadOnlyDictionary<string, long> Counters { get; set; } = new Dictionary<string, long>();
}

internal sealed record BondEntry(string Peer, string KeyType, string? Name);

/// <summary>What a link proves.</summary>
/// <param name="Encryption">off, E0 or AES-CCM.</param>
/// <param name="KeySize">Octets; 0 where it is not known.</param>
/// <param name="KeyType">The link key's type; null where none was used.</param>
internal sealed record SecurityEntry(string Encryption, int KeySize, string? KeyType);

internal sealed record LinkEntry(string Peer, string? Name, string Role, SecurityEntry Security, int Channels);

/// <summary>What went over a network or to a peer; rates in octets a second, null where there is no measurement yet.</summary>
internal sealed record TrafficEntry(
    long FramesIn, long OctetsIn, long FramesOut, long OctetsOut, long Dropped, long Filtered, double? RateIn, double? RateOut);

internal sealed record NetworkEntry(
    string Role, string Port, int MaximumPeers, int KnownAddresses, TrafficEntry Traffic, IReadOnlyList<PeerEntry> Peers);

internal sealed record PeerEntry(
    string Peer, string? Name, string Role, string Mac, SecurityEntry Security, TrafficEntry Traffic);

internal sealed record ConnectionEntry(
    string Peer, string? Name, string Role, string Port, string State, SecurityEntry Security, int Losses, TrafficEntry Traffic);

/// <summary>Somebody was refused.</summary>
/// <param name="Ago">Seconds since then.</param>
/// <param name="Layer">Where.</param>
/// <param name="Rule">What said no.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Role">The role that was wanted.</param>
/// <param name="KeyType">The link key's type; null where none was used.</param>
/// <param name="ByPeer">Whether the peer refused; else this side did.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Times">How many times in a row.</param>
internal sealed record RefusalEntry(
    double Ago, string Layer, string Rule, string Peer, string? Role, string? KeyType, bool ByPeer, string Remedy, int Times);

/// <summary>The document as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    /// <summary>Writes a document.</summary>
    public static byte[] Write(StatusDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Default.StatusDocument);

    /// <summary>Reads a document.</summary>
    /// <returns>Null where the octets are none.</returns>
    public static StatusDocument? TryRead(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Default.StatusDocument) is { } document && document.IsWhole() ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
