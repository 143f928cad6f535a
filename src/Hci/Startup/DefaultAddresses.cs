using HostStack.Hci.Wire;

namespace HostStack.Hci.Startup;

/// <summary>An address that says that a controller was never given one of its own.</summary>
/// <param name="Address">The address.</param>
/// <param name="What">Whose it is.</param>
/// <param name="Source">Where the fact comes from.</param>
public sealed record DefaultAddress(BdAddr Address, string What, string Source);

/// <summary>The addresses that many controllers have in common.</summary>
public static class DefaultAddresses
{
    private const string Btbcm = "Linux, drivers/bluetooth/btbcm.c, btbcm_check_bdaddr";

    /// <summary>The addresses that are known.</summary>
    public static IReadOnlyList<DefaultAddress> All { get; } =
    [
        Of("00:20:70:02:A0:00", "BCM20702A0", Btbcm),
        Of("20:70:02:A0:00:00", "BCM20702A1", Btbcm),
        Of("20:76:A0:00:56:79", "BCM2076B1", Btbcm),
        Of("43:24:B3:00:00:00", "BCM4324B3", Btbcm),
        Of("43:30:B1:00:00:00", "BCM4330B1", Btbcm),
        Of("43:34:B0:00:00:00", "BCM4334B0", Btbcm),
        Of("43:34:1B:00:1F:AC", "BCM43341B", Btbcm),
        Of("43:43:A0:12:1F:AC", "BCM43430A0", Btbcm),
        Of("43:45:C5:00:1F:AC", "BCM4345C5", Btbcm),
        Of("00:02:5B:00:A5:A5", "CSR chips without an address in their store", "BlueZ 5, tools/csr.c: PSKEY_BDADDR; reports of many devices"),
        Of("00:1A:7D:DA:71:13", "CSR8510 A10 and its copies", "github.com/abandonware/noble, issue 237; reports of many devices"),
    ];

    /// <summary>Finds an address.</summary>
    /// <param name="address">The address of a controller.</param>
    /// <returns>Whose default it is; null where it is nobody's.</returns>
    public static DefaultAddress? Find(BdAddr address) => All.FirstOrDefault(entry => entry.Address == address);

    private static DefaultAddress Of(string address, string what, string source) => new(BdAddr.Parse(address), what, source);
}
