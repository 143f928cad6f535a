using HostStack.L2cap.Channels;
using static HostStack.L2cap.Channels.ChannelActions;
using static HostStack.L2cap.Channels.ChannelInput;
using static HostStack.L2cap.Channels.ChannelPhase;
using Step = (HostStack.L2cap.Channels.ChannelPhase Next, HostStack.L2cap.Channels.ChannelActions Actions);

namespace HostStack.L2cap.Tests.Channels;

/// <summary>Every phase with every input. What is not listed must be ignored, which is an action.</summary>
[TestFixture]
internal sealed class ChannelTableTests
{
    private const ChannelActions Ends = ForgetRequest | DisarmConfig | ChannelActions.Release;
    private const ChannelActions StartsDisconnect = ForgetRequest | DisarmConfig | SendDisconnectRequest | ArmRtx;
    private const ChannelActions StartsConfiguration = SendConfigRequest | ArmRtx | ArmConfig;

    private static readonly Dictionary<(ChannelPhase, ChannelInput), Step> Expected = Build();

    public static IEnumerable<TestCaseData> EveryPhaseAndInput() =>
        from phase in Enum.GetValues<ChannelPhase>()
        from input in Enum.GetValues<ChannelInput>()
        select new TestCaseData(phase, input).SetArgDisplayNames($"{phase}", $"{input}");

    [TestCaseSource(nameof(EveryPhaseAndInput))]
    public void Step_PhaseAndInput_IsAsListed(object phase, object input)
    {
        var key = ((ChannelPhase)phase, (ChannelInput)input);
        Step expected = Expected.TryGetValue(key, out var listed) ? listed : (key.Item1, Ignore);
        Assert.That(ChannelTable.Step(key.Item1, key.Item2), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(EveryPhaseAndInput))]
    public void Step_PhaseAndInput_KeepsTheInvariants(object phase, object input)
    {
        var (next, actions) = ChannelTable.Step((ChannelPhase)phase, (ChannelInput)input);
        var requests = (actions & SendConnectRequest) != 0 ? 1 : 0;
        requests += (actions & SendConfigRequest) != 0 ? 1 : 0;
        requests += (actions & SendDisconnectRequest) != 0 ? 1 : 0;
        Assert.Multiple(() =>
        {
            // One request is outstanding at most, and a timer watches it.
            Assert.That(requests, Is.LessThanOrEqualTo(1));
            Assert.That(requests == 0 || (actions & ArmRtx) != 0, Is.True);

            // What ends is released, and nothing else is.
            var ended = next == Closed && (actions & Ignore) == 0;
            Assert.That((actions & ChannelActions.Release) != 0, Is.EqualTo(ended));

            // Ignoring does nothing else and moves nowhere.
            if ((actions & Ignore) != 0)
            {
                Assert.That(actions, Is.EqualTo(Ignore));
                Assert.That(next, Is.EqualTo((ChannelPhase)phase));
            }

            // Data starts only by entering.
            Assert.That(next == Open && (ChannelPhase)phase != Open, Is.EqualTo((actions & EnterOpen) != 0));
        });
    }

    private static Dictionary<(ChannelPhase, ChannelInput), Step> Build()
    {
        Dictionary<(ChannelPhase, ChannelInput), Step> steps = new()
        {
            [(Closed, OpenRequested)] = (WaitConnectRsp, SendConnectRequest | ArmRtx),
            [(Closed, PeerAdmitted)] = (WaitConfigReqRsp, SendConnectSuccess | StartsConfiguration),
            [(Closed, PeerMustAuthenticate)] = (WaitSecurity, SendConnectPending),
            [(Closed, PeerRefused)] = (Closed, SendConnectRefusal | Ends),
            [(WaitSecurity, PeerAdmitted)] = (WaitConfigReqRsp, SendConnectSuccess | StartsConfiguration),
            [(WaitSecurity, PeerRefused)] = (Closed, SendConnectRefusal | Ends),
            [(WaitSecurity, DisconnectRequested)] = (Closed, SendDisconnectResponse | Ends),
            [(Abandoned, ConnectAccepted)] = (WaitDisconnect, StartsDisconnect),
            [(Abandoned, ConnectPending)] = (Abandoned, ArmErtx),
            [(WaitConfigReqRsp, ConfigRequestAccepted)] = (WaitConfigRsp, SendConfigResponse),
            [(WaitConfigRsp, ConfigRequestAccepted)] = (WaitConfigRsp, SendConfigResponse),
            [(WaitConfigReq, ConfigRequestAccepted)] = (Open, SendConfigResponse | DisarmConfig | EnterOpen),
            [(WaitConfigReqRsp, ConfigRequestRefused)] = (WaitConfigReqRsp, SendConfigResponse),
            [(WaitConfigRsp, ConfigRequestRefused)] = (WaitConfigReqRsp, SendConfigResponse),
            [(WaitConfigReq, ConfigRequestRefused)] = (WaitConfigReq, SendConfigResponse),
            [(WaitConfigReqRsp, ConfigResponseAccepted)] = (WaitConfigReq, ForgetRequest),
            [(WaitConfigRsp, ConfigResponseAccepted)] = (Open, ForgetRequest | DisarmConfig | EnterOpen),
            [(Open, ConfigRequestAccepted)] = (WaitConfigRsp, SendConfigResponse | StartsConfiguration),
            [(Open, ConfigRequestPartial)] = (Open, SendConfigResponse),
            [(Open, ConfigRequestRefused)] = (Open, SendConfigResponse),
            [(WaitDisconnect, DisconnectConfirmed)] = (Closed, Ends),
            [(WaitDisconnect, CommandRejected)] = (Closed, Ends),
            [(WaitDisconnect, RequestTimeout)] = (Closed, Ends),
            [(WaitDisconnect, RetryDue)] = (WaitDisconnect, Retransmit | ArmRtx),
        };
        foreach (var phase in new[] { WaitConnectRsp, WaitConnectRspPending })
        {
            steps[(phase, ConnectAccepted)] = (WaitConfigReqRsp, ForgetRequest | StartsConfiguration);
            steps[(phase, ConnectPending)] = (WaitConnectRspPending, ArmErtx);
            steps[(phase, LocalClose)] = (Abandoned, None);
            steps[(phase, SecurityLost)] = (Abandoned, None);
        }

        foreach (var phase in new[] { WaitConnectRsp, WaitConnectRspPending, Abandoned })
        {
            steps[(phase, ConnectRefused)] = (Closed, Ends);
            steps[(phase, CommandRejected)] = (Closed, Ends);
            steps[(phase, RequestTimeout)] = (Closed, Ends);
            steps[(phase, RetryDue)] = (phase, Retransmit | ArmRtx);
        }

        foreach (var phase in new[] { WaitSecurity, WaitConnectRsp, WaitConnectRspPending, Abandoned, WaitDisconnect })
        {
            foreach (var request in new[] { ConfigRequestAccepted, ConfigRequestPartial, ConfigRequestRefused, ConfigRequestHopeless })
            {
                steps[(phase, request)] = (phase, RejectInvalidCid);
            }
        }

        foreach (var phase in new[] { WaitConfigReqRsp, WaitConfigRsp, WaitConfigReq })
        {
            steps[(phase, ConfigRequestPartial)] = (phase, SendConfigResponse);
            foreach (var end in new[] { ConfigResponseHopeless, CommandRejected, RequestTimeout, ConfigurationTimeout })
            {
                steps[(phase, end)] = (WaitDisconnect, StartsDisconnect);
            }
        }

        foreach (var phase in new[] { WaitConfigReqRsp, WaitConfigRsp })
        {
            steps[(phase, ConfigResponsePending)] = (phase, ArmErtx);
            steps[(phase, ConfigResponseAdjust)] = (phase, ForgetRequest | SendConfigRequest | ArmRtx);
            steps[(phase, RetryDue)] = (phase, Retransmit | ArmRtx);
        }

        foreach (var phase in new[] { WaitConfigReqRsp, WaitConfigRsp, WaitConfigReq, Open })
        {
            foreach (var end in new[] { ConfigRequestHopeless, LocalClose, SecurityLost })
            {
                steps[(phase, end)] = (WaitDisconnect, StartsDisconnect);
            }
        }

        foreach (var phase in new[] { WaitConfigReqRsp, WaitConfigRsp, WaitConfigReq, Open, WaitDisconnect })
        {
            steps[(phase, DisconnectRequested)] = (Closed, SendDisconnectResponse | Ends);
        }

        foreach (var phase in Enum.GetValues<ChannelPhase>().Where(phase => phase != Closed))
        {
            steps[(phase, LinkLost)] = (Closed, Ends);
        }

        return steps;
    }
}
