using System.Runtime.Versioning;

namespace HostStack.Hci.Transport.Unix;

/// <summary>Tells files from what merely stands in a folder: pipes, sockets, devices. Opening one of those can wait for ever, or
/// do something to a device.</summary>
[SupportedOSPlatform("linux")]
internal static class RegularFile
{
    /// <summary>Whether something that is no regular file has this name. Links are followed; nothing is opened.</summary>
    /// <param name="path">The name.</param>
    /// <returns>False also where nothing is there, or the system does not say.</returns>
    public static bool IsSomethingElse(string path) => FileStatus.Of(path) is { IsRegular: false };
}
