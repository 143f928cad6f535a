namespace HostStack.NetDevices.Windows;

/// <summary>An adapter of the TAP-Windows6 driver, as Windows has it installed.</summary>
/// <param name="InstanceId">What tells adapters apart: a GUID in braces.</param>
/// <param name="Name">The connection's name that people see and may change, <c>Ethernet 3</c>; the instance where it has none.</param>
/// <param name="ComponentId">The driver's hardware id, <c>tap0901</c> or <c>root\tap0901</c>.</param>
public sealed record WindowsTapAdapter(string InstanceId, string Name, string ComponentId)
{
    private const string DevicePrefix = @"\\.\Global\";
    private const string DeviceSuffix = ".tap";

    /// <summary>The path that the device is opened by.</summary>
    public string DevicePath => DevicePrefix + InstanceId + DeviceSuffix;

    /// <summary>The instance as a number.</summary>
    internal Guid Guid => Guid.Parse(InstanceId);
}
