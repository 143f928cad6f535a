using HostStack.Hci.Startup;
using HostStack.Hci.Transport;

namespace HostStack.Host;

/// <content>A controller whose start-up asks to be opened again: it starts over and leaves its bus, or it has to sleep
/// once.</content>
public sealed partial class BluetoothHost
{
    private const int ReopenAttempts = 12;
    private static readonly TimeSpan ReopenWait = TimeSpan.FromMilliseconds(500);

    // However often it takes, it is one opening to everybody else; and it takes one opening for each reason at most.
    private async Task OpenControllerAsync(CancellationToken cancellationToken)
    {
        var transport = await OpenOwnDoorAsync(cancellationToken);
        var reopened = ReopenReasons.None;
        while (await BringUpAsync(transport, reopened, cancellationToken) is { } request)
        {
            reopened |= request.Reason;
            transport = await OpenAgainAsync(request.Device, cancellationToken);
        }

        await ControllerIsUpAsync();
    }

    // Whoever gives the opening up does not wait for a firmware to be loaded, or for a chip that says nothing.
    private async Task<ReopenRequest?> BringUpAsync(IHciTransport transport, ReopenReasons reopened, CancellationToken cancellationToken)
    {
        var isOver = false;
        using var givingUp = cancellationToken.Register(() => Loop.Post(static (give, _) => ((Action)give!)(), (Action)GiveUp));
        try
        {
            return await _hci.OpenAsync(transport, Refuse, reopened, canReopen: true);
        }
        catch (ControllerUnavailableException failure) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }
        finally
        {
            isOver = true;
        }

        void GiveUp()
        {
            if (!isOver)
            {
                _ = _hci.CloseAsync();
            }
        }
    }

    // Back within some seconds, and where it was: another one that the source's name fits is not taken for it meanwhile.
    private async Task<IHciTransport> OpenAgainAsync(ControllerDevice? device, CancellationToken cancellationToken)
    {
        for (var attempt = 1; await DelayAsync(ReopenWait, cancellationToken); attempt++)
        {
            try
            {
                return device is null ? await OpenOwnDoorAsync(cancellationToken) : await OpenSameDoorAsync(device, cancellationToken);
            }
            catch (ControllerUnavailableException) when (attempt < ReopenAttempts)
            {
                // Not yet.
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task<IHciTransport> OpenSameDoorAsync(ControllerDevice device, CancellationToken cancellationToken)
    {
        var transport = await IfWantedAsync(await _source.ReopenAsync(device, cancellationToken), cancellationToken);
        if (ControllerLikeness.MayBe(device, transport.Device))
        {
            return transport;
        }

        await transport.DisposeAsync();
        throw new ControllerUnavailableException(
            $"Another controller is in the place of the one that was opened before: {transport.Device}, not {device}; unplug it, plug the first one in and start again.");
    }
}
