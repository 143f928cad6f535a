namespace HostStack.Hci.Packets;

/// <summary>Versions of the Core specification as controllers tell them (Assigned Numbers, 2.1).</summary>
public enum CoreVersion : byte
{
    /// <summary>1.0b.</summary>
    V10b = 0x00,

    /// <summary>1.1.</summary>
    V11 = 0x01,

    /// <summary>1.2.</summary>
    V12 = 0x02,

    /// <summary>2.0 + EDR.</summary>
    V20 = 0x03,

    /// <summary>2.1 + EDR: Secure Simple Pairing.</summary>
    V21 = 0x04,

    /// <summary>3.0 + HS.</summary>
    V30 = 0x05,

    /// <summary>4.0: LE.</summary>
    V40 = 0x06,

    /// <summary>4.1: Secure Connections for BR/EDR.</summary>
    V41 = 0x07,

    /// <summary>4.2.</summary>
    V42 = 0x08,

    /// <summary>5.0.</summary>
    V50 = 0x09,

    /// <summary>5.1.</summary>
    V51 = 0x0A,

    /// <summary>5.2.</summary>
    V52 = 0x0B,

    /// <summary>5.3.</summary>
    V53 = 0x0C,

    /// <summary>5.4.</summary>
    V54 = 0x0D,

    /// <summary>6.0.</summary>
    V60 = 0x0E,
}
