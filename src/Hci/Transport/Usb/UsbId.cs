using System.Globalization;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Maker and product of a USB device (USB 2.0, 9.6.1: idVendor, idProduct).</summary>
/// <param name="Vendor">idVendor.</param>
/// <param name="Product">idProduct.</param>
public readonly record struct UsbId(ushort Vendor, ushort Product)
{
    private const int Digits = 4;

    /// <summary>Parses <c>0a12:0001</c>.</summary>
    /// <param name="text">Two groups of four hexadecimal digits.</param>
    /// <param name="id">The id, where the text has this form.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out UsbId id)
    {
        id = default;
        if (text.Length != Digits + 1 + Digits || text[Digits] != ':'
            || !ushort.TryParse(text[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var vendor)
            || !ushort.TryParse(text[(Digits + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var product))
        {
            return false;
        }

        id = new UsbId(vendor, product);
        return true;
    }

    /// <summary><c>0a12:0001</c>, as lsusb writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vendor:x4}:{Product:x4}");
}
