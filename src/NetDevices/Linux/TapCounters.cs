namespace HostStack.NetDevices.Linux;

/// <summary>What a port has carried, since it was made. The kernel counts what it drops itself, as the interface's own.</summary>
/// <param name="Received">Frames that the machine got from the network.</param>
/// <param name="Transmitted">Frames that the network took from the machine.</param>
/// <param name="ReceiveDrops">Frames of the network that the machine had no room for, or that were too long.</param>
/// <param name="TransmitDrops">Frames of the machine that no network took.</param>
/// <param name="Pauses">Times that the network asked the machine to wait.</param>
/// <param name="Batches">Times that the port woke to frames of the machine, however many they were.</param>
public readonly record struct TapCounters(
    long Received, long Transmitted, long ReceiveDrops, long TransmitDrops, long Pauses, long Batches);
