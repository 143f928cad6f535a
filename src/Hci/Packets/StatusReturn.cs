using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Return parameters that are a status alone: what most Write commands give.</summary>
/// <param name="Status">The outcome.</param>
public readonly record struct StatusReturn(HciStatus Status) : IReturnParameters<StatusReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out StatusReturn value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U8((byte)Status);
}

/// <summary>Return parameters that are a status and the peer that the command was about.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Address">The peer.</param>
public readonly record struct StatusBdAddrReturn(HciStatus Status, BdAddr Address) : IReturnParameters<StatusBdAddrReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out StatusBdAddrReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = new(failure, default);
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.BdAddr(Address);
    }
}

/// <summary>Return parameters that are a status and the link that the command was about.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
public readonly record struct StatusHandleReturn(HciStatus Status, ConnectionHandle Handle)
    : IReturnParameters<StatusHandleReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out StatusHandleReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = new(failure, default);
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
    }
}

/// <summary>The short form of return parameters: a controller that fails a command may give the status alone.</summary>
internal static class BareStatus
{
    /// <summary>Reads the short form.</summary>
    /// <param name="source">The return parameters.</param>
    /// <param name="status">The failure.</param>
    /// <returns>Whether the octets are one status that is not success.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out HciStatus status)
    {
        status = source.Length == 1 ? (HciStatus)source[0] : HciStatus.Success;
        return status != HciStatus.Success;
    }
}
