namespace HostStack.Hci.Transport;

/// <summary>The openings of one source, which the operating system may hold up, and which nothing ends before it lets them go
/// on.</summary>
/// <remarks>What is open too late has what it opened, exclusively, until it is let go: the next opening waits for that, and is not
/// refused for the sake of one that nobody wants any more.</remarks>
internal sealed class BlockingOpening
{
    private readonly Lock _gate = new();
    private volatile Task _late = Task.CompletedTask;

    /// <summary>Opens on a thread of the pool. Who cancels goes on at once; what is open too late is let go.</summary>
    /// <param name="open">Blocks until it is open, or cannot be. Called when nothing of an earlier opening is left.</param>
    /// <param name="letGo">Takes what nobody waits for any more. On a thread of the pool.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<T> RunAsync<T>(Func<T> open, Func<T, ValueTask> letGo, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _late.WaitAsync(cancellationToken).ConfigureAwait(false);
        var opening = Task.Run(open, CancellationToken.None);
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                _late = Task.WhenAll(_late, DropAsync(opening, letGo));
            }

            throw;
        }
    }

    private static async Task DropAsync<T>(Task<T> opening, Func<T, ValueTask> letGo)
    {
        try
        {
            // Yields where it is open already: letting go may take its time as well.
            var late = await opening.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await letGo(late).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody waits for it any more, whatever it is.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Then there is nothing to be let go.
        }
    }
}
