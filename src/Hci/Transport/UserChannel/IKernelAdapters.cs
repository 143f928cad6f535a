using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>The Bluetooth adapters of this machine's kernel. Any thread.</summary>
internal interface IKernelAdapters
{
    /// <summary>The numbers of the adapters that are there, from the lowest.</summary>
    IReadOnlyList<ushort> List();

    /// <summary>What the kernel tells of an adapter's device.</summary>
    /// <param name="number">N of hciN.</param>
    ControllerDevice Describe(ushort number);

    /// <summary>What an opening would say now, as far as the kernel tells without one. Takes nothing from anybody.</summary>
    /// <param name="number">N of hciN.</param>
    /// <returns>None, or what speaks against it.</returns>
    Errno Probe(ushort number);

    /// <summary>Opens an adapter's user channel: takes the adapter for this process alone and has its driver start it, which
    /// may take seconds.</summary>
    /// <param name="number">N of hciN.</param>
    /// <param name="descriptor">The socket, in non-blocking mode.</param>
    /// <returns>None, or why not.</returns>
    Errno TryOpen(ushort number, out FileDescriptor? descriptor);
}
