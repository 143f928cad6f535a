using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Host;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>A host at the near end of a serial line.</summary>
internal sealed class LineStation : RealTimeStation
{
    private LineStation(BluetoothHost host, byte number)
        : base(host, number)
    {
    }

    public static async Task<LineStation> OpenAsync(
        IControllerSource source, byte number = 1, bool reopens = false, HciOptions? hci = null, TimeProvider? time = null)
    {
        var options = new BluetoothHostOptions
        {
            Hci = hci ?? new HciOptions(),
            Time = time,
            Name = $"station {number}", PairingAgent = new JustWorksAgent(), KeyStore = new InMemoryLinkKeyStore(), ReopenAfterLoss = reopens,
        };
        return new LineStation(await BluetoothHost.OpenAsync(source, options).WaitAsync(Limit), number);
    }

    /// <summary>Something that takes the controller's answer.</summary>
    public async Task AskAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await Host.ReadLocalOobDataAsync().WaitAsync(Limit);
        }
    }
}
