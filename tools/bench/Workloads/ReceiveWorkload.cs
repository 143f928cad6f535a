using HostStack.Bench.Rig;

namespace HostStack.Bench.Workloads;

/// <summary>The BNEP header of a frame.</summary>
public enum HeaderForm
{
    /// <summary>15 octets, both addresses.</summary>
    General = 0,

    /// <summary>3 octets, no address.</summary>
    Compressed,
}

/// <summary>ACL packets in, an Ethernet frame out: the loop's thread takes the packets of one frame from the controller.</summary>
public sealed class ReceiveWorkload : RigWorkload
{
    private readonly byte[][][] _frames;
    private readonly int _payload;
    private int _next;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    /// <param name="aclLength">Octets of data in an ACL packet.</param>
    /// <param name="header">The BNEP header.</param>
    public ReceiveWorkload(int payload, int aclLength, HeaderForm header)
        : base(
            $"receive {payload,4}, ACL {aclLength,4}, {Text(header)}",
            new RigOptions { AclLength = aclLength },
            Reference.Receive(payload, aclLength))
    {
        _payload = payload;
        _frames = Rig.FramesFrom(0, Rig.Local, payload, header == HeaderForm.Compressed);
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            Rig.Receive(_frames[_next]);
            _next = (_next + 1) % _frames.Length;
        }

        Units += units;
    }

    /// <inheritdoc/>
    public override string? FindLoss() => Compare("octets of payload", Units * _payload, Rig.OctetsReceived);

    internal static string Text(HeaderForm header) => header == HeaderForm.General ? "general" : "compressed";
}
