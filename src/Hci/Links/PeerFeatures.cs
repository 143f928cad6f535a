using HostStack.Hci.Commands;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Reads the three pages of a peer's features once its link is up (Core, Vol 4, Part E, 7.1.21 and 7.1.22).</summary>
internal sealed class PeerFeatures
{
    private const byte HostPage = 1;
    private const byte LaterControllerPage = 2;

    // LMP allows 30 s; a peer that takes so long for its features would hold pairing up for as long.
    private static readonly TimeSpan PageLimit = TimeSpan.FromSeconds(5);

    private readonly ICommandSender _commands;
    private readonly LoopTimer _limit;
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _page;
    private bool _page0Read;
    private bool _hostPageRead;
    private bool _laterPageRead;

    public PeerFeatures(ICommandSender commands, TimerQueue timers)
    {
        _commands = commands;
        _limit = timers.Create(() => Answer(false));
    }

    /// <summary>The pages that have been read; the others are zero.</summary>
    public LmpFeatures Features { get; private set; }

    /// <summary>Ends, always successfully, when no more will be known.</summary>
    public Task Known => _known.Task;

    /// <summary>Whether the peer's host does Secure Simple Pairing; null while it is not known.</summary>
    public bool? HostSupportsSsp
    {
        get
        {
            if (_page0Read && !Features.Has(LmpFeaturePage0.SecureSimplePairing))
            {
                return false;
            }

            return _hostPageRead ? Features.Has(LmpFeaturePage1.SecureSimplePairingHost) : null;
        }
    }

    /// <summary>Whether the peer's controller and host do Secure Connections; null while it is not known.</summary>
    public bool? SupportsSecureConnections
    {
        get
        {
            if (_hostPageRead && !Features.Has(LmpFeaturePage1.SecureConnectionsHost))
            {
                return false;
            }

            return _hostPageRead && _laterPageRead ? Features.Has(LmpFeaturePage2.SecureConnectionsController) : null;
        }
    }

    /// <summary>Reads what there is. Ends with <see cref="Known"/>.</summary>
    public async Task ReadAsync(ConnectionHandle handle)
    {
        try
        {
            if (!await AskAsync(new ReadRemoteSupportedFeaturesCommand(handle)))
            {
                return;
            }

            if (!Features.Has(LmpFeaturePage0.ExtendedFeatures))
            {
                (_hostPageRead, _laterPageRead) = (true, true);
                return;
            }

            if (await AskAsync(new ReadRemoteExtendedFeaturesCommand(handle, HostPage))
                && Features.Has(LmpFeaturePage1.SecureConnectionsHost))
            {
                await AskAsync(new ReadRemoteExtendedFeaturesCommand(handle, LaterControllerPage));
            }
        }
        catch (ControllerUnavailableException)
        {
            // The link ends with its controller; nobody waits for features then.
        }
        finally
        {
            _known.TrySetResult();
        }
    }

    /// <summary>The link has ended.</summary>
    public void Close()
    {
        Answer(false);
        _known.TrySetResult();
    }

    /// <summary>Takes page 0.</summary>
    public void Take(in ReadRemoteSupportedFeaturesCompleteEvent answer)
    {
        if (answer.Status == HciStatus.Success)
        {
            Features = Features with { Page0 = answer.LmpFeatures };
            _page0Read = true;
        }

        Answer(answer.Status == HciStatus.Success);
    }

    /// <summary>Takes a later page.</summary>
    public void Take(in ReadRemoteExtendedFeaturesCompleteEvent answer)
    {
        if (answer.Status == HciStatus.Success)
        {
            Features = Features.With(answer.PageNumber, answer.ExtendedLmpFeatures);
            _hostPageRead |= answer.PageNumber == HostPage;
            _laterPageRead |= answer.PageNumber == LaterControllerPage
                || answer.MaximumPageNumber < LaterControllerPage; // There is no such page: the peer has nothing of it.
        }

        Answer(answer.Status == HciStatus.Success);
    }

    /// <summary>Takes what the controller learned of the peer's host while the link was made.</summary>
    public void Take(LmpFeaturePage1 host)
    {
        Features = Features with { Page1 = host };
        _hostPageRead = true;
    }

    private async Task<bool> AskAsync(IHciStatusCommand command)
    {
        if (_known.Task.IsCompleted)
        {
            return false;
        }

        // Ready before the command goes: its answer may be handled before its acknowledgement is awaited.
        var page = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _page = page;
        _limit.Arm(PageLimit);
        if (await _commands.SendAsync(command) != HciStatus.Success)
        {
            Answer(false);
        }

        return await page.Task;
    }

    private void Answer(bool read)
    {
        _limit.Disarm();
        _page?.TrySetResult(read);
    }
}
