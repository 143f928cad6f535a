using HostStack.Cli.Options;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.Cli.Terminal;

/// <summary>Asks the person at the terminal while pairing. Digits reach the screen and nothing else.</summary>
internal sealed class TerminalAgent(TerminalQuestions questions, PairingInterface io, PinCode? pin) : IPairingAgent
{
    private readonly PairingInterface _io =
        io == PairingInterface.Automatic ? (questions.CanAsk ? PairingInterface.YesNo : PairingInterface.None) : io;

    public IoCapability IoCapability => _io switch
    {
        PairingInterface.Display => IoCapability.DisplayOnly,
        PairingInterface.YesNo => IoCapability.DisplayYesNo,
        PairingInterface.Keyboard => IoCapability.KeyboardOnly,
        _ => IoCapability.NoInputNoOutput,
    };

    public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        if (_io != PairingInterface.YesNo)
        {
            // Without eyes and keys, opening the pairing window is the consent.
            return Task.FromResult(request.Model == AssociationModel.JustWorks && request.IsWindowOpen);
        }

        return request.Digits is { } digits
            ? questions.ConfirmAsync($"Pairing with {Who(request)}: does it show {digits.ToDigits()}?", cancellationToken)
            : questions.ConfirmAsync($"Pair with {Who(request)}, without digits to compare?", cancellationToken);
    }

    public async Task<Passkey?> EnterPasskeyAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        var question = $"Pairing with {Who(request)}: type the six digits that it shows:";
        while (await questions.AskAsync(question, cancellationToken) is { Length: > 0 } answer)
        {
            if (Passkey.TryParse(answer, out var passkey))
            {
                return passkey;
            }

            question = "Six digits, please:";
        }

        return null;
    }

    public async Task<PinCode?> EnterPinAsync(PairingRequest request, CancellationToken cancellationToken)
    {
        if (pin is not null)
        {
            return pin;
        }

        var answer = await questions.AskAsync($"Pairing with {Who(request)}: type its PIN:", cancellationToken);
        return answer is not null && PinCode.TryFrom(answer, out var typed) ? typed : null;
    }

    public void DisplayPasskey(PairingRequest request)
    {
        if (request.Digits is { } digits)
        {
            questions.TryShow($"Pairing with {Who(request)}: type {digits.ToDigits()} there.");
        }
    }

    private static string Who(PairingRequest request) =>
        request.Name is { Length: > 0 } name ? $"{PlainText.Of(name)} ({request.Peer})" : request.Peer.ToString();
}
