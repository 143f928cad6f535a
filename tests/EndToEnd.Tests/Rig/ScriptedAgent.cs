using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A user with a script: what he sees is kept, what he answers is given beforehand.</summary>
internal sealed class ScriptedAgent : IPairingAgent
{
    public IoCapability IoCapability { get; init; } = IoCapability.DisplayYesNo;

    public IOobDataSource? OobData { get; init; }

    /// <summary>The answer to a confirmation; null: he never answers.</summary>
    public Func<PairingRequest, bool?> Confirm { get; init; } = static _ => true;

    /// <summary>The digits that he types; a task that never ends: he never answers.</summary>
    public Func<PairingRequest, Task<Passkey?>> Type { get; init; } = static _ => Task.FromResult<Passkey?>(null);

    public Func<PairingRequest, PinCode?> Pin { get; init; } = static _ => null;

    /// <summary>Every question and every display, in order.</summary>
    public List<PairingRequest> Seen { get; } = [];

    public List<bool> Ended { get; } = [];

    public int Cancelled { get; private set; }

    /// <summary>The digits that were shown or compared last.</summary>
    public Passkey? Digits => Seen.LastOrDefault(static request => request.Digits is not null)?.Digits;

    /// <summary>Ends when digits are shown; one for each pairing.</summary>
    public TaskCompletionSource<Passkey> Shown { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        Seen.Add(request);
        return Confirm(request) ?? await NeverAsync<bool>(cancellationToken);
    }

    public Task<Passkey?> EnterPasskeyAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        Seen.Add(request);
        return Type(request);
    }

    public Task<PinCode?> EnterPinAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        Seen.Add(request);
        return Task.FromResult(Pin(request));
    }

    public void DisplayPasskey(PairingRequest request)
    {
        Seen.Add(request);
        Shown.TrySetResult(request.Digits!.Value);
    }

    public void PairingEnded(PeerAddress peer, bool succeeded)
    {
        Ended.Add(succeeded);
        Shown = new TaskCompletionSource<Passkey>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task<T> NeverAsync<T>(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() =>
        {
            Cancelled++;
            never.TrySetCanceled(cancellationToken);
        }))
        {
            return await never.Task;
        }
    }
}
