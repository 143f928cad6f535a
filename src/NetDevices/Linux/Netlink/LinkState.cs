using HostStack.Ethernet;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>What the kernel tells of a link.</summary>
internal sealed record LinkState
{
    private const int FixedSize = 16;

    public required int Index { get; init; }

    public string Name { get; private set; } = "";

    public LinkFlags Flags { get; private set; }

    /// <summary>Null where the link has none of 6 octets.</summary>
    public MacAddress? Address { get; private set; }

    public int Mtu { get; private set; }

    public int TransmitQueueLength { get; private set; }

    /// <summary>The index of the bridge that the link belongs to; 0: none.</summary>
    public int Master { get; private set; }

    public string Alias { get; private set; } = "";

    /// <summary><c>bridge</c>, <c>tun</c>; empty for hardware.</summary>
    public string Kind { get; private set; } = "";

    public bool IsUp => Flags.HasFlag(LinkFlags.Up);

    public bool IsBridge => Kind == "bridge";

    /// <summary>Reads a link's message.</summary>
    /// <param name="message">A message.</param>
    /// <returns>Null where it is another kind.</returns>
    public static LinkState? TryParse(in NetlinkMessage message)
    {
        if (message.Type != NetlinkType.NewLink || message.Body.Length < FixedSize)
        {
            return null;
        }

        var link = new LinkState
        {
            Index = BitConverter.ToInt32(message.Body[4..]),
            Flags = (LinkFlags)BitConverter.ToUInt32(message.Body[8..]),
        };
        var attributes = new NetlinkAttributes(message.Body[FixedSize..]);
        while (attributes.TryNext())
        {
            link.Take(attributes);
        }

        return link;
    }

    private void Take(in NetlinkAttributes attribute)
    {
        switch ((LinkAttribute)attribute.Type)
        {
            case LinkAttribute.Address when attribute.Value.Length == MacAddress.Size:
                Address = MacAddress.Read(attribute.Value);
                break;
            case LinkAttribute.Name:
                Name = attribute.Text;
                break;
            case LinkAttribute.Mtu:
                Mtu = (int)attribute.Number;
                break;
            case LinkAttribute.Master:
                Master = (int)attribute.Number;
                break;
            case LinkAttribute.TransmitQueueLength:
                TransmitQueueLength = (int)attribute.Number;
                break;
            case LinkAttribute.Alias:
                Alias = attribute.Text;
                break;
            case LinkAttribute.Info:
                Kind = KindOf(attribute.Value);
                break;
        }
    }

    private static string KindOf(ReadOnlySpan<byte> info)
    {
        var attributes = new NetlinkAttributes(info);
        while (attributes.TryNext())
        {
            if ((LinkInfoAttribute)attributes.Type == LinkInfoAttribute.Kind)
            {
                return attributes.Text;
            }
        }

        return "";
    }
}
