using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;

namespace HostStack.Cli.Networks;

/// <summary>A port that has, or needs, no addresses of this machine: in a bridge, or by libslirp.</summary>
internal sealed class PlainAttachment(IEthernetPort port) : NetworkAttachment
{
    public override IEthernetPort Port => port;

    public override ValueTask DisposeAsync() => port.DisposeAsync();
}

/// <summary>An interface whose peers get addresses and a way out from the kernel.</summary>
internal sealed class GatewayAttachment : NetworkAttachment
{
    private readonly ISystemPort _port;
    private readonly IWayOut _way;

    public GatewayAttachment(CommandContext context, ISystemPort port, IWayOut way)
    {
        _port = port;
        _way = way;
        context.Report.TellLeftovers(way.Leftovers);
        context.Report.TellGateway(port.Name, way);
        foreach (var obstacle in way.Obstacles)
        {
            context.Report.TellTrouble(port.Name, obstacle);
        }

        way.LeaseGranted += lease => context.Report.TellLease(port.Name, lease);
        way.Disturbed += said => context.Report.TellTrouble(port.Name, said);
    }

    public override IEthernetPort Port => _port;

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _way.DisposeAsync();
        }
        finally
        {
            await _port.DisposeAsync();
        }
    }
}
