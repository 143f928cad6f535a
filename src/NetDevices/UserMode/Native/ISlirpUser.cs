namespace HostStack.NetDevices.UserMode.Native;

/// <summary>Who uses a <see cref="SlirpInstance"/>. Called on the instance's thread.</summary>
internal interface ISlirpUser
{
    /// <summary>A frame for the network.</summary>
    /// <param name="frame">Header and payload; borrowed for the call.</param>
    void FrameFromNat(ReadOnlySpan<byte> frame);

    /// <summary>A complaint about what a peer sent.</summary>
    /// <param name="message">As libslirp says it.</param>
    void PeerError(string message);
}
