using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Faults;

/// <summary>Faults by probability, drawn from a seed, and faults at given moments. The same plan on the same run gives
/// the same faults.</summary>
/// <remarks>Probabilities are from 0 to 1. A plan belongs to one radio; change it on the radio's loop or while the radio
/// rests.</remarks>
public sealed class FaultPlan : IRadioFaults
{
    private readonly SeededRandom _random;
    private readonly List<(TimeSpan After, string Controller, Action<SimulatedController> Fault)> _moments = [];
    private VirtualRadio? _radio;

    /// <summary>Makes a plan without faults.</summary>
    /// <param name="seed">Where its randomness begins; print it.</param>
    public FaultPlan(ulong seed) => _random = new SeededRandom(seed).Fork("faults");

    /// <summary>The probability that a completion is lost.</summary>
    public double LoseCompletion { get; set; }

    /// <summary>The probability that a completion comes twice.</summary>
    public double DuplicateCompletion { get; set; }

    /// <summary>The probability that a completion comes late, by <see cref="Lateness"/>.</summary>
    public double DelayCompletion { get; set; }

    /// <summary>How late a late completion is.</summary>
    public TimeSpan Lateness { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Commands whose completions these faults may hit; empty: all but Reset.</summary>
    public ISet<ushort> Commands { get; } = new HashSet<ushort>();

    /// <summary>The probability that an ACL packet is lost on the air.</summary>
    public double LoseAcl { get; set; }

    /// <summary>The probability that one octet of an ACL packet is changed.</summary>
    public double CorruptAcl { get; set; }

    /// <summary>The probability that a credit is not given back.</summary>
    public double LeakCredit { get; set; }

    /// <summary>The probability that one credit too many is given back.</summary>
    public double OverComplete { get; set; }

    /// <summary>Controllers that the plan touches, by name; empty: all.</summary>
    public ISet<string> Controllers { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How many faults have been injected, moments included.</summary>
    public long Injected { get; private set; }

    /// <summary>Plans a fault for a moment.</summary>
    /// <param name="after">From the making of the radio.</param>
    /// <param name="controller">The name of the controller.</param>
    /// <param name="fault">What happens: <c>c => c.PowerOff()</c>, <c>c => c.RaiseHardwareError()</c>.</param>
    public void At(TimeSpan after, string controller, Action<SimulatedController> fault)
    {
        if (_radio is not null)
        {
            throw new InvalidOperationException("The radio of this plan runs already; plan its moments before making it.");
        }

        _moments.Add((after, controller, fault));
    }

    /// <inheritdoc/>
    public CompletionFault OnCompletion(SimulatedController controller, ushort opCode)
    {
        const ushort reset = 0x0C03;
        if (!Touches(controller) || (Commands.Count > 0 ? !Commands.Contains(opCode) : opCode == reset))
        {
            return CompletionFault.None;
        }

        return Happens(LoseCompletion) ? new CompletionFault(0, TimeSpan.Zero)
            : Happens(DuplicateCompletion) ? new CompletionFault(2, TimeSpan.Zero)
            : Happens(DelayCompletion) ? new CompletionFault(1, Lateness)
            : CompletionFault.None;
    }

    /// <inheritdoc/>
    public AclFault OnAcl(SimulatedController sender, Span<byte> payload)
    {
        if (!Touches(sender))
        {
            return AclFault.None;
        }

        if (Happens(LoseAcl))
        {
            return AclFault.Drop;
        }

        if (!payload.IsEmpty && Happens(CorruptAcl))
        {
            payload[_random.Next(payload.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return AclFault.None;
    }

    /// <inheritdoc/>
    public int OnCompletedPackets(SimulatedController controller, int count) =>
        !Touches(controller) ? count : Happens(LeakCredit) ? count - 1 : Happens(OverComplete) ? count + 1 : count;

    internal void Attach(VirtualRadio radio)
    {
        _radio = radio;
        foreach (var (after, name, fault) in _moments)
        {
            radio.After(after, () =>
            {
                if (radio.Find(name) is { } controller)
                {
                    Injected++;
                    fault(controller);
                }
            });
        }
    }

    private bool Touches(SimulatedController controller) => Controllers.Count == 0 || Controllers.Contains(controller.Name);

    private bool Happens(double probability)
    {
        var happens = _random.Happens(probability);
        Injected += happens ? 1 : 0;
        return happens;
    }
}
