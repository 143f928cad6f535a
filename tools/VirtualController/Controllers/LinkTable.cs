using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Controllers;

/// <summary>The links of one controller, by handle and by peer.</summary>
internal sealed class LinkTable(ushort firstHandle)
{
    private readonly List<LinkEnd> _ends = [];

    public IReadOnlyList<LinkEnd> All => _ends;

    public int Count => _ends.Count;

    /// <summary>Links in which this controller is the central.</summary>
    public int Peripherals
    {
        get
        {
            var count = 0;
            foreach (var end in _ends)
            {
                count += end.Role == LinkRole.Central ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>A new end on the lowest free handle: handles come back quickly, as in real controllers.</summary>
    public LinkEnd Add(AirLink link, SimulatedController controller, LinkRole role)
    {
        var handle = firstHandle;
        while (Find(new ConnectionHandle(handle)) is not null)
        {
            handle++;
        }

        var end = new LinkEnd(link, controller, new ConnectionHandle(handle), role);
        _ends.Add(end);
        return end;
    }

    public void Remove(LinkEnd end) => _ends.Remove(end);

    public LinkEnd? Find(ConnectionHandle handle)
    {
        for (var i = 0; i < _ends.Count; i++)
        {
            if (_ends[i].Handle == handle)
            {
                return _ends[i];
            }
        }

        return null;
    }

    public LinkEnd? Find(BdAddr peer)
    {
        for (var i = 0; i < _ends.Count; i++)
        {
            if (_ends[i].PeerAddress == peer)
            {
                return _ends[i];
            }
        }

        return null;
    }
}
