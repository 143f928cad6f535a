namespace HostStack.VirtualController.Radio;

/// <summary>One baseband packet type: the slots it takes and the payload it carries (Core, Vol 2, Part B, 6.5.4).</summary>
/// <param name="Name">3-DH5, DM1.</param>
/// <param name="Slots">1, 3 or 5 slots of 625 us.</param>
/// <param name="Payload">Octets of user payload.</param>
public readonly record struct AirPacket(string Name, int Slots, int Payload);

/// <summary>The packet types that the links of a radio may use, and with them its rate.</summary>
/// <remarks>A central serves its links in turn; each exchange is one packet each way, a one-slot POLL or NULL where a
/// side has nothing to send. 3-DH5 against NULL is 1021 octets in 6 slots: 2.178 Mbit/s.</remarks>
public sealed class RadioPace
{
    /// <summary>One time slot.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromMicroseconds(625);

    private readonly AirPacket[] _packets;

    private RadioPace(string name, params AirPacket[] packets)
    {
        Name = name;
        _packets = packets;
    }

    /// <summary>No pace: packets cross at once.</summary>
    public static RadioPace Unlimited { get; } = new("unlimited");

    /// <summary>EDR 3 Mbit/s, up to 2.18 Mbit/s of payload.</summary>
    public static RadioPace Dh5At3 { get; } = new("3-DH5", new("3-DH1", 1, 83), new("3-DH3", 3, 552), new("3-DH5", 5, 1021));

    /// <summary>EDR 2 Mbit/s, up to 1.45 Mbit/s of payload.</summary>
    public static RadioPace Dh5At2 { get; } = new("2-DH5", new("2-DH1", 1, 54), new("2-DH3", 3, 367), new("2-DH5", 5, 679));

    /// <summary>Basic rate, up to 723 kbit/s of payload.</summary>
    public static RadioPace Dh5 { get; } = new("DH5", new("DH1", 1, 27), new("DH3", 3, 183), new("DH5", 5, 339));

    /// <summary>Basic rate with forward error correction, up to 477 kbit/s of payload.</summary>
    public static RadioPace Dm5 { get; } = new("DM5", new("DM1", 1, 17), new("DM3", 3, 121), new("DM5", 5, 224));

    /// <summary>The slowest link: DM1 alone, 108 kbit/s each way.</summary>
    public static RadioPace Dm1 { get; } = new("DM1", new AirPacket("DM1", 1, 17));

    /// <summary>Every pace, by name.</summary>
    public static IReadOnlyList<RadioPace> All { get; } = [Unlimited, Dh5At3, Dh5At2, Dh5, Dm5, Dm1];

    /// <summary>What people write: <c>3-DH5</c>, <c>unlimited</c>.</summary>
    public string Name { get; }

    /// <summary>Whether packets cross at once.</summary>
    public bool IsUnlimited => _packets.Length == 0;

    /// <summary>The pace of a name.</summary>
    /// <param name="name">As in <see cref="Name"/>; case does not matter.</param>
    /// <returns>The pace; null where there is none of this name.</returns>
    public static RadioPace? Find(string name) =>
        All.FirstOrDefault(pace => string.Equals(pace.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The packet type for so many octets: the smallest that takes them all, else the largest.</summary>
    internal AirPacket PacketFor(int octets)
    {
        foreach (var packet in _packets)
        {
            if (octets <= packet.Payload)
            {
                return packet;
            }
        }

        return _packets[^1];
    }
}
