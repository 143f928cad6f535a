using HostStack.Hci.Wire;

namespace HostStack.Replay.Hcidump;

/// <summary>Addresses as people publish them, <c>5C:F3:70:66:XX:XX</c>: each masked octet comes from the run's seed, and
/// the same text always gives the same address.</summary>
internal sealed class MaskedAddresses(ulong seed)
{
    private readonly Dictionary<string, BdAddr> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One sentence per address that had to be completed.</summary>
    public IEnumerable<string> Supplied =>
        _known.Where(static pair => pair.Key.Contains('X', StringComparison.OrdinalIgnoreCase))
            .Select(static pair => $"address {pair.Key}: masked octets taken from the seed, {pair.Value}");

    /// <summary>The address behind <paramref name="text"/>; false where it is not one, masked or not.</summary>
    public bool TryGet(string text, out BdAddr address)
    {
        if (_known.TryGetValue(text, out address))
        {
            return true;
        }

        var octets = text.Split(':');
        if (octets.Length != BdAddr.Size)
        {
            return false;
        }

        var fill = seed;
        for (var i = 0; i < octets.Length; i++)
        {
            // A linear congruential step (Knuth's MMIX constants) is enough to spread a seed over a few octets.
            fill = unchecked((fill * 6364136223846793005UL) + 1442695040888963407UL);
            if (octets[i].Equals("XX", StringComparison.OrdinalIgnoreCase))
            {
                octets[i] = ((byte)(fill >> 56)).ToString("X2", System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        if (!BdAddr.TryParse(string.Join(':', octets), out address))
        {
            return false;
        }

        _known.Add(text, address);
        return true;
    }
}
