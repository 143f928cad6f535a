using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Faults;

/// <summary>What happens to a Command Complete or Command Status event.</summary>
/// <param name="Copies">How many times it is delivered: 0 loses it, 2 duplicates it.</param>
/// <param name="Delay">How late it comes.</param>
public readonly record struct CompletionFault(int Copies, TimeSpan Delay)
{
    /// <summary>Delivered once, at once.</summary>
    public static CompletionFault None => new(1, TimeSpan.Zero);
}

/// <summary>What happens to one ACL packet on the air.</summary>
public enum AclFault
{
    /// <summary>It arrives. It may have been changed in place.</summary>
    None = 0,

    /// <summary>It is lost, and its buffer freed as though it had arrived.</summary>
    Drop,
}

/// <summary>The places where a radio asks whether something goes wrong. Called on the radio's loop.</summary>
public interface IRadioFaults
{
    /// <summary>A command's completion is about to be delivered.</summary>
    /// <param name="controller">By whom.</param>
    /// <param name="opCode">The command's code.</param>
    CompletionFault OnCompletion(SimulatedController controller, ushort opCode);

    /// <summary>An ACL packet is about to arrive.</summary>
    /// <param name="sender">Whose host sent it.</param>
    /// <param name="payload">Its payload; may be changed in place.</param>
    AclFault OnAcl(SimulatedController sender, Span<byte> payload);

    /// <summary>Buffers are about to be given back by Number Of Completed Packets.</summary>
    /// <param name="controller">By whom.</param>
    /// <param name="count">How many were sent.</param>
    /// <returns>How many the event shall say: fewer leaks credits, more over-completes.</returns>
    int OnCompletedPackets(SimulatedController controller, int count);
}
