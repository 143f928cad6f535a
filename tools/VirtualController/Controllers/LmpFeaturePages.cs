namespace HostStack.VirtualController.Controllers;

/// <summary>The feature pages of a controller (Core, Vol 2, Part C, 3.3): what is simulated, and nothing else.</summary>
internal static class LmpFeaturePages
{
    public const byte MaxPage = 2;

    private const ulong LeController = 1UL << 38;
    private const ulong LeSimultaneous = 1UL << 49;
    private const ulong SimplePairing = 1UL << 51;
    private const ulong SspHost = 1UL << 0;                 // page 1
    private const ulong LeHost = 1UL << 1;
    private const ulong SecureConnectionsHost = 1UL << 3;
    private const ulong SecureConnections = 1UL << 8;       // page 2

    /// <summary>One page, octet 0 in the lowest bits.</summary>
    public static ulong Page(SimulatedController controller, byte page) => page switch
    {
        0 => LinkManager(controller.Options),
        1 => (controller.SupportsSimplePairing ? SspHost : 0)
            | (controller.Settings.LeHost ? LeHost : 0)
            | (controller.SupportsSecureConnections ? SecureConnectionsHost : 0),
        2 => controller.Options.SecureConnections ? SecureConnections : 0,
        _ => 0,
    };

    private static ulong LinkManager(ControllerOptions options) =>
        0xBFUL              // 3- and 5-slot packets, encryption, slot offset, timing accuracy, role switch, sniff
        | (0x06UL << 8)     // power control requests, channel quality driven data rate
        | (0x84UL << 16)    // power control, broadcast encryption
        | (0x7EUL << 24)    // EDR 2 and 3 Mbit/s, enhanced and interlaced scans, RSSI with inquiry results
        | (0x98UL << 32)    // adaptive frequency hopping as peripheral, 3-slot EDR
        | (0x1DUL << 40)    // 5-slot EDR, pause encryption, adaptive frequency hopping as central
        | (0x51UL << 48)    // extended inquiry response, encapsulated PDU, non-flushable flag
        | (0x83UL << 56)    // supervision timeout changed event, inquiry transmit power, extended features
        | (options.SimplePairing ? SimplePairing : 0)
        | (options.DualMode ? LeController | LeSimultaneous : 0);
}
