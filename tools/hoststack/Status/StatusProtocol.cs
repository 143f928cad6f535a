using System.Net.Sockets;

namespace HostStack.Cli.Status;

/// <summary>The status socket's protocol: the reader sends one line, the host answers with one JSON document and closes.</summary>
internal static class StatusProtocol
{
    /// <summary>The line, with its version.</summary>
    public const string Request = "hoststack-status 1";

    /// <summary>The longest line that is read.</summary>
    public const int LongestRequest = 64;

    /// <summary>The longest answer that is read.</summary>
    public const int LongestAnswer = 4 * 1024 * 1024;

    /// <summary>How long either side waits for the other.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The socket's address.</summary>
    /// <exception cref="IOException">The path is longer than an address holds.</exception>
    public static UnixDomainSocketEndPoint Endpoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException wrong)
        {
            throw new IOException($"The status socket's path '{path}' is empty or too long; use one of fewer than 104 octets.", wrong);
        }
    }
}
