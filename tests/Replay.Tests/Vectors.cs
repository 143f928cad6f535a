namespace HostStack.Replay.Tests;

/// <summary>The fixtures of <c>tests/vectors</c>, copied beside the test assembly.</summary>
internal static class Vectors
{
    public static string Path(string name) => System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "vectors", name);
}
