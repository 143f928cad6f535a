namespace HostStack.Bench.Workloads;

/// <summary>What the best C stack needs for the same work: CPU time of one frame, packets handed over in process, on the same
/// kind of machine (a small virtual one with two cores). For orientation: another machine gives other numbers for both.</summary>
internal static class Reference
{
    private const int LongAcl = 1021;
    private const int ShortAcl = 310;

    /// <summary>Nanoseconds to receive a frame; null where it was not measured.</summary>
    public static double? Receive(int payload, int aclLength) => (payload, aclLength) switch
    {
        (1500, LongAcl) => 395,
        (1500, ShortAcl) => 775,
        (64, _) => 235,
        _ => null,
    };

    /// <summary>Nanoseconds to send a frame with eight credits; null where it was not measured.</summary>
    public static double? Send(int payload, int aclLength) => (payload, aclLength) switch
    {
        (1500, LongAcl) => 922,
        (1500, ShortAcl) => 1680,
        (64, _) => 602,
        _ => null,
    };
}
