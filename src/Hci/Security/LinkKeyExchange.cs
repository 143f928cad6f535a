using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;

namespace HostStack.Hci.Security;

/// <summary>The keys of one link: which one is given to the controller, which new one is taken.</summary>
internal sealed class LinkKeyExchange(LinkSecuritySession session, SecurityContext context)
{
    private (LinkKey Key, LinkKeyType Type)? _ownOfLink;
    private LinkKeyNotificationEvent _offered;

    /// <summary>The type of the key that is used on the link; null while none is.</summary>
    public LinkKeyType? Type { get; private set; }

    /// <summary>Whether the peer has proved on this link that it has the key.</summary>
    public bool IsPeerProven { get; set; }

    /// <summary>Whether a key was made after the link was last encrypted.</summary>
    public bool IsNew { get; set; }

    /// <summary>Whether the last Link Key Request was answered with a key.</summary>
    public bool WasGiven { get; private set; }

    /// <summary>Whether the key that was offered last changes the link's key, without a pairing.</summary>
    public bool IsChange => _offered.KeyType == LinkKeyType.ChangedCombination;

    private LinkKeyId Id => new(context.Identity, session.Link.Peer);

    /// <summary>The stored bond, usable or not.</summary>
    public LinkKeyRow? Stored => context.Store.Find(Id);

    /// <summary>The key that may be given, and if there is none, by which rule.</summary>
    /// <param name="wanted">What the link must meet; null where the peer asks.</param>
    /// <param name="type">The key's type.</param>
    /// <param name="rule">The rule, where a key exists that must not be used.</param>
    public LinkKey? Select(SecurityRequirement? wanted, out LinkKeyType? type, out SecurityRule? rule)
    {
        rule = null;
        type = null;
        if (session.Link.Peer.Address == context.Identity.Address)
        {
            rule = SecurityRule.OwnAddress;
            return null;
        }

        if (_ownOfLink is { } own && (wanted is null || KeyPolicy.Meets(own.Type, wanted)))
        {
            type = own.Type;
            return own.Key;
        }

        if (Stored is not { } row)
        {
            var isForeign = context.Store.ListForeign(context.Identity).Any(foreign => foreign.Id.Peer == session.Link.Peer);
            rule = isForeign ? SecurityRule.OtherController : null;
            return null;
        }

        rule = KeyPolicy.JudgeStored(row, session.Link.PeerSupportsSecureConnections, context.Options);
        if (rule is not null || (wanted is not null && !KeyPolicy.Meets(row.Type, wanted)))
        {
            return null;
        }

        type = row.Type;
        return row.Key;
    }

    /// <summary>Answers a Link Key Request.</summary>
    public void Answer()
    {
        LinkKeyType? type = null;
        SecurityRule? rule = null;
        var isLocal = session.State.Local;
        var key = isLocal && session.MustPair ? null : Select(isLocal ? session.Wanted : null, out type, out rule);
        WasGiven = key is not null;
        if (key is { } given)
        {
            Type = type;
            context.Reply(new LinkKeyRequestReplyCommand(session.Link.Peer.Address, given));
            return;
        }

        context.Reply(new LinkKeyRequestNegativeReplyCommand(session.Link.Peer.Address));
        if (rule is { } refused)
        {
            // A key exists and must not be used: the peer hears no, the operator hears why.
            session.Refuse(refused, Stored?.Type);
        }
    }

    /// <summary>A Link Key Notification came.</summary>
    public void Offer(LinkKeyNotificationEvent offered)
    {
        _offered = offered;
        var rule = offered.LinkKey.IsZero ? SecurityRule.NullKey
            : IsChange ? RuleAgainstChange()
            : !session.State.IsPairing ? null
            : session.Pairing.UserSaidNo ? SecurityRule.UserRefused
            : KeyPolicy.JudgeNew(offered.LinkKey, offered.KeyType, Stored, context.Options);
        if (rule is { } refused)
        {
            session.Note(refused, keyType: offered.KeyType);
            session.Feed(SecurityInput.KeyRefused);
        }
        else
        {
            session.Feed(IsChange ? SecurityInput.KeyChanged : SecurityInput.KeyCreated);
        }
    }

    /// <summary>Takes the offered key: for this link, and for the store where both sides bond.</summary>
    /// <returns>Whether the key is stored.</returns>
    public bool Take()
    {
        var stored = Stored;

        // A changed key is no better and no worse than the one that it replaces.
        var type = IsChange ? Type ?? stored?.Type ?? LinkKeyType.Combination : _offered.KeyType;
        var bonds = IsChange ? stored is not null : session.Pairing.BothBond;
        _ownOfLink = (_offered.LinkKey, type);
        Type = type;
        IsNew = true;
        IsPeerProven |= !IsChange;
        if (!bonds)
        {
            return false;
        }

        try
        {
            context.Store.Save(new LinkKeyRow
            {
                Id = Id,
                Key = _offered.LinkKey,
                Type = type,
                PeerSupportsSecureConnections = session.Link.PeerSupportsSecureConnections == true
                    || KeyPolicy.IsSecureConnections(type) || stored?.PeerSupportsSecureConnections == true,
                Name = stored?.Name,
                Unknown = stored?.Unknown,
            });
            return true;
        }
        catch (KeyStoreException failure)
        {
            SecurityLog.KeyNotSaved(context.Log, session.Link.Peer, failure.Message);
            context.Refuse(new SecurityRefusal(SecurityRule.KeyNotSaved, session.Link.Peer, type));
            return false;
        }
    }

    /// <summary>Forgets what the link was paired with: the bond was removed.</summary>
    public void Forget()
    {
        _ownOfLink = null;
        IsPeerProven = false;
    }

    // Both sides of a change have the key before it: whoever has not proved that gets no bond replaced. Nor is a key that
    // comes in the middle of a pairing the one that the users agree on.
    private SecurityRule? RuleAgainstChange() =>
        Type is null && Stored is null ? SecurityRule.UnsafeKeyType
        : session.State.IsPairing ? SecurityRule.MethodMismatch
        : !IsPeerProven && session.State is not { Encrypted: true, Unproven: false } ? SecurityRule.PeerNotAuthenticated
        : null;
}
