using HostStack.Hci.Startup;

namespace HostStack.Hci.Links;

/// <summary>How a controller comes to be brought up. The default is a reset in place.</summary>
/// <param name="IsOpening">Whether its door was opened for it: false for a reset in place.</param>
/// <param name="IsSecond">Whether it did not answer at the first attempt of this opening.</param>
/// <param name="Reopened">What it has been opened again for.</param>
/// <param name="CanReopen">Whether somebody would open it again.</param>
internal readonly record struct OpeningAttempt(bool IsOpening, bool IsSecond, ReopenReasons Reopened, bool CanReopen);
