using HostStack.Bnep.Control;

namespace HostStack.Pan.Roles;

/// <summary>The roles that a host offers to peers.</summary>
[Flags]
internal enum ServedRoles
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>PANU.</summary>
    Panu = 1,

    /// <summary>NAP.</summary>
    Nap = 2,

    /// <summary>GN.</summary>
    Gn = 4,
}

/// <summary>Which pairs of roles may meet (PAN 1.0, 4; BNEP 1.0, 2.6.3.2, table 3). Pure.</summary>
internal static class RolePairs
{
    /// <summary>Judges the two roles of a setup request.</summary>
    /// <param name="destination">What the peer wants here; null where the UUID is outside the profile.</param>
    /// <param name="source">What the peer is; null where the UUID is outside the profile.</param>
    /// <param name="served">What there is here.</param>
    /// <returns>The answer that the roles alone command; success still needs authorization.</returns>
    public static SetupResponseCode Judge(PanRole? destination, PanRole? source, ServedRoles served) =>
        (destination, source) switch
        {
            (null, _) => SetupResponseCode.InvalidDestinationUuid,
            (_, null) => SetupResponseCode.InvalidSourceUuid,

            // Servers do not meet: a NAP or GN takes users only.
            (PanRole.Nap or PanRole.Gn, not PanRole.Panu) => SetupResponseCode.InvalidSourceUuid,

            // A good pair, but nobody is at home: this is not a bad UUID.
            ({ } wanted, _) when (served & Flag(wanted)) == 0 => SetupResponseCode.NotAllowed,

            _ => SetupResponseCode.Success,
        };

    /// <summary>The role behind a setup UUID in any of its forms; null where it is outside the profile.</summary>
    /// <param name="uuid">The UUID.</param>
    public static PanRole? RoleOf(BnepUuid uuid) =>
        uuid.IsBluetooth && uuid.Short <= ushort.MaxValue ? PanRoles.FromUuid((ushort)uuid.Short) : null;

    /// <summary>The role's setup UUID.</summary>
    /// <param name="role">The role.</param>
    public static BnepUuid UuidOf(PanRole role) => BnepUuid.FromShort((ushort)role);

    /// <summary>The role as a flag.</summary>
    /// <param name="role">The role.</param>
    public static ServedRoles Flag(PanRole role) => role switch
    {
        PanRole.Nap => ServedRoles.Nap,
        PanRole.Gn => ServedRoles.Gn,
        _ => ServedRoles.Panu,
    };
}
