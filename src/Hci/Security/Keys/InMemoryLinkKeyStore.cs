namespace HostStack.Hci.Security.Keys;

/// <summary>Bonds that live as long as the process: for tests, demos and simulations.</summary>
public sealed class InMemoryLinkKeyStore : ILinkKeyStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LinkKeyId, LinkKeyRow> _rows = [];

    /// <inheritdoc/>
    public LinkKeyRow? Find(LinkKeyId id)
    {
        lock (_gate)
        {
            return _rows.GetValueOrDefault(id);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LinkKeyRow> List()
    {
        lock (_gate)
        {
            return [.. _rows.Values];
        }
    }

    /// <inheritdoc/>
    public void Save(LinkKeyRow row)
    {
        lock (_gate)
        {
            _rows[row.Id] = row;
        }
    }

    /// <inheritdoc/>
    public bool Remove(LinkKeyId id)
    {
        lock (_gate)
        {
            return _rows.Remove(id);
        }
    }
}
