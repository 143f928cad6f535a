using System.Security.Cryptography;
using HostStack.Hci.Packets;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Security;

/// <summary>What a link has proved so far: authentication, encryption, and the procedure that goes on.</summary>
/// <remarks>Authentication comes before encryption (Core, Vol 2, Part C, 4.2). One procedure at a time; a request of
/// the other host meanwhile waits its turn.</remarks>
internal sealed class LinkSecurityState(AirLink link)
{
    private const byte ModeOff = 0x00;
    private const byte ModeE0 = 0x01;
    private const byte ModeAesCcm = 0x02;

    private readonly Queue<LinkEnd> _waiting = new();

    /// <summary>The procedure that goes on; null between procedures.</summary>
    public Authentication? Current { get; private set; }

    public bool IsAuthenticated { get; private set; }

    public bool IsEncrypted => Mode != ModeOff;

    /// <summary>0 off, 1 E0, 2 AES-CCM (Core, Vol 4, Part E, 7.7.8).</summary>
    public byte Mode { get; private set; }

    /// <summary>Octets of the encryption key.</summary>
    public byte KeySize { get; private set; }

    /// <summary>Authentication Requested.</summary>
    public void Authenticate(LinkEnd initiator)
    {
        if (Current is not null)
        {
            _waiting.Enqueue(initiator);
            return;
        }

        Current = new Authentication(link, initiator);
        Current.Start();
    }

    /// <summary>The current procedure ended.</summary>
    public void Ended(bool success)
    {
        Current = null;
        IsAuthenticated |= success;
        if (link.IsUp && _waiting.TryDequeue(out var next))
        {
            Authenticate(next);
        }
    }

    /// <summary>Set Connection Encryption.</summary>
    public void SetEncryption(LinkEnd end, bool on)
    {
        if (on && !IsAuthenticated)
        {
            EncryptionChange(end, HciStatus.PinOrKeyMissing);
            return;
        }

        var secureConnections = end.Controller.SupportsSecureConnections && end.Peer.Controller.SupportsSecureConnections;
        Mode = !on ? ModeOff : secureConnections ? ModeAesCcm : ModeE0;
        KeySize = on ? Math.Min(end.Controller.Options.EncryptionKeySize, end.Peer.Controller.Options.EncryptionKeySize) : (byte)0;
        EncryptionChange(end, HciStatus.Success);
        EncryptionChange(end.Peer, HciStatus.Success);
    }

    /// <summary>Tells both hosts that encryption paused and resumed with a fresh key.</summary>
    public void ReportKeyRefresh()
    {
        foreach (var end in new[] { link.Initiator, link.Acceptor })
        {
            end.Controller.Events.SendStatus(EventCode.EncryptionKeyRefreshComplete, HciStatus.Success, end.Handle);
        }
    }

    public void LinkEnded()
    {
        Current?.Abandon();
        Current = null;
        _waiting.Clear();
        Mode = ModeOff;
    }

    /// <summary>Whether two keys are one.</summary>
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);

    private void EncryptionChange(LinkEnd end, HciStatus status)
    {
        var writer = end.Controller.Events.Begin();
        writer.U8((byte)status);
        writer.U16(end.Handle.Value);
        writer.U8(Mode);
        end.Controller.Events.Send(EventCode.EncryptionChange, writer);
    }
}
