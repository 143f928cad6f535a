using HostStack.Hci.Transport;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Transport;

/// <summary>Opens a simulated controller for a host in the same process.</summary>
internal sealed class VirtualControllerSource(SimulatedController controller) : IControllerSource
{
    public string Uri => VirtualRadio.Scheme + controller.Name;

    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IHciTransport>(cancellationToken);
        }

        if (!controller.TryOpen())
        {
            var reason = controller.IsPlugged ? "is open already; close the other host first" : "is unplugged; plug it in again";
            return Task.FromException<IHciTransport>(
                new ControllerUnavailableException($"The virtual controller '{controller.Name}' {reason}."));
        }

        return Task.FromResult<IHciTransport>(new VirtualTransport(controller));
    }
}
