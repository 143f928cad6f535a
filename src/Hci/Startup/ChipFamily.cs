namespace HostStack.Hci.Startup;

/// <summary>Whose chip a controller is.</summary>
public enum ChipFamily
{
    /// <summary>Not known, or one that needs nothing.</summary>
    Unknown = 0,

    /// <summary>Cambridge Silicon Radio, and those who copy it.</summary>
    Csr,

    /// <summary>Realtek.</summary>
    Realtek,

    /// <summary>Broadcom and Cypress, today Infineon.</summary>
    Broadcom,

    /// <summary>Intel.</summary>
    Intel,

    /// <summary>MediaTek.</summary>
    MediaTek,

    /// <summary>Qualcomm, before it Atheros.</summary>
    Qualcomm,

    /// <summary>Actions Semiconductor.</summary>
    Actions,

    /// <summary>Barrot.</summary>
    Barrot,
}
