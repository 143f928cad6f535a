using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security;

/// <summary>One pairing as the agent sees it.</summary>
/// <remarks>Printing it never prints the digits.</remarks>
public sealed record PairingRequest
{
    /// <summary>Who pairs.</summary>
    public required PeerAddress Peer { get; init; }

    /// <summary>The peer's name, where it is known.</summary>
    public string? Name { get; init; }

    /// <summary>The association model. Tell it to the user: digits of one model typed into another are an attack
    /// (CVE-2020-10134).</summary>
    public required AssociationModel Model { get; init; }

    /// <summary>The digits to compare or to show; null in the other models.</summary>
    public Passkey? Digits { get; init; }

    /// <summary>Whether this host began.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>Whether the pairing window is open.</summary>
    public required bool IsWindowOpen { get; init; }
}

/// <summary>Answers for the user while pairing. Applications implement it.</summary>
/// <remarks>Callbacks run on the host's callback scheduler, one pairing at a time. An answer that takes longer than
/// <see cref="SecurityOptions.AgentDeadline"/>, and an exception, count as no; the token is cancelled then, and when the
/// pairing ends otherwise.</remarks>
public interface IPairingAgent
{
    /// <summary>What the user can see and type. With the peer's capability it decides the model. Read on the loop.</summary>
    IoCapability IoCapability { get; }

    /// <summary>Data of peers that came by another way; null: none.</summary>
    IOobDataSource? OobData => null;

    /// <summary>Numeric Comparison: does the peer show the same digits? Just Works that the operator did not
    /// ask for: shall it pair?</summary>
    /// <param name="request">The pairing, with the digits in Numeric Comparison.</param>
    /// <param name="cancellationToken">Cancelled when the answer no longer counts.</param>
    Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken);

    /// <summary>Passkey Entry: the digits that the peer shows.</summary>
    /// <param name="request">The pairing.</param>
    /// <param name="cancellationToken">Cancelled when the answer no longer counts.</param>
    /// <returns>The digits; null: no.</returns>
    Task<Passkey?> EnterPasskeyAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<Passkey?>(null);

    /// <summary>Legacy pairing: the PIN.</summary>
    /// <param name="request">The pairing.</param>
    /// <param name="cancellationToken">Cancelled when the answer no longer counts.</param>
    /// <returns>The PIN; null: no.</returns>
    Task<PinCode?> EnterPinAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<PinCode?>(null);

    /// <summary>Passkey Entry: show the digits until <see cref="PairingEnded"/>.</summary>
    /// <param name="request">The pairing, with the digits.</param>
    void DisplayPasskey(PairingRequest request)
    {
    }

    /// <summary>The peer's user presses keys.</summary>
    /// <param name="peer">Whose user.</param>
    /// <param name="type">What was pressed; never which digit.</param>
    void KeyPressed(PeerAddress peer, KeypressNotificationType type)
    {
    }

    /// <summary>The pairing is over.</summary>
    /// <param name="peer">With whom it was.</param>
    /// <param name="succeeded">Whether it succeeded.</param>
    void PairingEnded(PeerAddress peer, bool succeeded)
    {
    }
}

/// <summary>For devices without display and keys: accepts Just Works while the pairing window is open, and nothing
/// else.</summary>
/// <remarks>Just Works does not protect against a man in the middle; opening the window is the consent.</remarks>
public sealed class JustWorksAgent : IPairingAgent
{
    /// <inheritdoc/>
    public IoCapability IoCapability => IoCapability.NoInputNoOutput;

    /// <inheritdoc/>
    public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(request.Model == AssociationModel.JustWorks && request.IsWindowOpen);
}
