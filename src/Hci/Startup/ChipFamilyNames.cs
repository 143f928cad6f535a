using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>What an operator writes for a maker: <c>vendor=bcm</c>.</summary>
public static class ChipFamilyNames
{
    private static readonly (string Name, ChipFamily Family)[] s_names =
    [
        ("bcm", ChipFamily.Broadcom), ("csr", ChipFamily.Csr), ("intel", ChipFamily.Intel), ("mtk", ChipFamily.MediaTek),
        ("none", ChipFamily.Unknown), ("qca", ChipFamily.Qualcomm), ("rtk", ChipFamily.Realtek),
    ];

    /// <summary>The names, in alphabetical order; <c>none</c> is for a controller that needs nothing.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_names.Select(static entry => entry.Name)];

    /// <summary>Finds the family of a name, in whatever case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ControllerUnavailableException">There is no such name; the message lists those that there are.</exception>
    public static ChipFamily Parse(string name)
    {
        foreach (var (known, family) in s_names)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return family;
            }
        }

        throw new ControllerUnavailableException($"'{name}' is no maker of controllers that is known; write vendor= with one of {string.Join(", ", All)}.");
    }
}
