using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Who made a device, in extended inquiry response data (Device Identification 1.3, 5; Core
/// supplement, Part A, 1).</summary>
/// <param name="VendorIdSource">1: Bluetooth SIG, 2: USB.</param>
/// <param name="VendorId">The maker.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Version">Its version, binary-coded decimal.</param>
public readonly record struct EirDeviceId(ushort VendorIdSource, ushort VendorId, ushort ProductId, ushort Version)
    : IFixedWireFormat<EirDeviceId>
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EirDeviceId value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16(), reader.U16(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(VendorIdSource);
        writer.U16(VendorId);
        writer.U16(ProductId);
        writer.U16(Version);
    }
}
