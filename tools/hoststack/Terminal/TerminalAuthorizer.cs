using HostStack.Pan;
using HostStack.Pan.Authorization;

namespace HostStack.Cli.Terminal;

/// <summary>Asks the person at the terminal whether a device may join.</summary>
internal sealed class TerminalAuthorizer(TerminalQuestions questions) : IAuthorizer
{
    public async ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken) =>
        await questions.ConfirmAsync(
            $"{request.Peer} ({request.PeerRole.Name()}, {(request.Bonded ? "bonded" : "not bonded")}) wants to join the {request.Service.Name()}. Let it in?",
            cancellationToken);
}
