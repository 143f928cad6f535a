using System.Globalization;
using System.Text;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Client;

/// <summary>A line of a description, with the lines under it.</summary>
/// <param name="Text">The line; free of control characters, whatever the peer sent.</param>
/// <param name="Children">The lines under it.</param>
public sealed record DescriptionNode(string Text, IReadOnlyList<DescriptionNode> Children);

/// <summary>Turns a record into lines for people: a model that a command line prints as it likes.</summary>
public static class RecordDescription
{
    private const int MaximumTextLength = 200;
    private const int FirstSpecificAttribute = 0x0200;

    private static readonly Dictionary<ushort, string> UniversalNames = new()
    {
        [0x0000] = "ServiceRecordHandle",
        [0x0001] = "ServiceClassIDList",
        [0x0002] = "ServiceRecordState",
        [0x0003] = "ServiceID",
        [0x0004] = "ProtocolDescriptorList",
        [0x0005] = "BrowseGroupList",
        [0x0006] = "LanguageBaseAttributeIDList",
        [0x0007] = "ServiceInfoTimeToLive",
        [0x0008] = "ServiceAvailability",
        [0x0009] = "BluetoothProfileDescriptorList",
        [0x000A] = "DocumentationURL",
        [0x000B] = "ClientExecutableURL",
        [0x000C] = "IconURL",
        [0x000D] = "AdditionalProtocolDescriptorLists",
        [0x0100] = "ServiceName",
        [0x0101] = "ServiceDescription",
        [0x0102] = "ProviderName",
    };

    private static readonly Dictionary<ushort, string> ServerNames = new()
    {
        [0x0200] = "VersionNumberList",
        [0x0201] = "ServiceDatabaseState",
    };

    private static readonly Dictionary<ushort, string> DeviceNames = new()
    {
        [0x0200] = "SpecificationID",
        [0x0201] = "VendorID",
        [0x0202] = "ProductID",
        [0x0203] = "Version",
        [0x0204] = "PrimaryRecord",
        [0x0205] = "VendorIDSource",
    };

    private static readonly Dictionary<ushort, string> NetworkNames = new()
    {
        [0x0308] = "IPv4Subnet",
        [0x0309] = "IPv6Subnet",
        [0x030A] = "SecurityDescription",
        [0x030B] = "NetAccessType",
        [0x030C] = "MaxNetAccessRate",
    };

    /// <summary>Describes a record.</summary>
    /// <param name="record">Any record.</param>
    /// <returns>The name and handle of the service, and a line for each attribute under it.</returns>
    public static DescriptionNode Describe(ServiceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var summary = ServiceSummary.Read(record);
        var title = summary.Name is { Length: > 0 } name ? Clean(name)
            : summary.Classes.Count > 0 ? NameOf(summary.Classes[0])
            : "Service";
        var lines = record.Attributes.Select(attribute => DescribeElement(
            $"{NameOf(attribute.Id, summary.Classes)} ({attribute.Id})", attribute.Value));
        return new DescriptionNode(record.Handle is { } handle ? $"{title} ({handle})" : title, [.. lines]);
    }

    /// <summary>The description as indented text, two spaces a level, each line ended.</summary>
    /// <param name="node">The outermost line.</param>
    public static string ToText(DescriptionNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.ToString();
    }

    /// <summary>The name of an attribute; "Attribute" where it is not known.</summary>
    /// <param name="id">The attribute.</param>
    /// <param name="classes">The record's service classes, on which the meaning depends.</param>
    public static string NameOf(AttributeId id, IReadOnlyList<SdpUuid> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var names = id.Value < FirstSpecificAttribute ? UniversalNames
            : classes.Contains(KnownUuid.ServiceDiscoveryServer) ? ServerNames
            : classes.Contains(KnownUuid.PnpInformation) ? DeviceNames
            : classes.Any(IsNetwork) ? NetworkNames
            : UniversalNames;
        return names.GetValueOrDefault(id.Value) ?? "Attribute";
    }

    private static bool IsNetwork(SdpUuid uuid) =>
        uuid == KnownUuid.Nap || uuid == KnownUuid.Gn || uuid == KnownUuid.Panu;

    private static DescriptionNode DescribeElement(string? label, DataElement element)
    {
        var prefix = label is null ? string.Empty : label + ": ";
        if (!element.IsContainer)
        {
            return new DescriptionNode(prefix + Leaf(element), []);
        }

        var brackets = element.Type == DataElementType.Sequence ? "[{0}]" : "<{0}>";
        if (element.Items.All(static item => !item.IsContainer))
        {
            var items = string.Join(", ", element.Items.Select(Leaf));
            return new DescriptionNode(prefix + string.Format(CultureInfo.InvariantCulture, brackets, items), []);
        }

        var kind = element.Type == DataElementType.Sequence ? "sequence" : "one of";
        return new DescriptionNode(prefix + kind, [.. element.Items.Select(static item => DescribeElement(null, item))]);
    }

    private static string Leaf(DataElement element)
    {
        if (element.TryGetUuid(out var uuid))
        {
            return NameOf(uuid);
        }

        if (element.TryGetText(out var text))
        {
            return $"\"{Clean(text)}\"";
        }

        if (element.TryGetBoolean(out var flag))
        {
            return flag ? "true" : "false";
        }

        if (element.TryGetSigned(out var signed))
        {
            return signed.ToString(CultureInfo.InvariantCulture);
        }

        return element.Type == DataElementType.Nil
            ? "nil"
            : $"0x{element.Bits.ToString("X" + (2 * element.Length), CultureInfo.InvariantCulture)}";
    }

    private static string NameOf(SdpUuid uuid) => KnownUuid.NameOf(uuid) is { } name ? $"{name} ({uuid})" : uuid.ToString();

    // A peer's text must not reach a terminal with its control sequences.
    private static string Clean(string text)
    {
        var kept = text.Length > MaximumTextLength ? text[..MaximumTextLength] + "..." : text;
        return string.Create(kept.Length, kept, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i])
                    || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? '\uFFFD' : source[i];
            }
        });
    }

    private static void Append(StringBuilder text, DescriptionNode node, int depth)
    {
        text.Append(' ', 2 * depth).Append(node.Text).Append('\n');
        foreach (var child in node.Children)
        {
            Append(text, child, depth + 1);
        }
    }
}
