using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using Microsoft.Extensions.Logging;

namespace HostStack.Host;

/// <content>The controller's life: opened, lost, opened again.</content>
public sealed partial class BluetoothHost
{
    // A controller that cannot be opened must not keep the loop busy, whatever the options say.
    private static readonly TimeSpan ShortestReopenWait = TimeSpan.FromMilliseconds(100);

    private string? _problem;
    private ControllerInfo? _known;

    // xxxxxxxx-0000-1000-8000-00805F9B34FB (Core, Vol 3, Part B, 2.5.1).
    private static Guid Expand(ushort serviceClass) =>
        new(serviceClass, 0x0000, 0x1000, 0x80, 0x00, 0x00, 0x80, 0x5F, 0x9B, 0x34, 0xFB);

    private async Task<IHciTransport> OpenOwnDoorAsync(CancellationToken cancellationToken)
    {
        var transport = await IfWantedAsync(await OpenDoorAsync(cancellationToken), cancellationToken);
        if (_known is { } known && _options.AcceptsOtherController is null && transport.Device is { } device
            && !ControllerLikeness.MayBe(known.Device, device))
        {
            // Left as it is: nothing has been sent to it, and it may be somebody else's.
            await transport.DisposeAsync();
            throw new ControllerUnavailableException(ControllerLikeness.Refusal(known, device));
        }

        return transport;
    }

    private static async Task<IHciTransport> IfWantedAsync(IHciTransport transport, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            // The source took no notice: what it gave has no host any more.
            await transport.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return transport;
    }

    // The host's own controller first, where the source's name fits others as well.
    private async Task<IHciTransport> OpenDoorAsync(CancellationToken cancellationToken)
    {
        if (_known?.Device is not { } before)
        {
            return await _source.OpenAsync(cancellationToken);
        }

        try
        {
            return await _source.ReopenAsync(before, cancellationToken);
        }
        catch (ControllerUnavailableException) when (_options.AcceptsOtherController is not null)
        {
            return await _source.OpenAsync(cancellationToken);
        }
    }

    private string? Refuse(ControllerInfo found) =>
        _known is not { } known || ControllerLikeness.IsSame(known, found) || _options.AcceptsOtherController?.Invoke(known, found) == true
            ? null
            : ControllerLikeness.Refusal(known, found);

    // Opened, or reset in place: the host has found it to be its own.
    private async Task ControllerIsUpAsync()
    {
        if (_known is null || !ControllerLikeness.IsSame(_known, _hci.Controller!))
        {
            _known = _hci.Controller;
        }

        await KeepBondsAsync();
        _epoch++;
        _problem = null;
        Events.Publish(new ControllerOpened(Uri, Address, _epoch));
    }

    private void ControllerIsLost(string sentence)
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        if (!_options.ReopenAfterLoss)
        {
            IsLost(sentence, null);
            return;
        }

        _ = ReopenAsync(sentence);
    }

    private void IsLost(string sentence, TimeSpan? retryIn)
    {
        _problem = sentence;
        Events.Publish(new ControllerLost(Uri, sentence, retryIn));
    }

    private async Task ReopenAsync(string sentence)
    {
        var first = _options.FirstReopenWait > ShortestReopenWait ? _options.FirstReopenWait : ShortestReopenWait;
        var pace = new OpeningPace(first, _options.LongestReopenWait > first ? _options.LongestReopenWait : first);
        var isFinal = false;
        while (!_closing.IsCancellationRequested)
        {
            if (pace.Failed(sentence, isFinal))
            {
                LogLost(_log, Uri, sentence, pace.Wait);
                IsLost(sentence, pace.Wait);
            }

            try
            {
                if (!await pace.WaitAsync(DelayAsync, _source, _closing.Token))
                {
                    return;
                }

                await OpenControllerAsync(_closing.Token);
                return;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever a source throws, the controller may be back at the next attempt.
            catch (Exception again)
#pragma warning restore CA1031
            {
                sentence = again.Message;
                isFinal = again is ControllerUnavailableException { IsFinal: true };
            }
        }
    }

    private Task<bool> DelayAsync(TimeSpan time) => DelayAsync(time, _closing.Token);

    private async Task<bool> DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = Loop.Timers.Create(() => ended.TrySetResult(true));
        timer.Arm(time);
        using (cancellationToken.Register(() => ended.TrySetResult(false)))
        {
            var passed = await ended.Task;
            timer.Disarm();
            return passed;
        }
    }

    private void ServiceClassesChanged()
    {
        if (!_closing.IsCancellationRequested)
        {
            _ = TellServiceClassesAsync();
        }
    }

    private async Task TellServiceClassesAsync()
    {
        try
        {
            var classes = _services.ServiceClasses;
            await _hci.SetServiceUuidsAsync([.. classes.Select(Expand)]);

            // The Networking bit says that there is a network to join (Assigned Numbers, 2.8.1).
            var offersNetworking = classes.Any(static value => value is >= 0x1115 and <= 0x1117);
            await _hci.SetClassOfDeviceAsync(
                offersNetworking ? _options.ClassOfDevice.With(MajorServiceClasses.Networking) : _options.ClassOfDevice);
        }
        catch (ControllerUnavailableException)
        {
            // Both are kept, and told to the controller when it is opened again.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Uri} lost: {Sentence} Next attempt in {Wait}.")]
    private static partial void LogLost(ILogger log, string uri, string sentence, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "A profile failed while the host was being closed; the rest is closed.")]
    private static partial void LogClosingFault(ILogger log, Exception fault);

    private sealed class ControllerWatch(BluetoothHost host) : IHciHostObserver
    {
        public void ControllerWarning(string sentence) => host.Events.Publish(new ControllerWarned(host.Uri, sentence));

        public void ControllerResetting(string cause) => host.IsLost(cause, TimeSpan.Zero);

        public void ControllerRecovered() => _ = host.ControllerIsUpAsync();

        public void ControllerFailed(string sentence) => host.ControllerIsLost(sentence);
    }
}
