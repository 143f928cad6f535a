using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>An interface that the rig made, as a port whose frames the kernel carries by itself.</summary>
internal sealed class VethPort(string space, string name, MacAddress address) : ISystemPort
{
    public event Action<bool>? CarrierChanged;

    public string Name => name;

    public MacAddress Address => address;

    public int Mtu => 1500;

    public bool IsCarrierUp { get; private set; }

    public void Start(IEthernetPortSink sink)
    {
    }

    public void Stop()
    {
    }

    public bool Send(in EthernetFrame frame) => false;

    public void SetCarrier(bool up)
    {
        IsCarrierUp = up;
        CarrierChanged?.Invoke(up);
    }

    public void Resume()
    {
    }

    public void AddAddress(IPAddress address, int prefixLength) => Change("replace", address, prefixLength, "nodad");

    public void RemoveAddress(IPAddress address, int prefixLength) => Change("del", address, prefixLength);

    public void AddDefaultRoute(IPAddress gateway, int metric) => throw new NotSupportedException("a gateway asks for no route");

    public void RemoveDefaultRoute(IPAddress gateway) => throw new NotSupportedException("a gateway asks for no route");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Change(string verb, IPAddress address, int prefixLength, params string[] flags)
    {
        var start = new System.Diagnostics.ProcessStartInfo(
            "ip", ["-n", space, "addr", verb, $"{address}/{prefixLength}", "dev", name, .. address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? flags : []])
        {
            RedirectStandardError = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var words = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new NetDeviceException(words);
        }
    }
}
