namespace HostStack.Cli.Status;

/// <summary>Something that has a controller to tell of.</summary>
internal interface IStatusSource
{
    /// <summary>Tells how it stands.</summary>
    Task<ControllerEntry> ReadAsync();
}
