namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Looks for rules of others that drop what is forwarded. In nftables each base chain judges for itself: a packet that
/// our table accepts is dropped all the same where another chain says so.</summary>
internal static class ForwardRules
{
    /// <summary>The obstacles in a namespace, as sentences with the remedy.</summary>
    /// <param name="nft">The path of nft.</param>
    /// <param name="plan">The gateway.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    public static async Task<IReadOnlyList<string>> ObstaclesAsync(string nft, GatewayPlan plan, string? networkNamespace)
    {
        var found = new List<string>();
        foreach (var (family, tool) in new[] { ("ip", "iptables"), ("ip6", "ip6tables") })
        {
            if (family == "ip6" && plan.Prefix is null)
            {
                continue;
            }

            // Where iptables, and by it Docker and others, keep what they say about forwarding.
            var (failure, chain) = await SystemPrograms.AskAsync([nft, "list", "chain", family, "filter", "FORWARD"], networkNamespace);
            if (failure is null && Drops(chain) && !Names(chain, plan.Interface))
            {
                found.Add(
                    $"The chain FORWARD of {tool} drops what nobody allows (Docker sets it so); allow {plan.Interface}: "
                    + $"'{tool} -I FORWARD -i {plan.Interface} -j ACCEPT' and '{tool} -I FORWARD -o {plan.Interface} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'.");
            }
        }

        return found;
    }

    /// <summary>Whether a chain, as <c>nft list chain</c> prints it, drops what none of its rules accepts.</summary>
    public static bool Drops(string chain) =>
        chain.Split('\n').Any(static line => line.Contains("hook forward", StringComparison.Ordinal) && line.Contains("policy drop", StringComparison.Ordinal));

    /// <summary>Whether one of its rules is about an interface.</summary>
    public static bool Names(string chain, string name) => chain.Contains($"\"{name}\"", StringComparison.Ordinal);
}
