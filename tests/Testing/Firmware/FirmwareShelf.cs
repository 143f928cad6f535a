using HostStack.Hci.Startup;

namespace HostStack.Testing.Firmware;

/// <summary>Firmware that a test makes, by name.</summary>
public sealed class FirmwareShelf : IFirmwareSource
{
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly HashSet<string> _unreadable = [];

    public string Places => "the shelf";

    /// <summary>The names that were asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public FirmwareShelf With(string name, byte[] octets)
    {
        _files[name] = octets;
        return this;
    }

    /// <summary>A file that is there and cannot be used, as one that is compressed.</summary>
    public FirmwareShelf WithUnreadable(string name)
    {
        _unreadable.Add(name);
        return this;
    }

    public FirmwareFile Find(string name)
    {
        Asked.Add(name);
        return _unreadable.Contains(name) ? new(default, null, $"/shelf/{name}.xz is compressed; unpack it.")
            : _files.TryGetValue(name, out var octets) ? new(octets, "/shelf/" + name, null) : default;
    }
}
