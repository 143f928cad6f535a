using HostStack.Ethernet;
using HostStack.NetDevices.Windows.Native;

namespace HostStack.NetDevices.Windows;

/// <summary>How a wait for a frame ended.</summary>
internal enum TapRead
{
    /// <summary>There is a frame.</summary>
    Frame = 0,

    /// <summary>Somebody called <see cref="ITapDevice.Wake"/>.</summary>
    Woken,

    /// <summary>Nothing can be read now: the cable is pulled, or the machine sleeps.</summary>
    Idle,

    /// <summary>The adapter is gone: there will be no frame.</summary>
    Lost,
}

/// <summary>An open TAP device. Reads are of one thread; everything else of any.</summary>
internal interface ITapDevice : IDisposable
{
    /// <summary>Makes a request of the driver.</summary>
    /// <param name="control">The request.</param>
    /// <param name="data">What it takes, overwritten by what it gives.</param>
    WindowsError Control(TapControl control, Span<byte> data);

    /// <summary>Waits for a frame of the machine, or for a wake.</summary>
    /// <param name="frame">Header and payload, good until the next read.</param>
    TapRead Read(out ReadOnlySpan<byte> frame);

    /// <summary>Waits for a wake alone.</summary>
    /// <param name="milliseconds">How long; -1 for no end.</param>
    void WaitForWake(int milliseconds);

    /// <summary>Ends the wait that is under way, or the next one. After dispose it does nothing.</summary>
    void Wake();

    /// <summary>Hands a frame to the machine. Never blocks.</summary>
    /// <param name="frame">Borrowed for the call.</param>
    /// <returns>False where the driver has no room, or is gone.</returns>
    bool Write(in EthernetFrame frame);
}
