using System.Globalization;

namespace HostStack.Hci.Transport.Usb;

/// <summary>USB devices by bus and port, each number as a number: 1.2 before 1.10. It stays the same as long as nobody plugs
/// anything elsewhere.</summary>
internal sealed class UsbLocationOrder : IComparer<UsbDeviceInfo>
{
    public static UsbLocationOrder Instance { get; } = new();

    public int Compare(UsbDeviceInfo? x, UsbDeviceInfo? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var order = x.Bus.CompareTo(y.Bus);
        order = order != 0 ? order : Compare(x.Ports.Split('.'), y.Ports.Split('.'));
        return order != 0 ? order : x.Address.CompareTo(y.Address);
    }

    private static int Compare(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = Number(left[i]).CompareTo(Number(right[i]));
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
