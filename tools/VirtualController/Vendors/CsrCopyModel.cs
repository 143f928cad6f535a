namespace HostStack.VirtualController.Vendors;

/// <summary>A copy of a CSR chip: tells of commands that it does not have and locks up when they come, answers others too
/// short. Its buffers and its address are the controller's options.</summary>
public sealed class CsrCopyModel : VendorModel
{
    private const ushort ReadVersion = 0x1001;

    private bool _isLocked;

    /// <summary>HCI version; 0x09 is 5.0.</summary>
    public byte HciVersion { get; init; } = 0x09;

    /// <summary>HCI revision.</summary>
    public ushort Revision { get; init; } = 0x0810;

    /// <summary>LMP subversion.</summary>
    public ushort Subversion { get; init; } = 0x2312;

    /// <summary>Company.</summary>
    public ushort Company { get; init; } = 10;

    /// <summary>Commands at which it locks up until its power goes: stored link keys, event filters, erroneous data
    /// reporting.</summary>
    public IReadOnlySet<ushort> LocksUpAt { get; init; } = new HashSet<ushort> { 0x0C0D, 0x0C11, 0x0C12, 0x0C05, 0x0C5A, 0x0C5B };

    /// <summary>Commands that are answered by a status alone: Read Voice Setting, Read Page Scan Type, or whatever else a story
    /// is about.</summary>
    public IReadOnlySet<ushort> AnswersShort { get; init; } = new HashSet<ushort> { 0x0C25, 0x0C46 };

    internal override void PowerLost() => _isLocked = false;

    private protected override VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters)
    {
        if (LocksUpAt.Contains(opCode))
        {
            Violate($"command 0x{opCode:X4}, which it tells of and does not have");
            _isLocked = true;
        }

        return _isLocked ? VendorAnswer.Silence
            : AnswersShort.Contains(opCode) ? VendorAnswer.Complete(VendorAnswer.Success)
            : opCode == ReadVersion ? Version(HciVersion, Revision, Company, Subversion)
            : null;
    }
}
