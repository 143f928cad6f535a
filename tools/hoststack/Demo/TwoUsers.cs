using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.Cli.Demo;

/// <summary>The people of the demo, who sit side by side: when their devices show digits, they look at both screens and
/// say yes where they are the same.</summary>
internal sealed class TwoUsers
{
    private readonly Lock _gate = new();
    private Screen? _first;

    /// <summary>Somebody for a device with a screen and two buttons.</summary>
    public IPairingAgent CreateUser() => new User(this);

    private async Task<bool> CompareAsync(Passkey digits, CancellationToken cancellationToken)
    {
        var own = new Screen(digits);
        Screen? other;
        lock (_gate)
        {
            other = _first;
            _first = other is null ? own : null;
        }

        if (other is null)
        {
            return await own.Same.Task.WaitAsync(cancellationToken);
        }

        var same = other.Digits == digits;
        other.Same.TrySetResult(same);
        return same;
    }

    private sealed record Screen(Passkey Digits)
    {
        public TaskCompletionSource<bool> Same { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class User(TwoUsers users) : IPairingAgent
    {
        public IoCapability IoCapability => IoCapability.DisplayYesNo;

        public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken) =>
            request.Digits is { } digits ? users.CompareAsync(digits, cancellationToken) : Task.FromResult(request.IsWindowOpen);
    }
}
