using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Security;

/// <summary>The hash and randomizer that a controller made for out-of-band pairing (Core, Vol 4, Part E, 7.3.60, 7.3.95).</summary>
internal sealed class OutOfBandData(SimulatedController controller)
{
    /// <summary>Hash C and randomizer R, 16 octets each.</summary>
    public const int Size = 32;

    private byte[]? _p192;
    private byte[]? _p256;

    /// <summary>Makes a new pair of values; older ones no longer hold.</summary>
    public ReadOnlySpan<byte> Make(bool p256)
    {
        var made = controller.Radio.PairingRandom.Bytes(Size);
        if (p256)
        {
            _p256 = made;
        }
        else
        {
            _p192 = made;
        }

        return made;
    }

    /// <summary>Whether these are the values that were made last.</summary>
    public bool Matches(byte[]? given, bool p256) =>
        given is not null && (p256 ? _p256 : _p192) is { } made && LinkSecurityState.Same(given, made);

    public void Reset()
    {
        _p192 = null;
        _p256 = null;
    }
}
