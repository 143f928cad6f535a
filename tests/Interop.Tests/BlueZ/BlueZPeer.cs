using System.Globalization;
using System.Net;
using HostStack.Hci.Wire;
using HostStack.Interop.Tests.Guests;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>BlueZ in a guest, and what a person would do at its keyboard.</summary>
/// <param name="guest">The guest.</param>
/// <param name="address">Its controller's address.</param>
/// <param name="controller">Its controller.</param>
internal sealed class BlueZPeer(Guest guest, PeerAddress address, SimulatedController controller)
{
    private static readonly string[] Logs = ["bluetoothd", "bt-network", "bt-agent", "bluetoothctl", "h4bridge", "btattach", "httpd", "iperf3"];

    private static readonly TimeSpan ResetLimit = TimeSpan.FromMinutes(2);

    public Guest Guest => guest;

    public PeerAddress Address => address;

    public SimulatedController Controller => controller;

    /// <summary>10.9.0.2 for guest a, .3 for b, .4 for c.</summary>
    public IPAddress IPv4 { get; } = new([10, 9, 0, (byte)(2 + guest.Name[0] - 'a')]);

    /// <summary>Begins anew without a reboot: no bond, no network, no agent; pairable and discoverable; a new capture.</summary>
    /// <returns>False where the guest must be booted anew.</returns>
    public async Task<bool> ResetAsync()
    {
        try
        {
            var reset = await guest.RunAsync(
                """
                for program in bt-network bt-agent bluetoothctl iperf3 httpd btmon; do end_all $program; done
                has_controller >/dev/null || start_controller
                pidof bluetoothd >/dev/null || start_bluetoothd
                wait_adapter || { echo 'no adapter'; exit 1; }
                for device in $(bluetoothctl devices | cut -d' ' -f2); do bluetoothctl remove $device; done
                no_network() { ! ip link show bnep0; }
                until_ok 30 no_network || { echo 'bnep0 stays'; exit 1; }
                ! ip link show br0 >/dev/null 2>&1 || ip link del br0
                bluetoothctl pairable on && bluetoothctl discoverable on || exit 1
                : >/tmp/bluetoothd.log
                rm -f /tmp/btmon.btsnoop
                bg btmon -w /tmp/btmon.btsnoop
                captures() { [ "$(wc -c </tmp/btmon.btsnoop)" -gt 16 ]; }
                until_ok 30 captures || { echo 'btmon has written no record'; exit 1; }
                """,
                ResetLimit);
            await TestContext.Progress.WriteAsync(reset.Succeeded ? string.Empty : $"guest {guest.Name} is not as new: {reset}\n");
            return reset.Succeeded;
        }
        catch (IOException gone)
        {
            await TestContext.Progress.WriteLineAsync(gone.Message);
            return false;
        }
    }

    /// <summary>Looks for a device until BlueZ knows it.</summary>
    public Task DiscoverAsync(OurHost ours) => guest.DoAsync(
        $$"""
          bg bluetoothctl --timeout 60 scan on
          known() { bluetoothctl info {{ours.Address.Address}} | grep -q Name; }
          until_ok 60 known; status=$?
          end_all bluetoothctl
          exit $status
          """);

    /// <summary>Looks for our host, and pairs by Just Works, on BlueZ's wish.</summary>
    public async Task PairAsync(OurHost ours)
    {
        await DiscoverAsync(ours);
        await guest.DoAsync($"bluetoothctl --agent NoInputNoOutput pair {ours.Address.Address}");
    }

    /// <summary>Lets a device use services without asking.</summary>
    public Task TrustAsync(OurHost ours) => guest.DoAsync($"bluetoothctl trust {ours.Address.Address}");

    /// <summary>Someone who says yes to every pairing and every use of a service.</summary>
    public Task StartAgentAsync() => guest.DoAsync(
        """
        bg bt-agent -c NoInputNoOutput
        registered() { grep -q 'Default agent requested' /tmp/bt-agent.log; }
        until_ok 60 registered || { cat /tmp/bt-agent.log; exit 1; }
        """);

    /// <summary>Ends the agent; BlueZ is pairable again after.</summary>
    public Task EndAgentAsync() => guest.DoAsync("end_all bt-agent; bluetoothctl pairable on");

    /// <summary>Joins our network as PANU and takes its address.</summary>
    public async Task JoinAsync(OurHost ours, PanRole role)
    {
        await guest.DoAsync(
            $$"""
              bg bt-network -c {{ours.Address.Address}} {{Word(role)}}
              joined() { ip -o link show bnep0 | grep -q LOWER_UP; }
              until_ok 60 joined || { cat /tmp/bt-network.log; exit 1; }
              """);
        await AddressAsync("bnep0");
    }

    /// <summary>Leaves the network that it joined.</summary>
    public Task LeaveAsync() => guest.DoAsync("end_all bt-network");

    /// <summary>Waits until its network interface of a joined or served network is gone.</summary>
    public Task<string> SeesNetworkGoneAsync() =>
        guest.UntilAsync("! ip link show bnep0", "bnep0 is gone");

    /// <summary>Serves a network on a bridge with its address.</summary>
    public async Task ServeAsync(PanRole role)
    {
        await guest.DoAsync(
            $$"""
              ip link show br0 >/dev/null 2>&1 || ip link add br0 type bridge || exit 1
              ip link set br0 up
              bg bt-network -s {{Word(role)}} br0
              serving() { grep -q registered /tmp/bt-network.log; }
              until_ok 60 serving || { cat /tmp/bt-network.log; exit 1; }
              """);
        await AddressAsync("br0");
    }

    /// <summary>Serves no network any more.</summary>
    public Task EndServingAsync() => guest.DoAsync("end_all bt-network; ip link del br0");

    /// <summary>Forgets a device and its bond.</summary>
    public Task ForgetAsync(OurHost ours) => guest.DoAsync($"bluetoothctl remove {ours.Address.Address}");

    /// <summary>Takes the controller away, as pulling a dongle does.</summary>
    public Task UnplugAsync() => guest.DoAsync(
        """
        end_controller
        unplugged() { ! [ -e /sys/class/bluetooth/hci0 ]; }
        until_ok 60 unplugged
        """);

    /// <summary>Gives the controller back.</summary>
    public Task PlugAsync() => guest.DoAsync(
        """
        start_controller
        wait_adapter || exit 1
        end_all bt-network; ip link del br0
        bluetoothctl pairable on && bluetoothctl discoverable on
        """);

    /// <summary>Ends bluetoothd as the system does, and starts it again.</summary>
    public Task RestartBluetoothdAsync() => guest.DoAsync(
        """
        end_all bluetoothd 60
        end_all bt-network; end_all bt-agent
        start_bluetoothd; wait_adapter || exit 1
        bluetoothctl pairable on && bluetoothctl discoverable on
        """);

    /// <summary>Pings our host, in both families.</summary>
    /// <param name="ours">Our host.</param>
    /// <param name="device">By which interface.</param>
    public async Task AssertReachesAsync(OurHost ours, string device)
    {
        // Of what is sent before, nothing leaves: BlueZ says yes before its interface is up and in its bridge, and a link-local
        // address is of no use until nobody has objected to it.
        await LinkLocalAsync(device);
        await guest.DoAsync($"ping -c 3 -W 10 {ours.Ip.IPv4Address}");
        await guest.DoAsync($"ping -6 -c 3 -W 10 {ours.Ip.LinkLocalAddress}%{device}");
    }

    /// <summary>Its link-local address, once the interface has its carrier and duplicate address detection has ended.</summary>
    /// <param name="device">Of which interface.</param>
    public async Task<IPAddress> LinkLocalAsync(string device)
    {
        var line = await guest.UntilAsync(
            $"ip -o link show dev {device} | grep -q LOWER_UP && ip -6 -o addr show dev {device} scope link -tentative | grep fe80",
            $"{device} has a link-local address");
        var words = line.Split((char[])[' ', '/'], StringSplitOptions.RemoveEmptyEntries);
        return IPAddress.Parse(words[Array.IndexOf(words, "inet6") + 1]);
    }

    /// <summary>Copies what btmon has captured since the test began.</summary>
    /// <param name="folder">Where to.</param>
    /// <returns>The copy.</returns>
    public async Task<string> FetchCaptureAsync(string folder)
    {
        var copy = Path.Combine(folder, $"{guest.Name}.btmon.btsnoop");
        await guest.FetchAsync("/tmp/btmon.btsnoop", copy);
        return copy;
    }

    /// <summary>Keeps what tells why a test failed.</summary>
    /// <param name="folder">Where.</param>
    public async Task KeepAsync(string folder)
    {
        var console = Path.Combine(folder, $"{guest.Name}.console.log");
        await File.WriteAllTextAsync(console, guest.Describe());
        await FetchCaptureAsync(folder);
        foreach (var log in Logs)
        {
            await guest.FetchAsync($"/tmp/{log}.log", Path.Combine(folder, $"{guest.Name}.{log}.log"));
        }

        await guest.FetchAsync("/proc/uptime", Path.Combine(folder, $"{guest.Name}.uptime.log"));
    }

    private static string Word(PanRole role) => role.ToString().ToLowerInvariant();

    private Task AddressAsync(string device) =>
        guest.DoAsync(string.Create(CultureInfo.InvariantCulture, $"ip addr replace {IPv4}/24 dev {device} && ip link set {device} up"));
}
