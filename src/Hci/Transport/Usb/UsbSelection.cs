namespace HostStack.Hci.Transport.Usb;

/// <summary>Finds the controller that a user means among the devices that are plugged in. Pure.</summary>
internal static class UsbSelection
{
    private const int MostTold = 6;

    /// <summary>Finds it.</summary>
    /// <param name="selector">What the user said.</param>
    /// <param name="devices">What is plugged in, in any order.</param>
    /// <exception cref="ControllerUnavailableException">None is there, or which one is not clear; the message says what is
    /// there.</exception>
    public static UsbDeviceInfo Choose(UsbSelector selector, IReadOnlyList<UsbDeviceInfo> devices)
    {
        var controllers = UsbCandidates.Among(devices);
        return selector switch
        {
            { Location: { } location } => Usable(
                devices.FirstOrDefault(device => device.Location == location)
                    ?? throw Nothing($"No USB device is plugged in at {location}", controllers)),
            { Id: { } id } => ChooseById(selector, id, devices, controllers),
            _ => controllers.Count > 0 ? controllers[0] : throw None(devices),
        };
    }

    /// <summary>What is there, for a sentence: <c>0a12:0001 (CSR8510 A10) at 1.4, ...</c></summary>
    public static string Listed(IEnumerable<UsbDeviceInfo> devices)
    {
        var titles = devices.Order(UsbLocationOrder.Instance).Select(static device => device.Title).ToList();
        return titles.Count <= MostTold
            ? string.Join(", ", titles)
            : $"{string.Join(", ", titles.Take(MostTold))} and {titles.Count - MostTold} more";
    }

    /// <summary>The devices with an id, by bus and port.</summary>
    public static List<UsbDeviceInfo> WithId(UsbId id, IEnumerable<UsbDeviceInfo> devices) =>
        [.. devices.Where(device => device.Id == id).Order(UsbLocationOrder.Instance)];

    private static UsbDeviceInfo ChooseById(
        UsbSelector selector, UsbId id, IReadOnlyList<UsbDeviceInfo> devices, IReadOnlyList<UsbDeviceInfo> controllers)
    {
        var same = WithId(id, devices);
        return (same.Count, selector.Number) switch
        {
            (0, _) => throw Nothing($"No USB device {id} is plugged in", controllers),
            (1, null) => Usable(same[0]),
            (_, null) => throw new ControllerUnavailableException(
                $"There are {same.Count} USB devices {id}, at {Places(same)}; write usb:{id}#1 or usb:{same[0].Location} for the first of them."),
            (_, { } number) when number > same.Count => throw new ControllerUnavailableException(
                $"There is no USB device {id} number {number}; {Count(same)} there, at {Places(same)}."),
            (_, { } number) => Usable(same[number - 1]),
        };
    }

    // Who names a device is believed, even if its class says nothing, as long as HCI can go through it.
    private static UsbDeviceInfo Usable(UsbDeviceInfo device) =>
        UsbCandidates.IsAmp(device) ? throw new ControllerUnavailableException(
            $"The USB device {device.Title} is an AMP controller, a radio without Bluetooth of its own; name another one.")
        : UsbControllerFunction.Find(device) is null ? throw new ControllerUnavailableException(
            $"The USB device {device.Title} is no Bluetooth controller: no interface of it has the endpoints of one; name another one.")
        : device;

    private static string Places(IEnumerable<UsbDeviceInfo> devices) => string.Join(" and ", devices.Select(static device => device.Location));

    private static string Count(List<UsbDeviceInfo> devices) => devices.Count == 1 ? "1 is" : $"{devices.Count} are";

    private static ControllerUnavailableException Nothing(string what, IReadOnlyList<UsbDeviceInfo> controllers) =>
        new(controllers.Count == 0
            ? $"{what}, and no other USB Bluetooth controller; plug it in."
            : $"{what}; plug it in, or name another controller: {Listed(controllers)}.");

    private static ControllerUnavailableException None(IReadOnlyList<UsbDeviceInfo> devices) =>
        new(devices.Count == 0
            ? "No USB Bluetooth controller is plugged in; plug one in."
            : $"No USB Bluetooth controller is plugged in, among {Listed(devices)}; plug one in, or name the one whose class does not tell it.");
}
