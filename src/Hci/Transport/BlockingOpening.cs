namespace HostStack.Hci.Transport;

/// <summary>Openings that the operating system may hold up, and that nothing ends before it lets them go on.</summary>
internal static class BlockingOpening
{
    /// <summary>Opens on a thread of the pool. Who cancels goes on at once; what is open too late is let go.</summary>
    /// <param name="open">Blocks until it is open, or cannot be.</param>
    /// <param name="letGo">Takes what nobody waits for any more. On a thread of the pool.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<T> RunAsync<T>(Func<T> open, Func<T, ValueTask> letGo, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var opening = Task.Run(open, CancellationToken.None);
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = DropAsync(opening, letGo);
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
