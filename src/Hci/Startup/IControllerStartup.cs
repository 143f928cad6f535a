namespace HostStack.Hci.Startup;

/// <summary>What a maker's chips need between the opening of the door and the standard bring-up: a patch in RAM, a faster
/// line, an address. Loop only.</summary>
/// <remarks>Runs again after each reset of the host's: an implementation finds out whether it is still needed. The bring-up
/// that follows resets the controller, which no patch in RAM forgets.</remarks>
internal interface IControllerStartup
{
    /// <summary>Starts the controller.</summary>
    /// <param name="context">What there is to work with.</param>
    /// <exception cref="Transport.ControllerUnavailableException">It cannot be started; the message names the remedy.</exception>
    Task RunAsync(StartupContext context);
}
