using HostStack.Bench.Rig;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;

namespace HostStack.Bench.Workloads;

/// <summary>An Ethernet frame in, ACL packets out; the controller, which has eight buffers, completes the packets of each frame
/// by one event.</summary>
public sealed class SendWorkload : RigWorkload
{
    private const int L2capHeader = 4;
    private const int GeneralHeader = 15;
    private const int CompressedHeader = 3;

    private readonly byte[][] _payloads;
    private readonly MacAddress _destination;
    private readonly int _pdu;
    private readonly long _octetsBefore;
    private int _next;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    /// <param name="aclLength">Octets of data in an ACL packet.</param>
    /// <param name="header">The BNEP header.</param>
    public SendWorkload(int payload, int aclLength, HeaderForm header)
        : base(
            $"send    {payload,4}, ACL {aclLength,4}, {ReceiveWorkload.Text(header)}",
            new RigOptions
            {
                AclLength = aclLength,
                Compression = header == HeaderForm.General ? HeaderCompression.GeneralOnly : HeaderCompression.Automatic,
            },
            Reference.Send(payload, aclLength))
    {
        _payloads = [.. Enumerable.Range(0, DataPathRig.FramesInTurn).Select(_ => new byte[payload])];
        _destination = Rig.AddressOf(0);
        _pdu = L2capHeader + (header == HeaderForm.General ? GeneralHeader : CompressedHeader) + payload;
        _octetsBefore = Rig.OctetsSent;
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            Rig.Send(0, new EthernetFrame(_destination, Rig.Local, EtherType.IPv4, _payloads[_next]));
            _next = (_next + 1) % _payloads.Length;
            Rig.Complete();
        }

        Units += units;
    }

    /// <inheritdoc/>
    public override string? FindLoss() => Compare("octets of ACL data", Units * _pdu, Rig.OctetsSent - _octetsBefore);
}
