using System.Globalization;

namespace HostStack.Interop.Tests.Judge;

/// <summary>What tshark's experts find, frame by frame in the order of the capture, without what is no fault.</summary>
/// <param name="crossing">For how long after the end of its link a host's data may still be on their way to the controller.</param>
internal sealed class ExpertFindings(TimeSpan crossing)
{
    /// <summary>The crossing in a simulation: a host that sends later than that goes on sending.</summary>
    public static readonly TimeSpan SimulatedCrossing = TimeSpan.FromMilliseconds(100);

    /// <summary>The crossing in a capture of a host in real time, ours or a guest's: more than it takes to read the event, which
    /// waits for a processor of a busy machine.</summary>
    public static readonly TimeSpan RealTimeCrossing = TimeSpan.FromSeconds(2);

    // Severities and groups, as epan/proto.h of Wireshark numbers them.
    private const long Warning = 0x00600000;
    private const long SequenceGroup = 0x02000000;
    private const long MalformedGroup = 0x07000000;

    private const string OutOfSession = "frame is out of any \"connection handle\" session";
    private const string DisconnectionComplete = "5";

    // To the controller, as H4's datalink and the Linux monitor's have it.
    private const string Sent = "0";
    private const string AclTransmit = "4";

    private readonly Dictionary<string, double> _ended = [];

    /// <summary>The findings of the next frame.</summary>
    public IReadOnlyList<(int Frame, string Message)> Of(DecodedFrame frame)
    {
        // A frame of the Linux monitor that carries no HCI packet is a line of a program, of management, or of the system.
        if (!Has(frame, "bthci_"))
        {
            return [];
        }

        var time = double.Parse(frame[JudgeFields.Time][0], CultureInfo.InvariantCulture);
        if (frame["bthci_evt.code"] is [DisconnectionComplete] && frame["bthci_evt.connection_handle"] is [var handle])
        {
            _ended[handle] = time;
        }

        var found = Read(frame).Where(message => message != OutOfSession || !Crossed(frame, time)).ToArray();
        return [.. found.Select(message => (frame.Number, message))];
    }

    private static bool Has(DecodedFrame frame, string protocol) =>
        frame[JudgeFields.Protocols].Any(protocols => protocols.Contains(protocol, StringComparison.Ordinal));

    private static IEnumerable<string> Read(DecodedFrame frame)
    {
        var (severities, groups, messages) =
            (frame[JudgeFields.ExpertSeverity], frame[JudgeFields.ExpertGroup], frame[JudgeFields.ExpertMessage]);
        for (var i = 0; i < groups.Count; i++)
        {
            var group = long.Parse(groups[i], CultureInfo.InvariantCulture);
            var severity = long.Parse(severities[i], CultureInfo.InvariantCulture);

            // Losses and retransmissions of TCP are no fault of ours or of the capture.
            if (group == MalformedGroup || (severity >= Warning && group != SequenceGroup))
            {
                yield return i < messages.Count ? messages[i] : string.Create(CultureInfo.InvariantCulture, $"expert group 0x{group:X8}");
            }
        }

        if (groups.Count == 0 && Has(frame, "_ws.malformed"))
        {
            yield return "malformed packet";
        }
    }

    // Data that a host sends while the end of its link is on the way to it. Later it would be a fault, and so it is from a
    // controller at any time: that knows, and events and data come from it on one stream.
    private bool Crossed(DecodedFrame frame, double time) =>
        IsFromHost(frame)
        && frame["bthci_acl.chandle"] is [var handle]
        && _ended.TryGetValue(handle, out var ended)
        && time - ended < crossing.TotalSeconds;

    private static bool IsFromHost(DecodedFrame frame) =>
        frame[JudgeFields.H4Direction] is [Sent] || frame[JudgeFields.MonitorOpCode] is [AclTransmit];
}
