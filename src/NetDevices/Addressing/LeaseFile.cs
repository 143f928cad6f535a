using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Addressing;

/// <summary>A lease that outlives the program, in a file of its own.</summary>
/// <remarks>Lines of <c>name value</c>: <c>hardware</c>, <c>address</c>, <c>expires</c> (UTC, or <c>never</c>). The file is
/// replaced at once, never half written; one that cannot be read, or is of another interface, is as good as none: a lease is
/// only a shorter way to an address. Only its user may read it.</remarks>
/// <param name="path">The file.</param>
internal sealed class LeaseFile(string path)
{
    private const int LongestFile = 1024;
    private const string Never = "never";

    /// <summary>Reads the lease.</summary>
    /// <param name="mac">The interface that it must be of.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>The lease; null where there is none.</returns>
    public RememberedLease? Read(MacAddress mac, DateTimeOffset now)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= LongestFile ? Parse(File.ReadAllText(path), mac, now) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a lease in place of the one before.</summary>
    /// <param name="mac">The interface.</param>
    /// <param name="address">The address.</param>
    /// <param name="expires">When it ends, UTC; null never.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public void Write(MacAddress mac, uint address, DateTimeOffset? expires)
    {
        var end = expires?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? Never;
        var text = $"hardware {mac}\naddress {InternetAddress.FromV4(address)}\nexpires {end}\n";
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var draft = $"{path}.{Environment.ProcessId}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(draft, options))
            {
                writer.Write(text);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Removes the file. Idempotent.</summary>
    /// <exception cref="IOException">The file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be removed.</exception>
    public void Delete()
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private static RememberedLease? Parse(string text, MacAddress mac, DateTimeOffset now)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' '));
        MacAddress? hardware = null;
        uint? address = null;
        DateTimeOffset? expires = null;
        foreach (var line in lines)
        {
            switch (line)
            {
                case ["hardware", var value] when MacAddress.TryParse(value, out var parsed):
                    hardware = parsed;
                    break;
                case ["address", var value] when IPAddress.TryParse(value, out var parsed)
                    && parsed.AddressFamily == AddressFamily.InterNetwork:
                    address = InternetAddress.From(parsed).V4;
                    break;
                case ["expires", Never]:
                    expires = DateTimeOffset.MaxValue;
                    break;
                case ["expires", var value] when DateTimeOffset.TryParse(
                    value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed):
                    expires = parsed;
                    break;
                default:
                    return null;
            }
        }

        return hardware == mac && address is { } known && IPv4Prefix.IsHost(known, IPv4Prefix.MaximumLength) && expires is { } end
            ? new RememberedLease(known, end > now)
            : null;
    }
}
