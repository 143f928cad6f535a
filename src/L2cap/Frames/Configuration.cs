using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Frames;

/// <summary>Flags of a configuration command (Core, Vol 3, Part A, 4.4).</summary>
[Flags]
public enum ConfigurationFlags : ushort
{
    /// <summary>The options are complete.</summary>
    None = 0x0000,

    /// <summary>More options follow in another command.</summary>
    Continuation = 0x0001,
}

/// <summary>Results of an L2CAP_CONFIGURATION_RSP (Core, Vol 3, Part A, 4.5).</summary>
public enum ConfigurationResult : ushort
{
    /// <summary>Success.</summary>
    Success = 0x0000,

    /// <summary>Failure - unacceptable parameters; the options are what would be accepted.</summary>
    Unacceptable = 0x0001,

    /// <summary>Failure - rejected, no reason provided.</summary>
    Rejected = 0x0002,

    /// <summary>Failure - unknown options; the options are those that were not understood.</summary>
    UnknownOptions = 0x0003,

    /// <summary>Pending: another response with the same identifier follows.</summary>
    Pending = 0x0004,

    /// <summary>Failure - flow spec rejected.</summary>
    FlowSpecRejected = 0x0005,
}

/// <summary>L2CAP_CONFIGURATION_REQ data (Core, Vol 3, Part A, 4.4).</summary>
/// <remarks><c>| destination CID 2 | flags 2 | options … |</c>, little-endian. The options are a view: read them with
/// <see cref="OptionReader"/>.</remarks>
public readonly ref struct ConfigurationRequest : IWireFormat<ConfigurationRequest>
{
    /// <summary>Octets before the options.</summary>
    public const int FixedSize = 4;

    /// <summary>Makes a request.</summary>
    /// <param name="destination">The receiver's endpoint.</param>
    /// <param name="flags">Whether more follows.</param>
    /// <param name="options">Whole options, borrowed.</param>
    public ConfigurationRequest(ChannelId destination, ConfigurationFlags flags, ReadOnlySpan<byte> options)
    {
        Destination = destination;
        Flags = flags;
        Options = options;
    }

    /// <summary>The receiver's endpoint.</summary>
    public ChannelId Destination { get; }

    /// <summary>Whether more follows.</summary>
    public ConfigurationFlags Flags { get; }

    /// <summary>The options, borrowed.</summary>
    public ReadOnlySpan<byte> Options { get; }

    /// <summary>Whether more options follow in another request; reserved flags are ignored.</summary>
    public bool HasMore => (Flags & ConfigurationFlags.Continuation) != 0;

    /// <inheritdoc/>
    public int EncodedSize => FixedSize + Options.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConfigurationRequest value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), (ConfigurationFlags)reader.U16(), reader.Rest());
        return reader.Ok;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Destination.Value);
        writer.U16((ushort)Flags);
        writer.Bytes(Options);
    }
}

/// <summary>L2CAP_CONFIGURATION_RSP data (Core, Vol 3, Part A, 4.5).</summary>
/// <remarks><c>| source CID 2 | flags 2 | result 2 | options … |</c>, little-endian.</remarks>
public readonly ref struct ConfigurationResponse : IWireFormat<ConfigurationResponse>
{
    /// <summary>Octets before the options.</summary>
    public const int FixedSize = 6;

    /// <summary>Makes a response.</summary>
    /// <param name="source">The endpoint of the side that receives the response.</param>
    /// <param name="flags">Whether more follows.</param>
    /// <param name="result">The outcome.</param>
    /// <param name="options">Whole options, borrowed.</param>
    public ConfigurationResponse(
        ChannelId source, ConfigurationFlags flags, ConfigurationResult result, ReadOnlySpan<byte> options)
    {
        Source = source;
        Flags = flags;
        Result = result;
        Options = options;
    }

    /// <summary>The endpoint of the side that receives the response.</summary>
    public ChannelId Source { get; }

    /// <summary>Whether more follows.</summary>
    public ConfigurationFlags Flags { get; }

    /// <summary>The outcome.</summary>
    public ConfigurationResult Result { get; }

    /// <summary>The options, borrowed.</summary>
    public ReadOnlySpan<byte> Options { get; }

    /// <summary>Whether the responder has more options; reserved flags are ignored.</summary>
    public bool HasMore => (Flags & ConfigurationFlags.Continuation) != 0;

    /// <inheritdoc/>
    public int EncodedSize => FixedSize + Options.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConfigurationResponse value)
    {
        var reader = new WireReader(source);
        value = new(
            new(reader.U16()), (ConfigurationFlags)reader.U16(), (ConfigurationResult)reader.U16(), reader.Rest());
        return reader.Ok;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Source.Value);
        writer.U16((ushort)Flags);
        writer.U16((ushort)Result);
        writer.Bytes(Options);
    }
}
