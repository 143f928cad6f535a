namespace HostStack.VirtualController.Usb;

/// <summary>The requests that wait at one endpoint, oldest first: a few, and at most <see cref="Bound"/>.</summary>
internal sealed class UrbQueue
{
    /// <summary>More than any host keeps outstanding at one endpoint.</summary>
    public const int Bound = 256;

    private readonly List<Urb> _urbs = new(16);

    public int Count => _urbs.Count;

    public Urb? First => _urbs.Count > 0 ? _urbs[0] : null;

    public bool TryAdd(Urb urb)
    {
        if (_urbs.Count == Bound)
        {
            return false;
        }

        _urbs.Add(urb);
        return true;
    }

    public bool Remove(Urb urb) => _urbs.Remove(urb);
}
