using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>Types of configuration options (Core, Vol 3, Part A, 5).</summary>
public enum OptionType : byte
{
    /// <summary>Maximum transmission unit.</summary>
    Mtu = 0x01,

    /// <summary>Flush timeout.</summary>
    FlushTimeout = 0x02,

    /// <summary>Quality of service.</summary>
    QualityOfService = 0x03,

    /// <summary>Retransmission and flow control.</summary>
    RetransmissionAndFlowControl = 0x04,

    /// <summary>Frame check sequence.</summary>
    Fcs = 0x05,

    /// <summary>Extended flow specification.</summary>
    ExtendedFlowSpecification = 0x06,

    /// <summary>Extended window size.</summary>
    ExtendedWindowSize = 0x07,
}

/// <summary>One configuration option: a bounded view (Core, Vol 3, Part A, 5).</summary>
/// <remarks><c>| hint 1 bit, type 7 bits | length 1 | data … |</c></remarks>
public readonly ref struct ConfigurationOption
{
    /// <summary>Octets before the data.</summary>
    public const int HeaderSize = 2;

    /// <summary>The bit that lets a receiver skip an option that it does not know.</summary>
    public const byte HintBit = 0x80;

    internal ConfigurationOption(ReadOnlySpan<byte> encoded) => Encoded = encoded;

    /// <summary>The option's type, hint bit masked off.</summary>
    public OptionType Type => (OptionType)(Encoded[0] & ~HintBit);

    /// <summary>Whether a receiver that does not know the option skips it.</summary>
    public bool IsHint => (Encoded[0] & HintBit) != 0;

    /// <summary>The option's data, borrowed.</summary>
    public ReadOnlySpan<byte> Data => Encoded[HeaderSize..];

    /// <summary>The whole option as it came, borrowed.</summary>
    public ReadOnlySpan<byte> Encoded { get; }
}

/// <summary>Walks the options of a configuration command. Never reads past the end: an option that claims more octets
/// than are left ends the walk and is reported by <see cref="IsMalformed"/>.</summary>
public ref struct OptionReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first option.</summary>
    /// <param name="options">The options, borrowed.</param>
    public OptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>Whether octets were met that are no whole option.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Takes the next option.</summary>
    /// <param name="option">The option, where there is one.</param>
    /// <returns>False at the end and at a malformed option.</returns>
    public bool TryRead(out ConfigurationOption option)
    {
        option = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < ConfigurationOption.HeaderSize || _rest.Length - ConfigurationOption.HeaderSize < _rest[1])
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        var size = ConfigurationOption.HeaderSize + _rest[1];
        option = new ConfigurationOption(_rest[..size]);
        _rest = _rest[size..];
        return true;
    }
}

/// <summary>The data of one kind of configuration option.</summary>
/// <typeparam name="TSelf">The value itself.</typeparam>
public interface IOptionData<TSelf> : IWireFormat<TSelf>
    where TSelf : struct, IOptionData<TSelf>
{
    /// <summary>The option's type.</summary>
    static abstract OptionType Type { get; }
}

/// <summary>Writes options.</summary>
public static class OptionWriter
{
    /// <summary>Writes one option, header included, as mandatory (no hint).</summary>
    /// <typeparam name="T">The kind of option.</typeparam>
    /// <param name="writer">Where to.</param>
    /// <param name="option">The option's data.</param>
    public static void Write<T>(ref WireWriter writer, T option)
        where T : struct, IOptionData<T>
    {
        writer.U8((byte)T.Type);
        writer.U8((byte)option.EncodedSize);
        option.Write(ref writer);
    }
}
