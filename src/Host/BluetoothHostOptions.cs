using HostStack.Hci.Capture;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.L2cap;

namespace HostStack.Host;

/// <summary>How a host is opened. The defaults: not discoverable, connectable, the pairing window closed, keys kept in
/// memory, a loop of its own.</summary>
public sealed record BluetoothHostOptions
{
    /// <summary>The device's name, UTF-8, at most 248 octets.</summary>
    public string Name { get; init; } = "HostStack";

    /// <summary>What inquiries are told of the device.</summary>
    public ClassOfDevice ClassOfDevice { get; init; } = new(MajorServiceClasses.Networking, MajorDeviceClass.Computer);

    /// <summary>Whether inquiries find the device.</summary>
    public bool Discoverable { get; init; }

    /// <summary>Whether other devices may connect.</summary>
    public bool Connectable { get; init; } = true;

    /// <summary>Who answers for the user while pairing; null: only what this host begins is paired.</summary>
    public IPairingAgent? PairingAgent { get; init; }

    /// <summary>Where bonds live; null: in memory, gone with the host.</summary>
    public ILinkKeyStore? KeyStore { get; init; }

    /// <summary>How links are secured.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>The rest of the controller's set-up; name, class, discoverable and connectable come from here above.</summary>
    public HciOptions Hci { get; init; } = new();

    /// <summary>How L2CAP behaves.</summary>
    public L2capOptions L2cap { get; init; } = new();

    /// <summary>The clock; a test gives its own.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>A loop that its owner pumps (a simulation); null: the host makes and runs its own.</summary>
    public EventLoop? Loop { get; init; }

    /// <summary>Where agents and authorizers are called; null: the thread pool, or the loop where that is pumped.</summary>
    public TaskScheduler? CallbackScheduler { get; init; }

    /// <summary>Sees every packet between host and controller: a btsnoop writer. It holds keys; the owner disposes it.</summary>
    public IPacketTap? Capture { get; init; }

    /// <summary>Whether the controller is opened again after it was lost.</summary>
    public bool ReopenAfterLoss { get; init; } = true;

    /// <summary>The operator's word on a controller that is found after a loss in the place of the host's own: another dongle,
    /// also one with the same address. Gets the host's own and the other one; true to use that from now on, with the bonds
    /// of its address. Null: never. Called on the loop; must not block.</summary>
    public Func<ControllerInfo, ControllerInfo, bool>? AcceptsOtherController { get; init; }

    /// <summary>The operator's word at the start: bonds that a controller of the same address made, with other versions or firmware, are
    /// this one's from now on.</summary>
    public bool AdoptsBonds { get; init; }

    /// <summary>The wait before the first attempt to open it again; it doubles with each.</summary>
    public TimeSpan FirstReopenWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between attempts. Short, since whoever plugs a dongle in waits for it, and looking for one
    /// that is not there costs next to nothing.</summary>
    public TimeSpan LongestReopenWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the host's randomness begins (jitter of reconnects).</summary>
    public int Seed { get; init; } = 1;
}
