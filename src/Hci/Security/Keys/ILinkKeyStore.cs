namespace HostStack.Hci.Security.Keys;

/// <summary>Where bonds live.</summary>
/// <remarks>Called on the loop. Calls are synchronous: a pairing is reported only when its key is durable, and pairings
/// are rare; a file store takes a few milliseconds for one.</remarks>
public interface ILinkKeyStore
{
    /// <summary>Finds the row of exactly this controller and peer.</summary>
    /// <param name="id">Whose key.</param>
    LinkKeyRow? Find(LinkKeyId id);

    /// <summary>All rows, of every controller.</summary>
    IReadOnlyList<LinkKeyRow> List();

    /// <summary>Adds a row, or replaces the one with the same <see cref="LinkKeyRow.Id"/>. Durable on return.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="KeyStoreException">The store cannot be written; the message says why and what to do.</exception>
    void Save(LinkKeyRow row);

    /// <summary>Removes a row, from the backup too. Durable on return.</summary>
    /// <param name="id">Whose key.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written; the message says why and what to do.</exception>
    bool Remove(LinkKeyId id);
}

/// <summary>The store cannot be opened, read or written. The message is one sentence with the remedy.</summary>
public sealed class KeyStoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public KeyStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>What every store can do with rows.</summary>
public static class LinkKeyStoreExtensions
{
    /// <summary>Rows with a controller's address but another fingerprint: another dongle had that address, or the dongle
    /// got other firmware. They are not used until <see cref="Adopt"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="controller">The controller that is in use.</param>
    public static IReadOnlyList<LinkKeyRow> ListForeign(this ILinkKeyStore store, ControllerIdentity controller) =>
        [.. store.List().Where(row => row.Id.Controller.Address == controller.Address && row.Id.Controller != controller)];

    /// <summary>Makes foreign rows the rows of the controller in use. Only an operator can know that this is right.</summary>
    /// <param name="store">The store.</param>
    /// <param name="controller">The controller that is in use.</param>
    /// <param name="of">Whose rows; null for all foreign ones.</param>
    /// <returns>How many rows changed; a peer that has a row already keeps it.</returns>
    /// <exception cref="KeyStoreException">The store cannot be written.</exception>
    public static int Adopt(this ILinkKeyStore store, ControllerIdentity controller, ControllerIdentity? of = null)
    {
        var adopted = 0;
        foreach (var row in store.ListForeign(controller).Where(row => of is null || row.Id.Controller == of))
        {
            var id = row.Id with { Controller = controller };
            if (store.Find(id) is null)
            {
                store.Save(row with { Id = id });
                adopted++;
            }

            store.Remove(row.Id);
        }

        return adopted;
    }
}
