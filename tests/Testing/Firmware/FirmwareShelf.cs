using HostStack.Hci.Startup;

namespace HostStack.Testing.Firmware;

/// <summary>Firmware that a test makes, by name.</summary>
public sealed class FirmwareShelf : IFirmwareSource
{
    private readonly Dictionary<string, byte[]> _files = [];

    public string Places => "the shelf";

    /// <summary>The names that were asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public FirmwareShelf With(string name, byte[] octets)
    {
        _files[name] = octets;
        return this;
    }

    public FirmwareFile Find(string name)
    {
        Asked.Add(name);
        return _files.TryGetValue(name, out var octets) ? new(octets, "/shelf/" + name, null) : default;
    }
}
