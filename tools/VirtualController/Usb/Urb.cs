using HostStack.Hci.Transport.Usb;

namespace HostStack.VirtualController.Usb;

/// <summary>Told when a USB request block has ended.</summary>
public interface IUrbUser
{
    /// <summary>A request block has ended and is idle; it may be submitted again at once. The radio's loop; must not
    /// block, unless that is the back-pressure of a host in this process.</summary>
    /// <param name="urb">Which.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="length">Octets that were moved, the setup packet not counted.</param>
    void Completed(Urb urb, UsbTransferStatus status, int length);
}

/// <summary>A USB request block: what a host's USB stack hands to its host controller, and what ends once. It is made once
/// and submitted again and again; submitting and completing allocate nothing.</summary>
/// <remarks>Its octets are of its maker while it is idle and within its completion, of the dongle while it is
/// submitted.</remarks>
public sealed class Urb
{
    /// <summary>Octets of a setup packet (USB 2.0, 9.3), with which the buffer of a control request begins.</summary>
    public const int SetupSize = 8;

    private int _isSubmitted;

    /// <summary>Makes an idle one.</summary>
    /// <param name="endpoint">bEndpointAddress: the number in bits 0 to 3, bit 7 for towards the host; 0 for requests.</param>
    /// <param name="capacity">Octets of its buffer.</param>
    /// <param name="user">Told of its completions.</param>
    public Urb(byte endpoint, int capacity, IUrbUser user)
    {
        Endpoint = endpoint;
        User = user;
        Octets = new byte[capacity];
    }

    /// <summary>Where it goes to or comes from.</summary>
    public byte Endpoint { get; }

    /// <summary>Its octets; those of a control request begin with the setup packet.</summary>
    public Span<byte> Buffer => Octets;

    /// <summary>How many packets, a millisecond each, an isochronous one has; 0 for all others.</summary>
    public int IsochronousPackets { get; set; }

    /// <summary>What its maker wants to know of it.</summary>
    public object? Tag { get; set; }

    /// <summary>Whether it is submitted.</summary>
    public bool IsSubmitted => Volatile.Read(ref _isSubmitted) != 0;

    internal IUrbUser User { get; }

    internal byte[] Octets { get; }

    /// <summary>Octets to send or to receive at most, the setup packet included.</summary>
    internal int Requested { get; private set; }

    /// <summary>Octets received so far.</summary>
    internal int Actual { get; set; }

    internal int Room => Requested - Actual;

    internal void Begin(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Octets.Length);
        if (Interlocked.Exchange(ref _isSubmitted, 1) != 0)
        {
            throw new InvalidOperationException("The request block is submitted already; wait for its completion.");
        }

        Requested = length;
        Actual = 0;
    }

    internal void Complete(UsbTransferStatus status, int length)
    {
        Volatile.Write(ref _isSubmitted, 0);
        User.Completed(this, status, length);
    }
}
