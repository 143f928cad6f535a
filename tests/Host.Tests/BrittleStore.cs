using HostStack.Hci.Security.Keys;

namespace HostStack.Host.Tests;

/// <summary>A store of keys in memory that cannot be written while it is broken.</summary>
internal sealed class BrittleStore : ILinkKeyStore
{
    private readonly InMemoryLinkKeyStore _rows = new();

    public bool IsBroken { get; set; }

    public LinkKeyRow? Find(LinkKeyId id) => _rows.Find(id);

    public IReadOnlyList<LinkKeyRow> List() => _rows.List();

    public void Save(LinkKeyRow row)
    {
        Check();
        _rows.Save(row);
    }

    public bool Remove(LinkKeyId id)
    {
        Check();
        return _rows.Remove(id);
    }

    private void Check()
    {
        if (IsBroken)
        {
            throw new KeyStoreException("The disk is full; make room.");
        }
    }
}
