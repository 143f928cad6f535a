using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <content>A controller that starts over while it is opened: it was given an address, and leaves its bus to use it.</content>
public sealed partial class BluetoothHost
{
    private const int RestartAttempts = 12;
    private static readonly TimeSpan RestartWait = TimeSpan.FromMilliseconds(500);

    private async Task OpenStartedAsync(CancellationToken cancellationToken)
    {
        var transport = await OpenOwnDoorAsync(cancellationToken);
        try
        {
            await _hci.OpenAsync(transport, Refuse);
        }
        catch (ControllerUnavailableException) when (_hci.IsRestarting)
        {
            var restarted = await OpenRestartedAsync(transport.Device, cancellationToken);
            try
            {
                await _hci.OpenAsync(restarted, Refuse);
            }
            catch (ControllerUnavailableException again) when (_hci.IsRestarting)
            {
                throw new ControllerUnavailableException(
                    "The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address.", again) { IsFinal = true };
            }
        }
    }

    // Back within some seconds, and where it was: another one that the source's name fits is not taken for it meanwhile.
    private async Task<IHciTransport> OpenRestartedAsync(ControllerDevice? device, CancellationToken cancellationToken)
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
            $"Another controller is in the place of the one that started over: {transport.Device}, not {device}; unplug it, plug the first one in and start again.");
    }
}
