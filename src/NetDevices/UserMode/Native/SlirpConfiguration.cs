using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>Writes <c>SlirpConfig</c> (libslirp.h) in the platform's C layout: each field at the next multiple of its
/// alignment. An IPv6 address has that of a 32-bit number, on Windows of a 16-bit one.</summary>
internal ref struct SlirpConfiguration
{
    /// <summary>Octets that hold the structure of any version on any platform.</summary>
    public const int MaximumSize = 256;

    /// <summary>The newest version that is written here.</summary>
    public const uint NewestVersion = 4;

    private const int AddressSize = 4;
    private const int Address6Size = 16;

    private readonly Span<byte> _octets;
    private readonly int _pointer;
    private readonly int _alignment6;
    private int _offset;

    private SlirpConfiguration(Span<byte> octets, int pointerSize, int address6Alignment)
    {
        _octets = octets;
        _pointer = pointerSize;
        _alignment6 = address6Alignment;
    }

    /// <summary>Alignment of an IPv6 address in C on this platform.</summary>
    public static int PlatformAddress6Alignment => OperatingSystem.IsWindows() ? sizeof(ushort) : sizeof(uint);

    /// <summary>Writes the structure.</summary>
    /// <param name="octets">Zeroed, <see cref="MaximumSize"/> octets.</param>
    /// <param name="plan">The networks.</param>
    /// <param name="version">1 to <see cref="NewestVersion"/>; fields of later versions are not looked at by the library.</param>
    /// <param name="domainName">A C string, or zero.</param>
    /// <param name="address6Alignment">Alignment of an IPv6 address.</param>
    /// <param name="pointerSize">Octets of a pointer and of a <c>size_t</c>.</param>
    /// <returns>The size of the structure of version 4.</returns>
    public static int Write(
        Span<byte> octets, UserModePlan plan, uint version, nint domainName, int address6Alignment, int pointerSize)
    {
        var options = plan.Options;
        var fields = new SlirpConfiguration(octets, pointerSize, address6Alignment);
        fields.Number(version);
        fields.Number(options.Restricted ? 1u : 0u);            // restricted
        fields.Flag(true);                                      // in_enabled
        fields.Address(plan.Network);                           // vnetwork
        fields.Address(plan.Mask);                              // vnetmask
        fields.Address(plan.Gateway);                           // vhost
        fields.Flag(plan.Network6 != 0);                        // in6_enabled
        fields.Address6(plan.Network6);                         // vprefix_addr6
        fields.Octet((byte)UserModePlan.PrefixLength6);         // vprefix_len
        fields.Address6(plan.Gateway6);                         // vhost6
        fields.Pointer(0);                                      // vhostname
        fields.Pointer(0);                                      // tftp_server_name
        fields.Pointer(0);                                      // tftp_path: no files of this machine
        fields.Pointer(0);                                      // bootfile
        fields.Address(plan.FirstLease);                        // vdhcp_start
        fields.Address(plan.NameServer);                        // vnameserver
        fields.Address6(plan.NameServer6);                      // vnameserver6
        fields.Pointer(0);                                      // vdnssearch
        fields.Pointer(domainName);                             // vdomainname
        fields.Pointer(options.Mtu);                            // if_mtu
        fields.Pointer(options.Mtu);                            // if_mru
        fields.Flag(!options.AllowHostLoopback);                // disable_host_loopback
        fields.Flag(false);                                     // enable_emu: its own authors warn of it
        fields.Pointer(0);                                      // outbound_addr (2)
        fields.Pointer(0);                                      // outbound_addr6 (2)
        fields.Flag(options.DnsServer is not null);             // disable_dns (3)
        fields.Flag(false);                                     // disable_dhcp (4)
        fields.Align(pointerSize);
        return fields._offset;
    }

    private void Align(int alignment) => _offset = (_offset + alignment - 1) / alignment * alignment;

    private Span<byte> Next(int size, int alignment)
    {
        Align(alignment);
        var field = _octets.Slice(_offset, size);
        _offset += size;
        return field;
    }

    private void Number(uint value) => MemoryMarshal.Write(Next(sizeof(uint), sizeof(uint)), value);

    private void Flag(bool value) => Octet(value ? (byte)1 : (byte)0);

    private void Octet(byte value) => Next(1, 1)[0] = value;

    private void Address(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Next(AddressSize, AddressSize), value);

    private void Address6(UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(Next(Address6Size, _alignment6), value);

    private void Pointer(nint value)
    {
        var field = Next(_pointer, _pointer);
        if (_pointer == sizeof(long))
        {
            MemoryMarshal.Write(field, (long)value);
        }
        else
        {
            MemoryMarshal.Write(field, (int)value);
        }
    }
}
