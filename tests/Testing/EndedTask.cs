namespace HostStack.Testing;

/// <summary>What a task gave, for tests that pump: it has ended already, or the test fails.</summary>
public static class EndedTask
{
    public static T Ended<T>(this Task<T> task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("The task has not ended.");
        }

#pragma warning disable VSTHRD002 // It has ended: nothing waits.
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
