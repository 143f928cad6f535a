using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>The version of libslirp, and what follows from it.</summary>
/// <param name="Major">The first number; an interface of its own.</param>
/// <param name="Minor">The second number.</param>
internal readonly record struct SlirpVersion(int Major, int Minor)
{
    /// <summary>The first in which no fault is known that a peer reaches through this port: before 4.4 ARP
    /// (CVE-2020-29130), before 4.6 BOOTP, UDP and TFTP (CVE-2021-3592 to CVE-2021-3595) read beyond a
    /// frame. It has every function that is used here.</summary>
    public static SlirpVersion Least => new(4, 6);

    // The newest configuration that is known here; a newer library takes it too.
    private static readonly (SlirpVersion Since, uint Configuration)[] Configurations =
        [(new(4, 7), 4), (Least, 3)];

    /// <summary>The version of the configuration that the library takes; 0 where it is too old, or another interface.</summary>
    public uint Configuration
    {
        get
        {
            foreach (var (since, configuration) in Configurations)
            {
                if (Major == since.Major && Minor >= since.Minor)
                {
                    return configuration;
                }
            }

            return 0;
        }
    }

    /// <summary>Whether a library can be used.</summary>
    /// <param name="name">The library's file.</param>
    /// <param name="text">What it says of itself; null: nothing.</param>
    /// <param name="version">Its version, where it can.</param>
    /// <param name="problem">Why it cannot, and what helps.</param>
    public static bool Serves(string name, string? text, out SlirpVersion version, [NotNullWhen(false)] out string? problem)
    {
        var isKnown = TryParse(text, out version);
        problem = isKnown && version.Configuration != 0 ? null
            : isKnown && version.Major <= Least.Major
                ? $"{name} is of version {text}, in which a device can read this program's memory; "
                    + $"install libslirp {Least} or a later 4.x (Debian 12, Ubuntu 22.04 and later have it)."
                : $"{name} is of version {text ?? "unknown"}; install libslirp {Least} or a later 4.x.";
        return problem is null;
    }

    /// <summary>Parses <c>4.7.0</c>; what follows the second number (<c>-dirty</c>, a commit) is not looked at.</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version, when the text begins with one.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out SlirpVersion version)
    {
        version = default;
        Span<Range> parts = stackalloc Range[3];
        if (text.Split(parts, '.') < 2
            || !int.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
        {
            return false;
        }

        version = new SlirpVersion(major, minor);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
