using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security.Keys;

/// <summary>What the octets of a key file turned out to be.</summary>
internal enum LinkKeyFileState
{
    /// <summary>Rows.</summary>
    Good = 0,

    /// <summary>Torn, edited or not a key file.</summary>
    Damaged,

    /// <summary>Written by a later version.</summary>
    TooNew,
}

/// <summary>The form of the key file: JSON lines. The first line names the format, its version, and count and SHA-256 of
/// the octets that follow; each further line is a row.</summary>
internal static class LinkKeyFile
{
    public const string FormatName = "hoststack-link-keys";
    public const int Version = 1;
    private const byte NewLine = (byte)'\n';

    /// <summary>Writes all rows.</summary>
    public static byte[] Encode(IEnumerable<LinkKeyRow> rows)
    {
        using var body = new MemoryStream();
        var count = 0;
        foreach (var row in rows)
        {
            body.Write(JsonSerializer.SerializeToUtf8Bytes(LinkKeyLine.Of(row), LinkKeyJson.Default.LinkKeyLine));
            body.WriteByte(NewLine);
            count++;
        }

        var octets = body.ToArray();
        var header = new LinkKeyHeader(FormatName, Version, count, Convert.ToHexStringLower(SHA256.HashData(octets)));
        return [.. JsonSerializer.SerializeToUtf8Bytes(header, LinkKeyJson.Default.LinkKeyHeader), NewLine, .. octets];
    }

    /// <summary>Reads all rows.</summary>
    public static LinkKeyFileState TryDecode(ReadOnlySpan<byte> file, out List<LinkKeyRow> rows)
    {
        rows = [];
        var end = file.IndexOf(NewLine);
        if (end < 0)
        {
            return LinkKeyFileState.Damaged;
        }

        try
        {
            var header = JsonSerializer.Deserialize(file[..end], LinkKeyJson.Default.LinkKeyHeader);
            if (header?.Format != FormatName || header.Version < 1)
            {
                return LinkKeyFileState.Damaged;
            }

            if (header.Version > Version)
            {
                return LinkKeyFileState.TooNew;
            }

            var body = file[(end + 1)..];
            if (header.Sha256 != Convert.ToHexStringLower(SHA256.HashData(body)))
            {
                return LinkKeyFileState.Damaged;
            }

            while (!body.IsEmpty)
            {
                var length = body.IndexOf(NewLine);
                if (length < 0
                    || JsonSerializer.Deserialize(body[..length], LinkKeyJson.Default.LinkKeyLine)?.ToRow() is not { } row)
                {
                    return LinkKeyFileState.Damaged;
                }

                rows.Add(row);
                body = body[(length + 1)..];
            }

            return rows.Count == header.Rows ? LinkKeyFileState.Good : LinkKeyFileState.Damaged;
        }
        catch (JsonException)
        {
            return LinkKeyFileState.Damaged;
        }
    }
}

/// <summary>The first line.</summary>
internal sealed record LinkKeyHeader(string? Format, int Version, int Rows, string? Sha256);

/// <summary>A row's line.</summary>
internal sealed class LinkKeyLine
{
    public string? Local { get; set; }

    public string? Controller { get; set; }

    public string? Peer { get; set; }

    public AddressType PeerType { get; set; }

    public string? Key { get; set; }

    public LinkKeyType Type { get; set; }

    public byte Size { get; set; }

    /// <summary>Follows from the type; written for people who read the file.</summary>
    public bool MadeWithSecureConnections { get; set; }

    public bool PeerSupportsSecureConnections { get; set; }

    public bool Bonded { get; set; }

    public string? Name { get; set; }

    // Set after construction: extension data cannot be a parameter of the generated constructor call.
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    public static LinkKeyLine Of(LinkKeyRow row)
    {
        Span<byte> key = stackalloc byte[LinkKey.Size];
        row.Key.CopyTo(key);
        return new LinkKeyLine
        {
            Local = row.Id.Controller.Address.ToString(),
            Controller = row.Id.Controller.Fingerprint,
            Peer = row.Id.Peer.Address.ToString(),
            PeerType = row.Id.Peer.Type,
            Key = Convert.ToHexStringLower(key),
            Type = row.Type,
            Size = row.Size,
            MadeWithSecureConnections = row.MadeWithSecureConnections,
            PeerSupportsSecureConnections = row.PeerSupportsSecureConnections,
            Bonded = row.IsBonded,
            Name = row.Name,
            Unknown = row.Unknown,
        };
    }

    public LinkKeyRow? ToRow()
    {
        Span<byte> key = stackalloc byte[LinkKey.Size];
        if (!BdAddr.TryParse(Local, out var local) || !BdAddr.TryParse(Peer, out var peer) || Controller is null
            || Key?.Length != 2 * LinkKey.Size
            || Convert.FromHexString(Key, key, out _, out _) != System.Buffers.OperationStatus.Done
            || !Enum.IsDefined(Type) || !Enum.IsDefined(PeerType))
        {
            return null;
        }

        return new LinkKeyRow
        {
            Id = new(new(local, Controller), new(peer, PeerType)),
            Key = new LinkKey(key),
            Type = Type,
            Size = Size,
            PeerSupportsSecureConnections = PeerSupportsSecureConnections,
            IsBonded = Bonded,
            Name = Name,
            Unknown = Unknown,
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinkKeyHeader))]
[JsonSerializable(typeof(LinkKeyLine))]
internal sealed partial class LinkKeyJson : JsonSerializerContext;
