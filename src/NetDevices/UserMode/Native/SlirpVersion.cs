using System.Globalization;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>The version of libslirp, and what follows from it.</summary>
/// <param name="Major">The first number; an interface of its own.</param>
/// <param name="Minor">The second number.</param>
internal readonly record struct SlirpVersion(int Major, int Minor)
{
    /// <summary>The first with <c>slirp_new</c>.</summary>
    public static SlirpVersion Least => new(4, 1);

    // The newest configuration that is known here; a newer library takes it too.
    private static readonly (SlirpVersion Since, uint Configuration)[] Configurations =
        [(new(4, 7), 4), (new(4, 3), 3), (new(4, 2), 2), (new(4, 1), 1)];

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

    /// <summary>Whether the library's own relay of names can be switched off.</summary>
    public bool CanDisableNames => Configuration >= 3;

    /// <summary>Whether port forwards may be of IPv6.</summary>
    public bool CanForwardIPv6 => Major == 4 && Minor >= 5;

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
