namespace HostStack.Host;

/// <summary>A profile that lives on a host, from its first use to the host's end.</summary>
public interface IHostAttachment
{
    /// <summary>The host is being closed: end what goes on, while links still live. On the loop; must not block.</summary>
    void HostClosing();
}
