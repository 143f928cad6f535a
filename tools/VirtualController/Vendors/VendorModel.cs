using System.Globalization;
using HostStack.Hci.Transport;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Vendors;

/// <summary>The maker's side of a controller: what its chip does besides, and before, what the specification says. One model
/// belongs to one controller. It writes and reads its octets itself.</summary>
/// <remarks>Its state belongs to the radio's loop; read it when the radio rests.</remarks>
public abstract class VendorModel
{
    private readonly List<string> _violations = [];

    /// <summary>What the door tells of the device.</summary>
    public required ControllerDevice Device { get; init; }

    /// <summary>The serial line to the chip; null where there is none.</summary>
    public VirtualLine? Line { get; init; }

    /// <summary>What the host did that a real chip does not forgive, a sentence each.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>The vendor's commands that came, in order.</summary>
    public IReadOnlyList<ushort> VendorCommands => _vendorCommands;

    private protected SimulatedController Controller { get; private set; } = null!;

    private readonly List<ushort> _vendorCommands = [];

    internal void Join(SimulatedController controller)
    {
        Controller = Controller is null || Controller == controller
            ? controller
            : throw new InvalidOperationException("A vendor's model belongs to one controller; make another one.");
    }

    /// <summary>Takes a command before the controller does.</summary>
    /// <returns>The answer; null where the controller shall answer as any does.</returns>
    internal VendorAnswer? Take(ushort opCode, ReadOnlySpan<byte> parameters)
    {
        const int vendorGroup = 0x3F;
        if (opCode >> 10 == vendorGroup)
        {
            _vendorCommands.Add(opCode);
        }

        return Execute(opCode, parameters);
    }

    /// <summary>The answer to a command has gone out.</summary>
    internal virtual void Answered(ushort opCode)
    {
    }

    /// <summary>The power is gone: so is all RAM.</summary>
    internal virtual void PowerLost()
    {
    }

    private protected abstract VendorAnswer? Execute(ushort opCode, ReadOnlySpan<byte> parameters);

    private protected void Violate(string sentence) => _violations.Add(sentence);

    private protected void Violate(IFormattable sentence) => _violations.Add(sentence.ToString(null, CultureInfo.InvariantCulture));

    /// <summary>The answer to Read Local Version Information.</summary>
    private protected static VendorAnswer Version(byte version, ushort revision, ushort company, ushort subversion) =>
        VendorAnswer.Complete(
            0x00, version, (byte)revision, (byte)(revision >> 8), version, (byte)company, (byte)(company >> 8), (byte)subversion,
            (byte)(subversion >> 8));
}
