namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>A kernel setting as it was found.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct KernelSetting(string Path, string Value);

/// <summary>The kernel settings that make a machine forward, and those that they change behind one's back
/// (Documentation/networking/ip-sysctl). Acts in the network namespace of the calling thread.</summary>
internal sealed class ForwardingSettings
{
    private const string IPv4Forward = "ipv4/ip_forward";
    private const string IPv4Redirects = "ipv4/conf/all/accept_redirects";
    private const string IPv4Interfaces = "ipv4/conf";
    private const string IPv6Interfaces = "ipv6/conf";
    private const string IPv6Forward = "ipv6/conf/all/forwarding";
    private const string On = "1";
    private const string Off = "0";

    // Router advertisements are taken by a machine that forwards, too.
    private const string AcceptThoughForwarding = "2";

    private readonly string _root;

    /// <summary>Works on a folder of settings.</summary>
    /// <param name="root"><c>/proc/sys/net</c>, or what stands for it in a test.</param>
    public ForwardingSettings(string root) => _root = root;

    /// <summary>Whether the kernel speaks IPv6.</summary>
    public bool HasIPv6 => File.Exists(PathOf(IPv6Forward));

    /// <summary>What turning forwarding on would change, in the order in which it is put back: the switch first, because it
    /// sets what each interface says.</summary>
    /// <param name="ipv6">Whether IPv6 is to be forwarded, too.</param>
    /// <param name="port">The interface of the peers, which goes anyway.</param>
    public IReadOnlyList<KernelSetting> Changing(bool ipv6, string port)
    {
        var found = new List<KernelSetting>();
        if (Read(IPv4Forward) == Off)
        {
            Add(found, IPv4Forward);
            found.AddRange(Interfaces(IPv4Interfaces, port)
                .Select(static name => $"{IPv4Interfaces}/{name}/forwarding").Where(path => Read(path) == On).Select(Setting));
            Add(found, IPv4Redirects);
        }

        if (ipv6 && Read(IPv6Forward) == Off)
        {
            Add(found, IPv6Forward);
            found.AddRange(Interfaces(IPv6Interfaces, port)
                .Select(static name => $"{IPv6Interfaces}/{name}/forwarding").Where(path => Read(path) == On).Select(Setting));
            found.AddRange(Listeners(port).Select(Setting));
        }

        return found;
    }

    /// <summary>Turns forwarding on.</summary>
    /// <param name="ipv6">Whether for IPv6, too.</param>
    /// <param name="port">The interface of the peers.</param>
    public void TurnOn(bool ipv6, string port)
    {
        if (Read(IPv4Forward) == Off)
        {
            Write(PathOf(IPv4Forward), On);
        }

        if (ipv6 && Read(IPv6Forward) == Off)
        {
            // A machine that forwards forgets the routers that it heard of, unless its interfaces say this first.
            foreach (var path in Listeners(port))
            {
                Write(PathOf(path), AcceptThoughForwarding);
            }

            Write(PathOf(IPv6Forward), On);
        }
    }

    /// <summary>Puts settings back; those of interfaces that are gone are passed over, and one that fails does not stop the
    /// others.</summary>
    /// <param name="settings">From <see cref="Changing"/>.</param>
    /// <param name="failed">Told of each that fails, in one sentence.</param>
    /// <returns>Those that failed.</returns>
    public static IReadOnlyList<KernelSetting> Restore(IEnumerable<KernelSetting> settings, Action<string> failed)
    {
        var left = new List<KernelSetting>();
        foreach (var setting in settings.Where(static setting => File.Exists(setting.Path)))
        {
            try
            {
                Write(setting.Path, setting.Value);
            }
            catch (Interfaces.NetDeviceException refused)
            {
                left.Add(setting);
                failed(refused.Message);
            }
        }

        return left;
    }

    private static void Write(string path, string value)
    {
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new Interfaces.NetDeviceException(
                $"The kernel setting {path} cannot be set to {value} ({refused.Message}); run as root, or where the system is read-only, "
                + "set it there and start again.",
                refused is UnauthorizedAccessException,
                refused);
        }
    }

    // Interfaces that listen for routers now, and would stop.
    private IEnumerable<string> Listeners(string port) =>
        Interfaces(IPv6Interfaces, port)
            .Where(static name => name is not ("all" or "default" or "lo"))
            .Where(name => Read($"{IPv6Interfaces}/{name}/forwarding") == Off)
            .Select(static name => $"{IPv6Interfaces}/{name}/accept_ra").Where(path => Read(path) == On);

    private IEnumerable<string> Interfaces(string folder, string port) =>
        Directory.Exists(PathOf(folder))
            ? Directory.EnumerateDirectories(PathOf(folder)).Select(static path => Path.GetFileName(path)).Where(name => name != port).Order(StringComparer.Ordinal)
            : [];

    private void Add(List<KernelSetting> found, string path)
    {
        if (Read(path) is not null)
        {
            found.Add(Setting(path));
        }
    }

    private KernelSetting Setting(string path) => new(PathOf(path), Read(path) ?? "");

    private string PathOf(string path) => Path.Combine(_root, path);

    private string? Read(string path) => File.Exists(PathOf(path)) ? File.ReadAllText(PathOf(path)).Trim() : null;
}
