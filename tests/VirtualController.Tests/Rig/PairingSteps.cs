namespace HostStack.VirtualController.Tests.Rig;

/// <summary>Steps that pairing tests share.</summary>
internal static class PairingSteps
{
    public const string A = TwoHosts.AddressOfA;
    public const string B = TwoHosts.AddressOfB;
    public const string Handle = TwoHosts.Handle;

    public static TwoHosts Connected(bool secureConnections = true, ulong seed = 7)
    {
        var hosts = new TwoHosts(seed);
        hosts.EnableSimplePairing(secureConnections);
        hosts.Connect();
        return hosts;
    }

    /// <summary>A asks for authentication and has no key.</summary>
    public static void Begin(this TwoHosts hosts)
    {
        hosts.Command(hosts.A, "01 11 04 02" + Handle);
        hosts.Settle();
        hosts.A.Take("041706" + B);
        hosts.Command(hosts.A, "01 0c 04 06" + B);
        hosts.Settle();
    }

    /// <summary>Both answer with their capability, OOB flag and requirements.</summary>
    public static void Exchange(this TwoHosts hosts, string ofA, string ofB)
    {
        hosts.Begin();
        hosts.A.Take("043106" + B);
        hosts.Command(hosts.A, "01 2b 04 09" + B + ofA);
        hosts.Settle();
        hosts.B.Take("043209" + A + ofA);
        hosts.B.Take("043106" + A);
        hosts.Command(hosts.B, "01 2b 04 09" + A + ofB);
        hosts.Settle();
        hosts.A.Take("043209" + B + ofB);
    }

    public static void ExpectFailure(this TwoHosts hosts, string status)
    {
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "043607" + status + B, "040603" + status + Handle }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "043607" + status + A }));
    }

    /// <summary>The key that both got.</summary>
    public static string ExpectKey(this TwoHosts hosts, string type)
    {
        hosts.A.Take("04360700" + B);
        hosts.B.Take("04360700" + A);
        var key = hosts.A.Take("041817" + B)[18..];
        Assert.That(hosts.B.Take("041817" + A)[18..], Is.EqualTo(key), "both get the same key");
        Assert.That(key[32..], Is.EqualTo(type));
        hosts.A.Take("04060300" + Handle);
        Assert.That(hosts.A.Take(), Is.Empty);
        Assert.That(hosts.B.Take(), Is.Empty);
        return key[..32];
    }
}
