using HostStack.Hci.Startup;
using HostStack.Hci.Transport.Usb.LibUsb;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Transport.Usb;

/// <summary>A controller on USB: <c>usb:</c>, <c>usb:0a12:0001</c>, <c>usb:0a12:0001#2</c>, <c>usb:1.4</c>.</summary>
/// <remarks>A controller that was open before is opened again by what USB knows of it, also where it was plugged in
/// elsewhere meanwhile, and no other one is taken for it (<see cref="UsbIdentity"/>).</remarks>
public sealed class UsbControllerSource : IControllerSource
{
    private readonly UsbSelector _selector;
    private readonly IUsbBus _bus;
    private readonly ILogger _log;
    private UsbDeviceInfo? _opened;

    /// <summary>Makes the source; nothing is opened yet.</summary>
    /// <param name="selector">Which controller.</param>
    /// <param name="bus">Where it is plugged in; <see cref="LibUsbBus"/> for this machine's.</param>
    /// <param name="log">Where its openings log; null: nowhere.</param>
    public UsbControllerSource(UsbSelector selector, IUsbBus bus, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(bus);
        _selector = selector;
        _bus = bus;
        _log = log ?? NullLogger.Instance;
    }

    /// <summary>Makes the source of a controller on this machine's USB.</summary>
    /// <param name="text">What stands behind <c>usb:</c>.</param>
    /// <param name="bus">Where it is plugged in; null for this machine's, through libusb.</param>
    /// <param name="log">Where its openings log; null: nowhere.</param>
    /// <exception cref="FormatException">The text has none of the forms.</exception>
    public static UsbControllerSource Parse(string text, IUsbBus? bus = null, ILogger? log = null) =>
        new(UsbSelector.Parse(text), bus ?? new LibUsbBus(log), log);

    /// <inheritdoc/>
    public string Uri => $"{UsbSelector.Scheme}:{_selector}";

    /// <inheritdoc/>
    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) =>
        OpenAsync(devices => UsbSelection.Choose(_selector, devices), mustSleep: false, cancellationToken);

    /// <inheritdoc/>
    public Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before.Usb is { } id
            ? OpenAsync(Identify(id, before).Find, before.MustSleep, cancellationToken)
            : OpenAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string?> LookAsync(CancellationToken cancellationToken) => Task.Run<string?>(Look, cancellationToken);

    // Whoever is plugged in again has another address on its bus.
    private string Look()
    {
        try
        {
            return string.Join(' ', _bus.List().Select(static device => $"{device.Location}/{device.Address}={device.Id}"));
        }
        catch (ControllerUnavailableException)
        {
            return string.Empty;
        }
    }

    // The bus blocks: a device that sleeps, a driver that takes its time to let go.
    private Task<IHciTransport> OpenAsync(
        Func<IReadOnlyList<UsbDeviceInfo>, UsbDeviceInfo> choose, bool mustSleep, CancellationToken cancellationToken) =>
        Task.Run<IHciTransport>(() => Open(choose, mustSleep, cancellationToken), cancellationToken);

    private UsbTransport Open(
        Func<IReadOnlyList<UsbDeviceInfo>, UsbDeviceInfo> choose, bool mustSleep, CancellationToken cancellationToken)
    {
        var devices = _bus.List();
        var device = choose(devices);
        mustSleep |= KnownControllers.Find(device.Id, device.Release)?.Quirks.HasFlag(ControllerQuirks.SuspendOnce) == true;
        var hasSlept = mustSleep && _bus.TrySuspendOnce(device, cancellationToken);
        if (mustSleep && !hasSlept)
        {
            // It may still work: some copies have the fault, some do not. The bring-up warns of those that say what they are.
            UsbLog.DidNotSleep(_log, Uri, device.Id);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var transport = UsbTransport.Open(Uri, OpenDevice(device, devices), _log);
        transport.Device = transport.Device with { MustSleep = mustSleep, HasSlept = hasSlept };
        Volatile.Write(ref _opened, device);
        return transport;
    }

    // The host tells ids and serial number; the place is known here, if it was this source that opened it.
    private UsbIdentity Identify(UsbId id, ControllerDevice before)
    {
        var known = Volatile.Read(ref _opened);
        var place = known?.Id == id && UsbIdentity.MayBeSame(known.SerialNumber, before.SerialNumber) ? known.Location : null;
        return new UsbIdentity(
            id,
            before.SerialNumber,
            place ?? _selector.Location,
            _selector.Location is not null || (before.StaysInPlace && place is not null));
    }

    private IUsbDevice OpenDevice(UsbDeviceInfo device, IReadOnlyList<UsbDeviceInfo> devices)
    {
        try
        {
            return _bus.Open(device);
        }
        catch (ControllerUnavailableException failure)
            when (_selector == UsbSelector.First && UsbCandidates.Among(devices) is { Count: > 1 } all)
        {
            // Nobody asked for this one: the others may do as well.
            var others = string.Join(", ", all.Where(other => other.Location != device.Location)
                .Select(other => $"{UsbSelector.Scheme}:{UsbSelector.Of(other, devices)}"));
            throw new ControllerUnavailableException(
                $"{failure.Message.TrimEnd('.')}; or name another one, {others}.", failure.InnerException);
        }
    }
}
