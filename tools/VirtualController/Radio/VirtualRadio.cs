using System.Collections.Immutable;
using System.Globalization;
using HostStack.Hci.Loop;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Time;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Radio;

/// <summary>The medium that simulated controllers share: who hears whom, paging, inquiry, time on the air.</summary>
/// <remarks>Everything happens on <see cref="Loop"/>, which a <see cref="Simulation"/> pumps or <see cref="Start"/> runs
/// on a thread of its own. The members are for any thread unless they say otherwise.</remarks>
public sealed class VirtualRadio : IDisposable
{
    /// <summary>The scheme of the controller URIs.</summary>
    public const string Scheme = "virtual:";

    private const ulong AddressBase = 0x001B_DC00_0000;

    private readonly Lock _gate = new();
    private readonly SeededRandom _random;
    private ImmutableArray<SimulatedController> _controllers = [];

    /// <summary>Makes an empty radio.</summary>
    /// <param name="options">How it behaves.</param>
    public VirtualRadio(RadioOptions? options = null)
    {
        Options = options ?? new RadioOptions();
        Loop = new EventLoop(Options.Time, Options.Log, "virtual-radio");
        _random = new SeededRandom(Options.Seed);
        InquiryRandom = _random.Fork("inquiry");
        PairingRandom = _random.Fork("pairing");
        SignalRandom = _random.Fork("signal");
        (Options.Faults as FaultPlan)?.Attach(this);
    }

    /// <summary>Makes a radio inside a simulation: on its clock, pumped by it, with its seed.</summary>
    /// <param name="simulation">The simulation.</param>
    /// <param name="options">How the radio behaves; clock and seed are the simulation's.</param>
    public static VirtualRadio In(Simulation simulation, RadioOptions? options = null)
    {
        var radio = new VirtualRadio((options ?? new RadioOptions()) with { Time = simulation.Time, Seed = simulation.Seed });
        simulation.Add(radio.Loop);
        return radio;
    }

    /// <summary>The loop that owns the radio's state.</summary>
    public EventLoop Loop { get; }

    /// <summary>How the radio behaves.</summary>
    public RadioOptions Options { get; }

    /// <summary>The controllers on this radio, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedController> Controllers => _controllers;

    internal SeededRandom InquiryRandom { get; }

    internal SeededRandom PairingRandom { get; }

    internal SeededRandom SignalRandom { get; }

    internal IRadioFaults? Faults => Options.Faults;

    /// <summary>Raised on the loop when a device began to scan, came back or went away.</summary>
    internal event Action? ScanChanged;

    /// <summary>Runs the radio on its own thread, by the real clock.</summary>
    public void Start() => Loop.Start();

    /// <summary>Adds a controller. It is on the air once a host opens it.</summary>
    /// <param name="options">What it is.</param>
    /// <exception cref="ArgumentException">There is a controller of that name.</exception>
    public SimulatedController Add(ControllerOptions? options = null)
    {
        options ??= new ControllerOptions();
        lock (_gate)
        {
            var index = _controllers.Length;
            var name = options.Name ?? string.Create(CultureInfo.InvariantCulture, $"controller-{index}");
            if (_controllers.Any(controller => controller.Name == name))
            {
                throw new ArgumentException($"There is a controller '{name}' on this radio; choose another name.", nameof(options));
            }

            // The middle octets come from the seed, the last tells the controllers of one radio apart.
            var address = options.Address
                ?? new BdAddr(AddressBase | ((_random.Seed & 0xFFFF) << 8) | (uint)(index + 1));
            var controller = new SimulatedController(this, name, address, options);
            _controllers = _controllers.Add(controller);
            return controller;
        }
    }

    /// <summary>The controller of a name; null where there is none.</summary>
    /// <param name="name">Its name.</param>
    public SimulatedController? Find(string name) => _controllers.FirstOrDefault(controller => controller.Name == name);

    /// <summary>The source of a controller URI.</summary>
    /// <param name="uri"><c>virtual:NAME</c> gives the controller of that name, which is made where it is missing;
    /// <c>virtual:</c> gives a new one.</param>
    /// <exception cref="ArgumentException">The URI has another scheme.</exception>
    public IControllerSource Source(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{uri}' is no virtual controller; write virtual: or virtual:NAME.", nameof(uri));
        }

        var name = uri[Scheme.Length..];
        return (name.Length == 0 ? Add() : Find(name) ?? Add(new ControllerOptions { Name = name })).Source;
    }

    /// <summary>Ends the radio: every host sees its controller go.</summary>
    public void Dispose()
    {
        Loop.Post(static (radio, _) => ((VirtualRadio)radio!).PowerAllOff(), this);
        Loop.Dispose();
    }

    /// <summary>Calls after a delay, in order; at once means after what is queued.</summary>
    internal void After(TimeSpan delay, Action action)
    {
        if (delay <= TimeSpan.Zero)
        {
            Loop.Post(static (call, _) => ((Action)call!)(), action);
        }
        else
        {
            Loop.Timers.Create(action).Arm(delay);
        }
    }

    /// <summary>Who has this address and can hear <paramref name="from"/>.</summary>
    internal SimulatedController? Hearing(SimulatedController from, BdAddr address)
    {
        foreach (var controller in _controllers)
        {
            if (controller != from && controller.Address == address && controller.Hears(from))
            {
                return controller;
            }
        }

        return null;
    }

    internal void RaiseScanChanged() => ScanChanged?.Invoke();

    private void PowerAllOff()
    {
        foreach (var controller in _controllers)
        {
            controller.PowerOffNow("The virtual radio was closed.");
        }
    }
}
