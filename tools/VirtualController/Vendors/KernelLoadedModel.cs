namespace HostStack.VirtualController.Vendors;

/// <summary>A chip whose firmware is for the kernel to load: an Intel one in one of its states, or one that says nothing
/// before.</summary>
public sealed class KernelLoadedModel : VendorModel
{
    private const ushort IntelReadVersion = 0xFC05;

    /// <summary>The answer to Intel's Read Version, status first; empty where it is an unknown command.</summary>
    public IReadOnlyList<byte> IntelVersion { get; init; } = [];

    /// <summary>Whether it answers nothing but vendor's commands.</summary>
    public bool IsDead { get; init; }

    private protected override VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters) =>
        opCode == IntelReadVersion && IntelVersion.Count > 0 ? VendorAnswer.Complete([.. IntelVersion])
        : IsDead ? VendorAnswer.Silence
        : null;
}
