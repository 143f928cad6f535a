using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using Microsoft.Extensions.Logging;

namespace HostStack.Host;

/// <content>Which bonds are those of the controller, over firmware and restarts.</content>
public sealed partial class BluetoothHost
{
    // What the host's controller told at its openings, the latest last, since its bonds were last taken over: a store that
    // cannot be written, or an opening that fails halfway, postpones that and loses nothing.
    private readonly List<ControllerIdentity> _bondsOf = [];

    private bool _adoptsAll;
    private string? _bondsWarning;

    /// <summary>Takes over the bonds that were made with another controller of this address, or with this one before its
    /// firmware changed what it tells of itself. A device that only pretends to have the address gets their keys, too: only the
    /// operator can know that it is the right one.</summary>
    /// <returns>How many bonds; a peer that has one with this controller keeps that.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written; the message says what to do.</exception>
    /// <exception cref="ControllerUnavailableException">There is no controller.</exception>
    public Task<int> AdoptBondsAsync() => Loop.RunAsync(async () =>
    {
        if (_problem is { } problem)
        {
            throw new ControllerUnavailableException(problem);
        }

        var count = await _hci.AdoptBondsAsync();
        _bondsWarning = null;
        return count;
    });

    // Bonds are kept by address and fingerprint. The same controller with other firmware has them still; another one with its
    // address has them by the operator's word.
    private async Task KeepBondsAsync()
    {
        var now = _hci.Identity;
        string? warning = null;
        try
        {
            var count = await _hci.AdoptOwnBondsAsync();
            for (var i = _bondsOf.Count - 1; i >= 0; i--)
            {
                if (_bondsOf[i].Address == now.Address && _bondsOf[i] != now)
                {
                    count += await _hci.AdoptBondsAsync(_bondsOf[i]);
                }
            }

            if (_adoptsAll)
            {
                count += await _hci.AdoptBondsAsync();
                _adoptsAll = false;
            }

            _bondsOf.RemoveAll(earlier => earlier.Address == now.Address);
            if (count > 0)
            {
                LogBondsKept(_log, count, now.Fingerprint);
            }
        }
        catch (KeyStoreException failure)
        {
            LogBondsNotKept(_log, failure);
            warning = $"The controller's earlier bonds cannot be taken over: {failure.Message} It is tried again when the controller is opened again.";
        }

        _bondsOf.Remove(now);
        _bondsOf.Add(now);
        Warn(warning ?? ForeignWarning());
    }

    private string? ForeignWarning() => _hci.ForeignBonds.Count is var count and > 0
        ? $"{(count == 1 ? "A bond" : $"{count} bonds")} of address {Address} came about with a controller that told other versions, and {(count == 1 ? "is" : "are")} not used; where this is the same one with other firmware, start once with --accept-controller (\"acceptOtherController\", AdoptBondsAsync), else pair again."
        : null;

    // Told when it is another one.
    private void Warn(string? warning)
    {
        if (warning is not null && warning != _bondsWarning)
        {
            Events.Publish(new ControllerWarned(Uri, warning));
        }

        _bondsWarning = warning;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} bonds of the controller's earlier versions go on; its version is {Version} now.")]
    private static partial void LogBondsKept(ILogger log, int count, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bonds of the controller's earlier versions cannot be taken over; it is tried again at the next opening.")]
    private static partial void LogBondsNotKept(ILogger log, Exception failure);
}
