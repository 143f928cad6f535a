using HostStack.Hci.Wire;

namespace HostStack.Bnep.Control;

/// <summary>The answer to a setup request (BNEP 1.0, 2.6.3.2.1, table 3); other values are reserved refusals.</summary>
public enum SetupResponseCode : ushort
{
    /// <summary>Operation successful.</summary>
    Success = 0x0000,

    /// <summary>The destination UUID is not a service of the profile.</summary>
    InvalidDestinationUuid = 0x0001,

    /// <summary>The source UUID is not a service of the profile.</summary>
    InvalidSourceUuid = 0x0002,

    /// <summary>The UUID size is not 2, 4 or 16.</summary>
    InvalidUuidSize = 0x0003,

    /// <summary>Connection not allowed.</summary>
    NotAllowed = 0x0004,
}

/// <summary>BNEP_SETUP_CONNECTION_RESPONSE_MSG (BNEP 1.0, 2.6.3.2).</summary>
/// <remarks><c>| control type 1 | response 2 |</c>, network order.</remarks>
/// <param name="Code">The answer.</param>
internal readonly record struct SetupResponse(SetupResponseCode Code) : IWireFormat<SetupResponse>
{
    public const int Size = 3;

    public int EncodedSize => Size;

    public static bool TryParse(ReadOnlySpan<byte> source, out SetupResponse value)
    {
        var reader = new WireReader(source);
        var type = (BnepControlType)reader.U8();
        value = new((SetupResponseCode)reader.U16BigEndian());
        return reader.AtEnd && type == BnepControlType.SetupConnectionResponse;
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)BnepControlType.SetupConnectionResponse);
        writer.U16BigEndian((ushort)Code);
    }
}
