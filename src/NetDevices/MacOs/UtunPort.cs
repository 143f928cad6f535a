using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Shim;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.MacOs;

/// <summary>A port that is a utun interface of macOS, made an Ethernet station by a shim.</summary>
/// <remarks>
/// <para>The interface goes with the port, however the program ends, and its addresses and routes with it. It needs root, no
/// driver and no entitlement. A metric has no meaning there: the default route goes over all others.</para>
/// <para>Not run on macOS here: the calls are written from Apple's headers, the commands from its manuals. What is behind
/// them, the shim and the port around it, is tested on a TUN interface of Linux, which carries the same packets.</para>
/// </remarks>
public sealed class UtunPort : PacketPort
{
    private UtunPort(UtunOptions options, UtunDevice device, DarwinConfiguration configuration, TimeProvider time, ILogger logger)
        : base(device, configuration, device.Name, options.Address, options.Mtu, time, logger) => Begin();

    /// <summary>Makes the interface and sets it up.</summary>
    /// <param name="options">How.</param>
    /// <param name="time">The clock of neighbours and lifetimes; null: the system's.</param>
    /// <param name="logger">Hears of trouble; null: nobody.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="NetDeviceException">The system refuses; nothing is left behind.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not macOS.</exception>
    public static UtunPort Create(UtunOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!OperatingSystem.IsMacOS())
        {
            throw new PlatformNotSupportedException("utun interfaces are macOS's; use another kind of port on this system.");
        }

        var device = UtunDevice.Open(options.Unit);
        try
        {
            var configuration = new DarwinConfiguration(device.Name);
            configuration.SetUp(options.Mtu);
            return new UtunPort(options, device, configuration, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }
}
