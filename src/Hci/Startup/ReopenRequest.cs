using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>Why a controller has to be opened once more before it can be used; several, for what it has been opened again.</summary>
[Flags]
public enum ReopenReasons
{
    /// <summary>For nothing.</summary>
    None = 0,

    /// <summary>It was told to start over, and left its bus to do so.</summary>
    StartedOver = 1 << 0,

    /// <summary>Its versions give away that it has to sleep once before it delivers data.</summary>
    MustSleep = 1 << 1,
}

/// <summary>What an opening ends with whose start-up asks for another one. The controller has been let go.</summary>
/// <param name="Reason">Why: one reason, for which it was not opened again before.</param>
/// <param name="Device">As what it is opened again (<see cref="IControllerSource.ReopenAsync"/>); null where the door could not
/// tell, so that any opening will do.</param>
public sealed record ReopenRequest(ReopenReasons Reason, ControllerDevice? Device);
