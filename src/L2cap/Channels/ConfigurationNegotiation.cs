using HostStack.Hci.Wire;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;

namespace HostStack.L2cap.Channels;

/// <summary>The options of one channel, both directions. Pure: commands in, decisions and option octets out.</summary>
/// <remarks>
/// <para>Each direction has its own request. The peer's request may come in several commands (continuation): each is
/// answered at once, empty, and the whole is judged with the last. An option that is missing keeps what was agreed, at
/// first the default (Core, Vol 3, Part A, 4.4, 7.1).</para>
/// <para>What this side writes is bounded by the MTUsig that every peer takes, and holds either this side's own values
/// or octets of the peer's request: nothing else can leak.</para>
/// </remarks>
internal sealed class ConfigurationNegotiation
{
    /// <summary>Octets of options that fit a configuration response on every peer's signalling channel.</summary>
    public const int OptionCapacity =
        SignalingRules.BrEdrMinimumMtu - CommandHeader.Size - ConfigurationResponse.FixedSize;

    private readonly byte[] _answer = new byte[OptionCapacity];
    private readonly byte[] _unknown = new byte[OptionCapacity];
    private readonly ushort _capacity;
    private readonly ushort _floor;
    private readonly int _rounds;
    private int _answerLength;
    private int _unknownLength;
    private bool _unknownSeen;
    private bool _malformed;
    private bool _modeRefused;
    private bool _mtuKnownToPeer = true;
    private bool _requestIsEmpty;
    private int _requestsRefused;
    private int _requestsAdjusted;
    private ushort _proposedMtu = ChannelOptions.DefaultMtu;
    private ChannelMode _proposedMode = ChannelMode.Basic;

    public ConfigurationNegotiation(ChannelOptions options, int rounds)
    {
        _capacity = options.IncomingMtu;
        _floor = Math.Max(options.OutgoingMtuFloor, ChannelOptions.MinimumMtu);
        _rounds = rounds;
        IncomingMtu = options.IncomingMtu;
    }

    /// <summary>The largest SDU that this side takes, as stated in its request.</summary>
    public ushort IncomingMtu { get; private set; }

    /// <summary>The largest SDU that the peer takes, as agreed.</summary>
    public ushort OutgoingMtu { get; private set; } = ChannelOptions.DefaultMtu;

    /// <summary>What the answer to the last request says.</summary>
    public ConfigurationResult AnswerResult { get; private set; }

    /// <summary>The options of the answer to the last request.</summary>
    public ReadOnlySpan<byte> AnswerOptions => _answer.AsSpan(0, _answerLength);

    /// <summary>Why there is no way to agree, where there is none.</summary>
    public L2capRule FailedRule { get; private set; } = L2capRule.ConfigurationRounds;

    /// <summary>Writes the options of this side's request.</summary>
    /// <returns>Octets written.</returns>
    public int WriteRequest(Span<byte> destination)
    {
        if (_requestIsEmpty || !_mtuKnownToPeer)
        {
            return 0;
        }

        // Always stated, also where it is the default: some peers take absence for their own default.
        var writer = new WireWriter(destination);
        OptionWriter.Write(ref writer, new MtuOption(IncomingMtu));
        return writer.Length;
    }

    /// <summary>Judges one configuration request of the peer and prepares the answer.</summary>
    public ChannelInput JudgeRequest(ConfigurationRequest request)
    {
        Collect(request.Options);
        _answerLength = 0;
        if (request.HasMore)
        {
            AnswerResult = ConfigurationResult.Success;
            return ChannelInput.ConfigRequestPartial;
        }

        var verdict = Judge();
        _unknownLength = 0;
        _unknownSeen = false;
        _malformed = false;
        return verdict;
    }

    /// <summary>Judges one response of the peer to this side's request.</summary>
    public ChannelInput JudgeResponse(ConfigurationResponse response)
    {
        switch (response.Result)
        {
            case ConfigurationResult.Success when !TryFindMode(response.Options, out var mode) || mode == ChannelMode.Basic:
                // The peer has more to say: it is asked for it by requests without options (4.5).
                if (response.HasMore)
                {
                    _requestIsEmpty = true;
                    return CountRound(ref _requestsAdjusted, ChannelInput.ConfigResponseAdjust, ChannelInput.ConfigResponseHopeless);
                }

                return ChannelInput.ConfigResponseAccepted;
            case ConfigurationResult.Pending:
                return ChannelInput.ConfigResponsePending;
            case ConfigurationResult.Unacceptable:
                return Adjust(response.Options);
            case ConfigurationResult.UnknownOptions when _mtuKnownToPeer:
                // A peer that does not know the MTU option is asked without it.
                _mtuKnownToPeer = false;
                return CountRound(ref _requestsAdjusted, ChannelInput.ConfigResponseAdjust, ChannelInput.ConfigResponseHopeless);
            case ConfigurationResult.Success:
                FailedRule = L2capRule.ModeNotSupported;
                return ChannelInput.ConfigResponseHopeless;
            default:
                FailedRule = L2capRule.ConfigurationRounds;
                return ChannelInput.ConfigResponseHopeless;
        }
    }

    /// <summary>The channel is configured: a later configuration starts with full patience.</summary>
    public void Agreed()
    {
        _requestsRefused = 0;
        _requestsAdjusted = 0;
        _requestIsEmpty = false;
        _modeRefused = false;
    }

    private ChannelInput Judge()
    {
        var writer = new WireWriter(_answer);
        if (_malformed)
        {
            // Nothing of a request that cannot be read is kept: the next one starts from what was agreed.
            _proposedMtu = OutgoingMtu;
            _proposedMode = ChannelMode.Basic;
            AnswerResult = ConfigurationResult.Rejected;
            FailedRule = L2capRule.ConfigurationRounds;
            return CountRound(ref _requestsRefused, ChannelInput.ConfigRequestRefused, ChannelInput.ConfigRequestHopeless);
        }

        if (_unknownSeen)
        {
            writer.Bytes(_unknown.AsSpan(0, _unknownLength));
            _answerLength = writer.Length;
            AnswerResult = ConfigurationResult.UnknownOptions;
            FailedRule = L2capRule.ConfigurationRounds;
            return CountRound(ref _requestsRefused, ChannelInput.ConfigRequestRefused, ChannelInput.ConfigRequestHopeless);
        }

        var mtuFits = _proposedMtu >= _floor;
        var modeFits = _proposedMode == ChannelMode.Basic;
        if (mtuFits && modeFits)
        {
            OutgoingMtu = _proposedMtu;
            OptionWriter.Write(ref writer, new MtuOption(_proposedMtu));
            _answerLength = writer.Length;
            AnswerResult = ConfigurationResult.Success;
            return ChannelInput.ConfigRequestAccepted;
        }

        AnswerResult = ConfigurationResult.Unacceptable;
        if (!mtuFits)
        {
            OptionWriter.Write(ref writer, new MtuOption(_floor));
            _proposedMtu = OutgoingMtu;
            FailedRule = L2capRule.MtuBelowFloor;
        }

        if (!modeFits)
        {
            OptionWriter.Write(ref writer, RetransmissionOption.Basic);
            _proposedMode = ChannelMode.Basic;
            FailedRule = L2capRule.ModeNotSupported;
        }

        _answerLength = writer.Length;

        // A peer that asks for the mode again, after Basic was proposed, cannot do without it.
        if (!modeFits && _modeRefused)
        {
            return ChannelInput.ConfigRequestHopeless;
        }

        _modeRefused |= !modeFits;
        return CountRound(ref _requestsRefused, ChannelInput.ConfigRequestRefused, ChannelInput.ConfigRequestHopeless);
    }

    private ChannelInput Adjust(ReadOnlySpan<byte> options)
    {
        var reader = new OptionReader(options);
        while (reader.TryRead(out var option))
        {
            if (option.Type == OptionType.RetransmissionAndFlowControl
                && RetransmissionOption.TryParse(option.Data, out var mode) && mode.Mode != ChannelMode.Basic)
            {
                FailedRule = L2capRule.ModeNotSupported;
                return ChannelInput.ConfigResponseHopeless;
            }

            // A smaller SDU always fits; a larger one than this side holds does not, and is not promised.
            if (option.Type == OptionType.Mtu && MtuOption.TryParse(option.Data, out var mtu)
                && mtu.Mtu >= ChannelOptions.MinimumMtu && mtu.Mtu <= _capacity)
            {
                IncomingMtu = mtu.Mtu;
            }
        }

        _requestIsEmpty = false;
        FailedRule = L2capRule.ConfigurationRounds;
        return CountRound(ref _requestsAdjusted, ChannelInput.ConfigResponseAdjust, ChannelInput.ConfigResponseHopeless);
    }

    private void Collect(ReadOnlySpan<byte> options)
    {
        var reader = new OptionReader(options);
        while (reader.TryRead(out var option))
        {
            switch (option.Type)
            {
                case OptionType.Mtu:
                    if (MtuOption.TryParse(option.Data, out var mtu))
                    {
                        _proposedMtu = mtu.Mtu;
                    }
                    else
                    {
                        _malformed = true;
                    }

                    break;
                case OptionType.FlushTimeout:
                    _malformed |= !FlushTimeoutOption.TryParse(option.Data, out _);
                    break;
                case OptionType.QualityOfService:
                    _malformed |= !QualityOfServiceOption.TryParse(option.Data, out _);
                    break;

                // As a hint the option may be skipped, and the channel stays in Basic mode.
                case OptionType.RetransmissionAndFlowControl when !option.IsHint:
                    if (RetransmissionOption.TryParse(option.Data, out var mode))
                    {
                        _proposedMode = mode.Mode;
                    }
                    else
                    {
                        _malformed = true;
                    }

                    break;

                // Has no meaning in Basic mode, and a mode that has it is refused by its own option.
                case OptionType.Fcs:
                    _malformed |= !FcsOption.TryParse(option.Data, out _);
                    break;
                default:
                    CollectUnknown(option);
                    break;
            }
        }

        _malformed |= reader.IsMalformed;
    }

    // Listed as they came, as far as they fit; the first, where it is too long, without its data.
    private void CollectUnknown(ConfigurationOption option)
    {
        if (option.IsHint)
        {
            return;
        }

        var room = _unknown.AsSpan(_unknownLength);
        if (option.Encoded.Length <= room.Length)
        {
            option.Encoded.CopyTo(room);
            _unknownLength += option.Encoded.Length;
        }
        else if (!_unknownSeen)
        {
            room[0] = (byte)option.Type;
            room[1] = 0;
            _unknownLength += ConfigurationOption.HeaderSize;
        }

        _unknownSeen = true;
    }

    private static bool TryFindMode(ReadOnlySpan<byte> options, out ChannelMode mode)
    {
        mode = ChannelMode.Basic;
        var reader = new OptionReader(options);
        while (reader.TryRead(out var option))
        {
            if (option.Type == OptionType.RetransmissionAndFlowControl
                && RetransmissionOption.TryParse(option.Data, out var found))
            {
                mode = found.Mode;
                return true;
            }
        }

        return false;
    }

    private ChannelInput CountRound(ref int rounds, ChannelInput goOn, ChannelInput giveUp) =>
        ++rounds >= _rounds ? giveUp : goOn;
}
