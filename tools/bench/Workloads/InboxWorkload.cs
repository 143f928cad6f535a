using HostStack.Bench.Rig;

namespace HostStack.Bench.Workloads;

/// <summary>The same as <see cref="ReceiveWorkload"/> with the way from the transport's thread to the loop: a copy into a
/// pooled buffer, the loop's inbox, one turn of the loop for all that is there.</summary>
public sealed class InboxWorkload : RigWorkload
{
    private const int FramesPerTurn = 8;

    private readonly byte[][][] _frames;
    private int _next;
    private int _waiting;

    /// <summary>Makes the workload.</summary>
    /// <param name="payload">Octets of payload of the frame.</param>
    /// <param name="aclLength">Octets of data in an ACL packet.</param>
    public InboxWorkload(int payload, int aclLength)
        : base($"receive {payload,4}, ACL {aclLength,4}, through the inbox", new RigOptions { AclLength = aclLength }) =>
        _frames = Rig.FramesFrom(0, Rig.Local, payload, compressed: false);

    /// <inheritdoc/>
    public override void Run(int units)
    {
        for (var i = 0; i < units; i++)
        {
            Rig.Deliver(_frames[_next]);
            _next = (_next + 1) % _frames.Length;
            if (++_waiting == FramesPerTurn)
            {
                _waiting = 0;
                Rig.Pump();
            }
        }

        Units += units;
    }

    /// <inheritdoc/>
    public override string? FindLoss() => Compare("frames", Units - _waiting, Rig.FramesReceived);
}
