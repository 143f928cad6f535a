namespace HostStack.Hci.Tests.Transport.Unix;

/// <summary>Calls that block, on threads of their own: the pool's are few.</summary>
internal static class Waiting
{
    public static Task<T> OnThread<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
