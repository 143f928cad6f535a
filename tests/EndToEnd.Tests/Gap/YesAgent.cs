using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>A user with a display and two keys who sees the same digits and says yes, and who knows the PIN.</summary>
internal sealed class YesAgent : IPairingAgent
{
    public IoCapability IoCapability { get; set; } = IoCapability.DisplayYesNo;

    public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(request.Model == AssociationModel.JustWorks || request.Digits is not null);

    public Task<PinCode?> EnterPinAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<PinCode?>(new PinCode("0000"u8));
}
