using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;

namespace HostStack.Bnep.Sessions;

/// <summary>Control messages of the peer, in packets of their own and in extension headers: the ignore/complain rule before
/// the connection is established, and what each message means after (BNEP 1.0, 2.6.3.1).</summary>
internal sealed class ControlReceiver
{
    private readonly BnepSession _session;
    private readonly BnepSessionOptions _options;
    private readonly SetupExchange _setup;
    private readonly FrameSender _sender;
    private readonly FilterRequester _types;
    private readonly FilterRequester _multicast;

    public ControlReceiver(
        BnepSession session,
        BnepSessionOptions options,
        SetupExchange setup,
        FrameSender sender,
        FilterRequester types,
        FilterRequester multicast)
    {
        _session = session;
        _options = options;
        _setup = setup;
        _sender = sender;
        _types = types;
        _multicast = multicast;
    }

    /// <summary>A packet of type control.</summary>
    /// <param name="packet">The whole packet, not empty.</param>
    public void Packet(ReadOnlySpan<byte> packet)
    {
        var message = packet[1..];
        if (message.IsEmpty)
        {
            _session.Count.Malformed++;
            return;
        }

        // Where a reserved message ends, nobody knows: what follows it is part of it.
        ExtensionChain extensions = default;
        if (packet[0] >= BnepHeader.ExtensionFlag && !ControlMessage.IsReserved(message[0]))
        {
            if (ControlMessage.TryMeasure(message, out var size))
            {
                if (!ExtensionChain.TryParse(message[size..], out extensions)
                    || extensions.Octets.Length != message.Length - size)
                {
                    _session.Count.Malformed++;
                    return;
                }

                message = message[..size];
            }
            else if (!IsFilterSet(message[0]))
            {
                _session.Count.Malformed++;
                return;
            }
        }

        if (!Setup(message, extensions.Octets))
        {
            Message(message, inExtension: false);
            Extensions(extensions.Octets);
        }
    }

    /// <summary>The control messages in a chain of extension headers, in their order.</summary>
    /// <param name="chain">The chain; empty where there is none.</param>
    public void Extensions(ReadOnlySpan<byte> chain)
    {
        if (chain.IsEmpty)
        {
            return;
        }

        var walker = new ExtensionWalker(chain);
        while (walker.TryNext(out var header))
        {
            if (header.Type == ExtensionType.Control)
            {
                Message(header.Payload, inExtension: true);
            }
        }
    }

    private static bool IsFilterSet(byte type) =>
        (BnepControlType)type is BnepControlType.FilterNetTypeSet or BnepControlType.FilterMultiAddrSet;

    // The setup messages answer for their own extension headers, whose treatment depends on how the setup ends.
    private bool Setup(ReadOnlySpan<byte> message, ReadOnlySpan<byte> extensions)
    {
        switch ((BnepControlType)message[0])
        {
            case BnepControlType.SetupConnectionRequest when SetupRequest.TryParse(message, out var request):
                _session.Count.ControlReceived++;
                if (!_setup.PeerRequested(request, extensions))
                {
                    Extensions(extensions);
                }

                return true;
            case BnepControlType.SetupConnectionRequest when SetupRequest.HasInvalidSize(message):
                _session.Count.ControlReceived++;
                _setup.PeerRequestedBadSize();
                Extensions(extensions);
                return true;
            case BnepControlType.SetupConnectionResponse when SetupResponse.TryParse(message, out var response):
                _session.Count.ControlReceived++;
                _setup.PeerResponded(response.Code);
                Extensions(extensions);
                return true;
            case BnepControlType.SetupConnectionRequest or BnepControlType.SetupConnectionResponse:
                _session.Count.Malformed++;
                return true;
            default:
                return false;
        }
    }

    private void Message(ReadOnlySpan<byte> message, bool inExtension)
    {
        if (message.IsEmpty)
        {
            _session.Count.Malformed++;
            return;
        }

        _session.Count.ControlReceived++;
        if (ControlMessage.IsReserved(message[0]))
        {
            _session.Count.NotUnderstood++;
            _session.SendControl(new CommandNotUnderstood(message[0]));
        }
        else if (!_setup.IsOpen)
        {
            _session.Count.Ignored++;
        }
        else
        {
            Established(message, inExtension);
        }
    }

    private void Established(ReadOnlySpan<byte> message, bool inExtension)
    {
        switch ((BnepControlType)message[0])
        {
            case BnepControlType.FilterNetTypeSet when message.Length >= FilterList.HeaderSize:
                Answer(FilterKind.NetworkType, SetTypes(message));
                break;
            case BnepControlType.FilterMultiAddrSet when message.Length >= FilterList.HeaderSize:
                Answer(FilterKind.Multicast, SetMulticast(message));
                break;
            case BnepControlType.FilterNetTypeResponse or BnepControlType.FilterMultiAddrResponse
                when FilterResponse.TryParse(message, out var response):
                (response.Kind == FilterKind.NetworkType ? _types : _multicast).Answered(response.Code);
                break;
            case BnepControlType.CommandNotUnderstood when CommandNotUnderstood.TryParse(message, out var complaint):
                Complained((BnepControlType)complaint.UnknownType);
                break;

            // A setup message may not travel in an extension header, and the rule has us ignore it.
            case BnepControlType.SetupConnectionRequest or BnepControlType.SetupConnectionResponse when inExtension:
                _session.Count.Ignored++;
                break;
            default:
                _session.Count.Malformed++;
                break;
        }
    }

    private void Complained(BnepControlType about)
    {
        switch (about)
        {
            case BnepControlType.FilterNetTypeSet:
                _types.Answered(FilterResponseCode.UnsupportedRequest);
                break;
            case BnepControlType.FilterMultiAddrSet:
                _multicast.Answered(FilterResponseCode.UnsupportedRequest);
                break;
            case BnepControlType.SetupConnectionRequest:
                _setup.PeerDidNotUnderstand();
                break;
            default:
                _session.Count.Ignored++;
                break;
        }
    }

    // A list that is not what its length says is refused whole, like one with a bad range.
    private FilterResponseCode SetTypes(ReadOnlySpan<byte> message)
    {
        if (!NetworkTypeFilterSet.TryParse(message, out var set))
        {
            return FilterResponseCode.InvalidRange;
        }

        var code = NetworkTypeFilter.Compile(set, _options.NetworkTypeRangeLimit, _sender.DefaultTypes, out var filter);
        _sender.Types = code == FilterResponseCode.Success ? filter : _sender.Types;
        return code;
    }

    private FilterResponseCode SetMulticast(ReadOnlySpan<byte> message)
    {
        if (!MulticastFilterSet.TryParse(message, out var set))
        {
            return FilterResponseCode.InvalidRange;
        }

        var code = MulticastFilter.Compile(set, _options.MulticastRangeLimit, _sender.DefaultMulticast, out var filter);
        _sender.Multicast = code == FilterResponseCode.Success ? filter : _sender.Multicast;
        return code;
    }

    private void Answer(FilterKind kind, FilterResponseCode code)
    {
        _session.Count.FiltersRefused += code == FilterResponseCode.Success ? 0 : 1;
        _session.SendControl(new FilterResponse(kind, code));
        _session.ReportFilterSet(kind, code);
    }
}
