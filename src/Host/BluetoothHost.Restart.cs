using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <content>A controller that starts over while it is opened: it was given an address, and leaves its bus to use it.</content>
public sealed partial class BluetoothHost
{
    private const int RestartAttempts = 12;
    private static readonly TimeSpan RestartWait = TimeSpan.FromMilliseconds(500);

    private async Task OpenStartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _hci.OpenAsync(await OpenOwnDoorAsync(cancellationToken), Refuse);
        }
        catch (ControllerUnavailableException) when (_hci.IsRestarting)
        {
            var restarted = await OpenRestartedAsync(cancellationToken);
            try
            {
                await _hci.OpenAsync(restarted, Refuse);
            }
            catch (ControllerUnavailableException again) when (_hci.IsRestarting)
            {
                throw new ControllerUnavailableException(
                    "The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address.", again);
            }
        }
    }

    // Back within some seconds.
    private async Task<IHciTransport> OpenRestartedAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; await DelayAsync(RestartWait); attempt++)
        {
            try
            {
                return await OpenOwnDoorAsync(cancellationToken);
            }
            catch (ControllerUnavailableException) when (attempt < RestartAttempts)
            {
                // Not yet.
            }
        }

        throw new OperationCanceledException("The host was closed.");
    }
}
