namespace HostStack.Hci.Links;

/// <summary>Hears what happens to the controller as a whole. Loop only; synchronous.</summary>
/// <remarks>What it throws changes nothing of what it is told; the loop counts and logs it (<see cref="Loop.EventLoop.Faults"/>).</remarks>
public interface IHciHostObserver
{
    /// <summary>Something about the controller is wrong and was worked around.</summary>
    /// <param name="sentence">What.</param>
    void ControllerWarning(string sentence)
    {
    }

    /// <summary>The controller failed and is being reset: every link has ended.</summary>
    /// <param name="cause">Why.</param>
    void ControllerResetting(string cause)
    {
    }

    /// <summary>The controller works again after a reset.</summary>
    void ControllerRecovered()
    {
    }

    /// <summary>The controller is lost: every link has ended and every call fails until the host is opened again.</summary>
    /// <param name="sentence">Why, with the remedy.</param>
    void ControllerFailed(string sentence)
    {
    }
}

/// <summary>Where a host stands.</summary>
public enum HciHostState
{
    /// <summary>No controller.</summary>
    Closed = 0,

    /// <summary>Bring-up runs.</summary>
    Opening,

    /// <summary>Links can be made.</summary>
    Open,

    /// <summary>The controller failed, and bring-up runs again.</summary>
    Resetting,

    /// <summary>The controller is lost; the host may be opened on another transport.</summary>
    Failed,

    /// <summary>Links are being ended.</summary>
    Closing,
}
