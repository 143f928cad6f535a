using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

/// <summary>An opening that its caller gives up.</summary>
internal static class CancelledOpening
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Opens a source and cancels that; fails the test where the caller is kept waiting.</summary>
    /// <param name="source">What is opened.</param>
    /// <param name="begun">Ends when the opening has come to where it is cancelled; null to cancel it at once.</param>
    public static async Task RunAsync(IControllerSource source, Func<Task>? begun = null)
    {
        using var cancelled = new CancellationTokenSource();
        var opening = source.OpenAsync(cancelled.Token);
        await (begun?.Invoke() ?? Task.CompletedTask);
        await cancelled.CancelAsync();
        Assert.That(async () => await opening.WaitAsync(Limit), Throws.InstanceOf<OperationCanceledException>());
    }
}
