namespace HostStack.Hci.Security;

/// <summary>Sees to it that a refusal on one link is told once: by the services that wait for the link's security, which
/// know for what it was asked, or else to the observer. Loop only.</summary>
internal sealed class RefusalTelling(SecurityContext context)
{
    private readonly List<SecurityRefusal> _kept = [];
    private readonly HashSet<SecurityRule> _told = [];
    private int _services;

    /// <summary>Takes a refusal: kept while a service waits, told at once otherwise. The log has it in any case.</summary>
    public void Take(SecurityRefusal refusal)
    {
        context.Record(refusal);
        if (_services > 0)
        {
            _kept.Add(refusal);
        }
        else
        {
            context.Publish(refusal);
        }
    }

    /// <summary>A service that tells of refusals begins to wait.</summary>
    public void Enter() => _services++;

    /// <summary>A service has waited. With the last one goes what none of them had to tell: to the observer.</summary>
    /// <param name="isRefused">Whether the service is refused, and so tells it.</param>
    /// <param name="rule">By which rule, as far as it is known.</param>
    /// <returns>What the service has to tell; null where nothing was refused meanwhile.</returns>
    public SecurityRefusal? Leave(bool isRefused, SecurityRule? rule)
    {
        var cause = isRefused ? _kept.FindLast(refusal => refusal.Rule == rule) ?? _kept.LastOrDefault() : null;
        if (cause is not null)
        {
            _told.Add(cause.Rule);
        }

        if (--_services == 0)
        {
            var untold = _kept.Where(refusal => !_told.Contains(refusal.Rule)).ToArray();
            _kept.Clear();
            _told.Clear();
            foreach (var refusal in untold)
            {
                context.Publish(refusal);
            }
        }

        return cause;
    }
}
