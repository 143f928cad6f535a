namespace HostStack.Hci.Packets;

/// <content>Link Policy commands.</content>
public readonly partial record struct OpCode
{
    private const byte LinkPolicy = 0x02;

    /// <summary>Sniff Mode (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode SniffMode => Of(LinkPolicy, 0x0003);

    /// <summary>Exit Sniff Mode (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode ExitSniffMode => Of(LinkPolicy, 0x0004);

    /// <summary>Role Discovery (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode RoleDiscovery => Of(LinkPolicy, 0x0009);

    /// <summary>Switch Role (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode SwitchRole => Of(LinkPolicy, 0x000B);

    /// <summary>Read Link Policy Settings (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode ReadLinkPolicySettings => Of(LinkPolicy, 0x000C);

    /// <summary>Write Link Policy Settings (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode WriteLinkPolicySettings => Of(LinkPolicy, 0x000D);

    /// <summary>Read Default Link Policy Settings (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode ReadDefaultLinkPolicySettings => Of(LinkPolicy, 0x000E);

    /// <summary>Write Default Link Policy Settings (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode WriteDefaultLinkPolicySettings => Of(LinkPolicy, 0x000F);

    /// <summary>Sniff Subrating (Link Policy commands, Core, Vol 4, Part E, 7.2).</summary>
    public static OpCode SniffSubrating => Of(LinkPolicy, 0x0011);
}
