using HostStack.Hci.Links;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <content>A controller that is opened twice: it starts over, for it was given an address and leaves its bus to use it; or it
/// turns out to be one that has to sleep once before it gives data.</content>
public sealed partial class BluetoothHost
{
    private const int RestartAttempts = 12;
    private static readonly TimeSpan RestartWait = TimeSpan.FromMilliseconds(500);

    private ControllerDevice? _sleepless;

    private async Task OpenStartedAsync(CancellationToken cancellationToken)
    {
        _sleepless = null;
        try
        {
            await OpenRestartingAsync(cancellationToken);
        }
        catch (ControllerUnavailableException) when (_sleepless is not null)
        {
            // Once: where it could not be let sleep, the bring-up warns and goes on.
            await _hci.OpenAsync(await OpenAgainAsync(_sleepless with { MustSleep = true }, cancellationToken), Refuse);
        }
    }

    // Asked when its versions are known, and before anybody can find it.
    private string? RefuseSleepless(ControllerInfo found)
    {
        if (Refuse(found) is { } sentence)
        {
            return sentence;
        }

        if (found.Device is not { MustSleep: false, HasSlept: false } device
            || !VersionQuirks.For(device, found.Version).HasFlag(ControllerQuirks.SuspendOnce))
        {
            return null;
        }

        _sleepless = device;
        return "The controller has to sleep once before it gives data; it is opened again.";
    }

    private async Task OpenRestartingAsync(CancellationToken cancellationToken)
    {
        var transport = await OpenOwnDoorAsync(cancellationToken);
        try
        {
            await _hci.OpenAsync(transport, RefuseSleepless);
        }
        catch (ControllerUnavailableException) when (_hci.IsRestarting)
        {
            var restarted = await OpenAgainAsync(transport.Device, cancellationToken);
            try
            {
                await _hci.OpenAsync(restarted, RefuseSleepless);
            }
            catch (ControllerUnavailableException again) when (_hci.IsRestarting)
            {
                throw new ControllerUnavailableException(
                    "The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address.", again) { IsFinal = true };
            }
        }
    }

    // Back within some seconds, and where it was: another one that the source's name fits is not taken for it meanwhile.
    private async Task<IHciTransport> OpenAgainAsync(ControllerDevice? device, CancellationToken cancellationToken)
    {
        for (var attempt = 1; await DelayAsync(RestartWait); attempt++)
        {
            try
            {
                return device is null ? await OpenOwnDoorAsync(cancellationToken) : await OpenSameDoorAsync(device, cancellationToken);
            }
            catch (ControllerUnavailableException) when (attempt < RestartAttempts)
            {
                // Not yet.
            }
        }

        throw new OperationCanceledException("The host was closed.");
    }

    private async Task<IHciTransport> OpenSameDoorAsync(ControllerDevice device, CancellationToken cancellationToken)
    {
        var transport = await IfOpenAsync(await _source.ReopenAsync(device with { StaysInPlace = true }, cancellationToken));
        if (ControllerLikeness.MayBe(device, transport.Device))
        {
            return transport;
        }

        await transport.DisposeAsync();
        throw new ControllerUnavailableException(
            $"Another controller is in the place of the one that was opened before: {transport.Device}, not {device}; unplug it, plug the first one in and start again.");
    }
}
