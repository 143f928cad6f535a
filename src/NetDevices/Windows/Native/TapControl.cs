namespace HostStack.NetDevices.Windows.Native;

/// <summary>The requests that the TAP-Windows6 driver answers (tap-windows.h). Each is
/// <c>| device 16 | access 2 | function 12 | method 2 |</c>: an unknown device (0x22), any access (0), buffered (0).</summary>
internal enum TapControl : uint
{
    /// <summary>Gives the 6 octets of the adapter's MAC address.</summary>
    GetMac = (0x22 << 16) | (1 << 2),

    /// <summary>Gives three 32-bit numbers: major and minor version, and whether it is a debug driver.</summary>
    GetVersion = (0x22 << 16) | (2 << 2),

    /// <summary>Gives the MTU as a 32-bit number.</summary>
    GetMtu = (0x22 << 16) | (3 << 2),

    /// <summary>Takes a 32-bit number: 1 plugs the cable in, 0 pulls it.</summary>
    SetMediaStatus = (0x22 << 16) | (6 << 2),
}
