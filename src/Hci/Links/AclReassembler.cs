using System.Buffers.Binary;

namespace HostStack.Hci.Links;

/// <summary>Joins the ACL fragments of one link into L2CAP PDUs (Core, Vol 3, Part A, 7.2.1).</summary>
/// <remarks>A PDU begins with a start fragment, whose first two octets say how long the payload behind the 4-octet header
/// is; continuations follow until it is whole. A PDU in one fragment is handed on where it stands; only split ones are
/// copied, into one buffer of the bound's size. What does not fit the declared length is dropped whole and nothing of it
/// is kept (CVE-2020-0022). Pure.</remarks>
internal sealed class AclReassembler(int maximumPdu, HciCounters counters)
{
    /// <summary>Octets of the basic L2CAP header: payload length 2, channel 2.</summary>
    public const int HeaderSize = 4;

    private const int LengthSize = 2;

    private byte[] _partial = [];
    private int _held;

    /// <summary>Octets of the PDU that is being joined; 0 where none is.</summary>
    public int Held => _held;

    /// <summary>Takes one fragment.</summary>
    /// <param name="isStart">Whether it begins a PDU.</param>
    /// <param name="fragment">Its octets, borrowed.</param>
    /// <param name="pdu">The PDU that it completes, valid until the next call.</param>
    /// <returns>Whether a PDU is complete.</returns>
    public bool TryFeed(bool isStart, ReadOnlySpan<byte> fragment, out ReadOnlySpan<byte> pdu)
    {
        pdu = default;
        if (fragment.IsEmpty)
        {
            counters.AclDiscarded++;
            return false;
        }

        return isStart ? Start(fragment, out pdu) : Continue(fragment, out pdu);
    }

    /// <summary>Forgets what is held.</summary>
    public void Clear() => _held = 0;

    private bool Start(ReadOnlySpan<byte> fragment, out ReadOnlySpan<byte> pdu)
    {
        pdu = default;
        if (_held > 0)
        {
            counters.PdusStale++;
            _held = 0;
        }

        if (fragment.Length >= LengthSize)
        {
            var total = TotalLength(fragment);
            if (total == fragment.Length)
            {
                counters.PdusReceived++;
                pdu = fragment;
                return true;
            }

            if (!Fits(total, fragment.Length))
            {
                return false;
            }
        }

        Hold(fragment);
        return false;
    }

    private bool Continue(ReadOnlySpan<byte> fragment, out ReadOnlySpan<byte> pdu)
    {
        pdu = default;
        if (_held == 0)
        {
            counters.ContinuationsWithoutStart++;
            return false;
        }

        // A start of one octet does not tell the length yet: its second octet stands at the front of this fragment.
        var total = _held >= LengthSize
            ? TotalLength(_partial)
            : HeaderSize + (_partial[0] | (fragment[0] << 8));
        if (!Fits(total, _held + fragment.Length))
        {
            _held = 0;
            return false;
        }

        Hold(fragment);
        if (_held < total)
        {
            return false;
        }

        counters.PdusReceived++;
        pdu = _partial.AsSpan(0, total);
        _held = 0;
        return true;
    }

    private static int TotalLength(ReadOnlySpan<byte> pdu) => HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(pdu);

    private bool Fits(int total, int octets)
    {
        if (total > maximumPdu)
        {
            counters.PdusTooLong++;
            return false;
        }

        if (octets > total)
        {
            counters.PdusOverrun++;
            return false;
        }

        return true;
    }

    private void Hold(ReadOnlySpan<byte> fragment)
    {
        if (_partial.Length == 0)
        {
            _partial = new byte[maximumPdu];
        }

        fragment.CopyTo(_partial.AsSpan(_held));
        _held += fragment.Length;
    }
}
