using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.MacOs;

/// <summary>Configures a utun interface by the system's programs, one at a time.</summary>
/// <param name="name">The interface.</param>
/// <param name="run">Runs a program and gives its complaint; null where it succeeded.</param>
internal sealed class DarwinConfiguration(string name, Func<DarwinCommand, string?> run) : IAddressApplier
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    /// <summary>Configures by programs that are really run.</summary>
    /// <param name="name">The interface.</param>
    public DarwinConfiguration(string name)
        : this(name, Run)
    {
    }

    /// <summary>Sets MTU and state.</summary>
    public void SetUp(int mtu) => RunAll(DarwinCommands.SetUp(name, mtu), $"The interface {name} cannot be set up");

    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength) =>
        RunAll(DarwinCommands.AddAddress(name, address, prefixLength), $"{address}/{prefixLength} cannot be put on {name}");

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength) =>
        RunAll(DarwinCommands.RemoveAddress(name, address, prefixLength), $"{address}/{prefixLength} cannot be taken off {name}");

    /// <inheritdoc/>
    /// <remarks>Darwin's routes have no metric.</remarks>
    public void AddDefaultRoute(IPAddress gateway, int metric) =>
        RunAll(DarwinCommands.AddDefaultRoute(name, gateway), $"The default route cannot go through {name}");

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway) =>
        RunAll(DarwinCommands.RemoveDefaultRoute(name, gateway), $"The default route through {name} cannot be taken back");

    private static string? Run(DarwinCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return $"it did not end within {Limit.TotalSeconds} s";
            }

            // route(8) ends with 0 and complains all the same.
            var complaint = process.StandardError.ReadToEnd().Trim();
            return process.ExitCode == 0 && complaint.Length == 0 ? null
                : complaint.Length > 0 ? complaint.ReplaceLineEndings(" ")
                : $"it ended with {process.ExitCode}";
        }
        catch (Win32Exception fault)
        {
            return fault.Message;
        }
    }

    private void RunAll(IEnumerable<DarwinCommand> commands, string failure)
    {
        lock (_gate)
        {
            foreach (var command in commands)
            {
                if (run(command) is { } complaint && !DarwinCommands.IsSoAlready(complaint))
                {
                    throw new NetDeviceException(
                        $"{failure} ({complaint}); run as root, and try by hand: {command}.",
                        isPermission: complaint.Contains("permission", StringComparison.OrdinalIgnoreCase)
                            || complaint.Contains("must be root", StringComparison.OrdinalIgnoreCase));
                }
            }
        }
    }
}
