namespace HostStack.L2cap.Tests.Rig;

/// <summary>Results of tasks that a pumped loop has ended.</summary>
internal static class Outcomes
{
    /// <summary>The result; the test fails where there is none yet.</summary>
    public static T Ended<T>(this Task<T> task)
    {
        Assert.That(task.IsCompletedSuccessfully, Is.True, $"the task is {task.Status}");
#pragma warning disable VSTHRD002 // The task has ended.
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
