using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A fault at a counted step of one controller (a completion, a packet on the air, a credit given back): every
/// state that a procedure goes through is hit by some number, however short it lasts.</summary>
internal sealed class StepFault : IRadioFaults
{
    private SimulatedController? _controller;
    private Action<SimulatedController>? _fault;
    private long _at;

    /// <summary>Steps that were counted since <see cref="Arm"/>.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the fault has happened.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Plans a fault.</summary>
    /// <param name="controller">Whose steps count, and whom the fault hits.</param>
    /// <param name="step">The number of the step, from 1; 0: none, steps are counted only.</param>
    /// <param name="fault">What happens.</param>
    public void Arm(SimulatedController controller, long step, Action<SimulatedController> fault)
    {
        (_controller, _at, _fault) = (controller, step, fault);
        Steps = 0;
        HasFired = false;
    }

    public void Disarm() => _controller = null;

    public CompletionFault OnCompletion(SimulatedController controller, ushort opCode)
    {
        Count(controller);
        return CompletionFault.None;
    }

    public AclFault OnAcl(SimulatedController sender, Span<byte> payload)
    {
        Count(sender);
        return AclFault.None;
    }

    public int OnCompletedPackets(SimulatedController controller, int count)
    {
        Count(controller);
        return count;
    }

    private void Count(SimulatedController controller)
    {
        if (ReferenceEquals(controller, _controller) && ++Steps == _at)
        {
            HasFired = true;
            _fault!(controller);
        }
    }
}
