using System.Runtime.InteropServices;

namespace HostStack.NetDevices.MacOs.Native;

/// <summary>struct ctl_info (sys/kern_control.h): the number of a kernel control, by its name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ControlInfo
{
    public const int NameSize = 96;

    public uint Id;
    public fixed byte Name[NameSize];
}

/// <summary>struct sockaddr_ctl (sys/kern_control.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ControlAddress
{
    public byte Length;
    public byte Family;
    public ushort SystemAddress;
    public uint Id;

    /// <summary>The unit's number and one; 0 takes the first that is free.</summary>
    public uint Unit;
    public fixed uint Reserved[5];
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Start;
    public nuint Length;
}

/// <summary>struct msghdr; its count of vectors is an int on Darwin.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public int VectorCount;
    public void* Control;
    public uint ControlLength;
    public int Flags;
}
