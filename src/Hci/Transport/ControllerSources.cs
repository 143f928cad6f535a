using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.UserChannel;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport;

/// <summary>The forms of controller URI that a program knows, and who opens each. An instance, so that two hosts in one
/// process may know different ones.</summary>
public sealed class ControllerSources
{
    private readonly Dictionary<string, (string Form, Func<string, IControllerSource> Make)> _schemes = [];

    /// <summary>The forms that this assembly brings: <c>h4:unix:</c>, <c>h4:tcp:</c>, <c>h4:serial:</c>, <c>h5:serial:</c>,
    /// <c>hci-user:</c> and <c>usb:</c>.</summary>
    /// <param name="usb">Where <c>usb:</c> looks; null for this machine's USB, through libusb.</param>
    /// <param name="loggers">Where openings log what they mend; null: nowhere.</param>
    public static ControllerSources CreateDefault(IUsbBus? usb = null, ILoggerFactory? loggers = null)
    {
        var sources = new ControllerSources();
        sources.Register(UnixControllerSource.Scheme, static path => new UnixControllerSource(path), "h4:unix:/path");
        sources.Register(TcpControllerSource.Scheme, static address => TcpControllerSource.Parse(address), "h4:tcp:host:port");
        SerialControllerSource.Register(sources);
        sources.Register(UserChannelControllerSource.Scheme, static address => UserChannelControllerSource.Parse(address), "hci-user:N");
        sources.Register(UsbSelector.Scheme, text => UsbControllerSource.Parse(text, usb, loggers?.CreateLogger("HostStack.Hci.Usb")), UsbSelector.Form);
        return sources;
    }

    /// <summary>The known forms, in alphabetical order, as a user would write them.</summary>
    public IEnumerable<string> Forms => _schemes.Values.Select(entry => entry.Form).Order(StringComparer.Ordinal);

    /// <summary>Adds a form, or replaces the one with the same scheme.</summary>
    /// <param name="scheme">Without the last colon: <c>virtual</c>, <c>h4:serial</c>.</param>
    /// <param name="make">Makes the source of what stands behind the scheme's colon. Throws <see cref="FormatException"/>
    /// with one clear sentence where that is malformed.</param>
    /// <param name="form">The form as a user would write it, for messages; null for the scheme and its colon.</param>
    /// <exception cref="ArgumentException">The scheme is not one that a URI can have.</exception>
    public void Register(string scheme, Func<string, IControllerSource> make, string? form = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (!ControllerUri.TryParse(scheme + ":", out var uri) || uri.Address.Length > 0)
        {
            throw new ArgumentException($"'{scheme}' is not a scheme; write it like 'virtual' or 'h4:serial'.", nameof(scheme));
        }

        _schemes[uri.Scheme] = (form ?? scheme + ":", make);
    }

    /// <summary>Makes the source that a URI names. Nothing is opened yet.</summary>
    /// <param name="uri"><c>h4:unix:/run/bt.sock</c></param>
    /// <exception cref="FormatException">The URI has no known form, or is malformed; the message names the known forms.</exception>
    public IControllerSource Open(string uri)
    {
        if (!ControllerUri.TryParse(uri, out var parsed) || !_schemes.TryGetValue(parsed.Scheme, out var entry))
        {
            throw new FormatException($"'{uri}' does not name a controller; write one of {string.Join(", ", Forms)}.");
        }

        return entry.Make(parsed.Address);
    }
}
