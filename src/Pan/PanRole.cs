namespace HostStack.Pan;

/// <summary>The roles of the Personal Area Networking profile; the value is the 16-bit service class UUID (PAN 1.0,
/// 8; Bluetooth Assigned Numbers).</summary>
public enum PanRole : ushort
{
    /// <summary>Personal Area Networking User: the client of a NAP or GN, or one end of a link of two.</summary>
    Panu = 0x1115,

    /// <summary>Network Access Point: joins peers to a network behind this machine.</summary>
    Nap = 0x1116,

    /// <summary>Group ad-hoc Network: joins peers to one another.</summary>
    Gn = 0x1117,
}

/// <summary>Facts about roles.</summary>
public static class PanRoles
{
    /// <summary>Peers that one piconet can hold, and so the default limit of a NAP or GN.</summary>
    public const int DefaultClientLimit = 7;

    /// <summary>The role behind a 16-bit UUID; null where the UUID is outside the profile.</summary>
    /// <param name="uuid">A service class UUID.</param>
    public static PanRole? FromUuid(ushort uuid) => uuid switch
    {
        (ushort)PanRole.Panu => PanRole.Panu,
        (ushort)PanRole.Nap => PanRole.Nap,
        (ushort)PanRole.Gn => PanRole.Gn,
        _ => null,
    };

    /// <summary>The role's name as the profile writes it: <c>PANU</c>, <c>NAP</c>, <c>GN</c>.</summary>
    /// <param name="role">The role.</param>
    public static string Name(this PanRole role) => role switch
    {
        PanRole.Nap => "NAP",
        PanRole.Gn => "GN",
        _ => "PANU",
    };
}
