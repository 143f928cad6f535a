using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Security;

/// <summary>The cipher and key size of one link: asks for them, judges them, publishes them.</summary>
internal sealed class EncryptionWatch(LinkSecuritySession session, SecurityContext context)
{
    private EncryptionMode _mode;
    private byte? _sizeOfEvent;
    private int _reading;

    /// <summary>Octets of the encryption key; 0: not known.</summary>
    public byte KeySize { get; private set; }

    /// <summary>Encryption Change, of either version.</summary>
    /// <param name="status">The outcome.</param>
    /// <param name="mode">The cipher.</param>
    /// <param name="keySize">The key size, in version 2.</param>
    public void Changed(HciStatus status, EncryptionMode mode, byte? keySize)
    {
        if (status != HciStatus.Success)
        {
            session.EncryptionFailed(status);
            return;
        }

        if (mode == EncryptionMode.Off)
        {
            KeySize = 0;
            session.Feed(SecurityInput.EncryptionOff);
            return;
        }

        if (mode == EncryptionMode.E0 && RuleAgainstE0() is { } rule)
        {
            session.Note(rule, keyType: session.Keys.Type ?? session.Keys.Stored?.Type);
            session.Feed(SecurityInput.EncryptionDowngraded);
            return;
        }

        _mode = mode;
        _sizeOfEvent = keySize;

        // Secure authentication, which goes with AES-CCM, proves both sides; the older one proves one.
        var isProven = mode == EncryptionMode.AesCcm || session.Keys.IsPeerProven || !context.Options.RequireMutualAuthentication;
        session.Feed(isProven ? SecurityInput.EncryptionOn : SecurityInput.EncryptionOnUnproven);
    }

    /// <summary>Encryption Key Refresh Complete.</summary>
    public void Refreshed(HciStatus status)
    {
        if (status != HciStatus.Success)
        {
            session.EncryptionFailed(status);
            return;
        }

        // The size that an event told was the earlier key's.
        _sizeOfEvent = null;
        session.Feed(SecurityInput.KeyRefreshed);
    }

    /// <summary>Asks the controller to encrypt, or, on an encrypted link with a new link key, to use that.</summary>
    public void Request()
    {
        var handle = session.Link.Handle;
        if (!session.State.Encrypted)
        {
            _ = session.SendAsync(new SetConnectionEncryptionCommand(handle, true), session.EncryptionFailed);
        }
        else if (session.Keys.IsNew && context.Commands.Supports(OpCode.RefreshEncryptionKey))
        {
            _ = session.SendAsync(new RefreshEncryptionKeyCommand(handle), session.EncryptionFailed);
        }
        else
        {
            session.Feed(SecurityInput.KeyRefreshed);
        }
    }

    /// <summary>Finds the key size: from the event, or by asking the controller.</summary>
    public void ReadKeySize()
    {
        if (_sizeOfEvent is { } size)
        {
            _sizeOfEvent = null;
            _reading++;
            Judge(size);
        }
        else if (!context.Commands.Supports(OpCode.ReadEncryptionKeySize))
        {
            SettleUnknown();
        }
        else
        {
            _ = ReadAsync(++_reading);
        }
    }

    /// <summary>Publishes that nothing is encrypted.</summary>
    /// <param name="isPaused">Whether encryption is expected back.</param>
    public void PublishPlain(bool isPaused)
    {
        _reading++;
        Publish(EncryptionMode.Off, 0, isPaused);
    }

    /// <summary>Publishes the cipher; the key size is not known yet.</summary>
    public void PublishEncrypted()
    {
        KeySize = 0;
        _reading++;
        Publish(_mode, KeySize, session.Link.Security.IsPaused);
    }

    /// <summary>Publishes cipher and key size.</summary>
    public void PublishSecured()
    {
        session.Keys.IsNew = false;
        Publish(_mode, KeySize, isPaused: session.Link.Security.IsPaused && !session.State.IsSettled);
    }

    private SecurityRule? RuleAgainstE0() =>
        KeyPolicy.IsSecureConnections(session.Keys.Type ?? session.Keys.Stored?.Type) ? SecurityRule.SecurityDowngrade
        : context.Options.SecureConnectionsOnly ? SecurityRule.NoSecureConnections
        : null;

    private void Publish(EncryptionMode mode, byte keySize, bool isPaused)
    {
        var security = new LinkSecurity(mode, keySize, session.Keys.Type) { IsPaused = isPaused };
        if (session.Link.Security != security)
        {
            SecurityLog.Published(context.Log, session.Link.Handle, session.Link.Peer, security);
            context.Guard(() => session.Link.Security = security);
        }
    }

    private async Task ReadAsync(int reading)
    {
        try
        {
            var result = await context.Commands.SendAsync(new ReadEncryptionKeySizeCommand(session.Link.Handle));
            if (reading != _reading || session.IsClosed)
            {
                return;
            }

            switch (result.Status)
            {
                case HciStatus.Success:
                    Judge(result.KeySize);
                    break;

                // Clones list the command and do not know it.
                case HciStatus.UnknownCommand:
                    SettleUnknown();
                    break;

                // A size that could be read and is not: nothing is admitted on such a link.
                default:
                    session.Note(SecurityRule.KeySizeUnknown, result.Status);
                    session.Feed(SecurityInput.KeySizeUnacceptable);
                    break;
            }
        }
        catch (ControllerUnavailableException)
        {
            // The link ends with the controller.
        }
    }

    private void Judge(byte size)
    {
        KeySize = size;
        if (size is < SecurityOptions.ShortestKey or > LinkKey.Size)
        {
            session.Note(SecurityRule.KeyTooShort);
            session.Feed(SecurityInput.KeySizeUnacceptable);
            return;
        }

        session.Feed(SecurityInput.KeySizeRead);
    }

    private void SettleUnknown()
    {
        KeySize = 0;
        session.Feed(SecurityInput.KeySizeUnknown);
    }
}
