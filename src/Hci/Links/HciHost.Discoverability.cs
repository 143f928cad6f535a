using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <content>What the device shows of itself (Core, Vol 3, Part C, 4.1 and 4.2).</content>
public sealed partial class HciHost
{
    // T_GAP(104): limited discoverable mode does not last (Core, Vol 3, Part C, 4.1.2.2 and appendix A).
    private static readonly TimeSpan LimitedDiscoverableTime = TimeSpan.FromMinutes(1);

    private LoopTimer? _limitedDiscoverable;

    /// <summary>Whether inquiries with the limited access code find the device at this moment.</summary>
    public bool IsLimitedDiscoverable => _limitedDiscoverable?.IsArmed ?? false;

    /// <summary>Says whether inquiries find the device and others may connect. Kept over resets; ends limited discoverable
    /// mode.</summary>
    /// <param name="discoverable">Whether inquiries find it.</param>
    /// <param name="connectable">Whether others may connect.</param>
    /// <returns>The controller's answer.</returns>
    public async Task<HciStatus> SetScanAsync(bool discoverable, bool connectable)
    {
        Options = Options with { Discoverable = discoverable, Connectable = connectable };
        return IsLimitedDiscoverable
            ? await LeaveLimitedDiscoverableAsync()
            : (await SendAsync(new WriteScanEnableCommand(Scan(Options)))).Status;
    }

    /// <summary>Lets inquiries find the device for one minute, those with the limited access code too. A reset of the
    /// controller ends it.</summary>
    /// <returns>The controller's answer.</returns>
    public async Task<HciStatus> SetLimitedDiscoverableAsync()
    {
        var status = (await SendAsync(new WriteCurrentIacLapCommand([Lap.Liac, Lap.Giac]))).Status;
        if (status == HciStatus.InvalidParameters)
        {
            // A controller with room for one access code: the limited one, which few look for, says more.
            status = (await SendAsync(new WriteCurrentIacLapCommand([Lap.Liac]))).Status;
        }

        if (status != HciStatus.Success)
        {
            return status;
        }

        _limitedDiscoverable ??= _loop.Timers.Create(
            () => _ = TryLeaveLimitedDiscoverableAsync());
        _limitedDiscoverable.Arm(LimitedDiscoverableTime);
        await SendAsync(new WriteClassOfDeviceCommand(Options.ClassOfDevice.With(MajorServiceClasses.LimitedDiscoverable)));
        return (await SendAsync(new WriteScanEnableCommand(Scan(Options) | ScanEnable.Inquiry))).Status;
    }

    /// <summary>Says what inquiries are told of the services. Kept over resets.</summary>
    /// <param name="services">The service classes.</param>
    /// <returns>The controller's answer; Unknown HCI Command where it has no extended inquiry response.</returns>
    public async Task<HciStatus> SetServiceUuidsAsync(IReadOnlyList<Guid> services)
    {
        Options = Options with { ServiceUuids = services };
        var response = BringUp.ExtendedInquiryResponse(Options.Name, services);
        return Controller?.Features.Has(LmpFeaturePage0.ExtendedInquiryResponse) == true
            ? (await SendAsync(new WriteExtendedInquiryResponseCommand(false, response))).Status
            : HciStatus.UnknownCommand;
    }

    /// <summary>Says what the device is. Kept over resets.</summary>
    /// <param name="classOfDevice">The class.</param>
    /// <returns>The controller's answer.</returns>
    public async Task<HciStatus> SetClassOfDeviceAsync(ClassOfDevice classOfDevice)
    {
        Options = Options with { ClassOfDevice = classOfDevice };
        return (await SendAsync(new WriteClassOfDeviceCommand(classOfDevice))).Status;
    }

    private async Task<HciStatus> LeaveLimitedDiscoverableAsync()
    {
        _limitedDiscoverable?.Disarm();
        await SendAsync(new WriteCurrentIacLapCommand([Lap.Giac]));
        await SendAsync(new WriteClassOfDeviceCommand(Options.ClassOfDevice));
        return (await SendAsync(new WriteScanEnableCommand(Scan(Options)))).Status;
    }

    private async Task TryLeaveLimitedDiscoverableAsync()
    {
        try
        {
            await LeaveLimitedDiscoverableAsync();
        }
        catch (ControllerUnavailableException)
        {
            // The mode ended with the controller.
        }
    }

    private static ScanEnable Scan(HciOptions options) =>
        (options.Discoverable ? ScanEnable.Inquiry : ScanEnable.None) | (options.Connectable ? ScanEnable.Page : ScanEnable.None);
}
