using HostStack.Hci.Wire;
using HostStack.Interop.Tests.Guests;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>BlueZ in a guest, and what a person would do at its keyboard.</summary>
/// <param name="guest">The guest.</param>
/// <param name="address">Its controller's address.</param>
internal sealed class BlueZPeer(Guest guest, PeerAddress address)
{
    public Guest Guest => guest;

    public PeerAddress Address => address;

    public string Name => guest.Name;

    /// <summary>Begins anew without a reboot: no bond, no network, no agent, pairable and discoverable.</summary>
    public Task ResetAsync() => guest.DoAsync(
        """
        pidof bluetoothd >/dev/null || start_bluetoothd
        wait_adapter
        end_all bt-network; end_all bt-agent; end_all bluetoothctl; end_all iperf3; end_all httpd
        for device in $(bluetoothctl devices | cut -d' ' -f2); do bluetoothctl remove $device; done
        ip link show br0 && ip link del br0
        bluetoothctl pairable on; bluetoothctl discoverable on; bluetoothctl discoverable-timeout 0
        :
        """);

    /// <summary>Looks for a device until BlueZ knows it.</summary>
    /// <param name="peer">Which.</param>
    public Task DiscoverAsync(PeerAddress peer) => guest.DoAsync(
        $"""
         bg bluetoothctl --timeout 30 scan on
         known() {'{'} bluetoothctl info {peer.Address} | grep -q Name; {'}'}
         until_ok 30 known; status=$?
         end_all bluetoothctl
         exit $status
         """);

    /// <summary>Pairs by Just Works.</summary>
    /// <param name="peer">With whom.</param>
    public Task PairAsync(PeerAddress peer) =>
        guest.DoAsync($"bluetoothctl --agent NoInputNoOutput pair {peer.Address} && bluetoothctl trust {peer.Address}");

    /// <summary>Joins a network as PANU.</summary>
    /// <param name="peer">Who serves.</param>
    /// <param name="role">nap, gn or panu.</param>
    public Task JoinAsync(PeerAddress peer, string role) => guest.DoAsync(
        $"""
         bg bt-network -c {peer.Address} {role}
         up() {'{'} ip link show bnep0 up; {'}'}
         until_ok 30 up || {'{'} cat /tmp/bt-network.log; exit 1; {'}'}
         """);
}
