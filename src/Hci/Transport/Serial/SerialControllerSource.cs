using System.Globalization;
using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Transport.Serial;

/// <summary>A controller on a serial port: <c>h4:serial:/dev/ttyUSB0?baud=921600</c> by the UART transport,
/// <c>h5:serial:/dev/ttyS1</c> by the three-wire one.</summary>
/// <remarks>Opening resets and wakes the controller where the address says so: the reset line is active for 50 ms, then the
/// controller has 250 ms to start; a break lasts 100 ms, and 100 ms follow it. A controller that kept its power may still be at
/// the rate of its last host: where nobody answers on H5 and no line resets the controller, that rate is tried once, or the
/// one after start-up that the address names; on H4, where it takes a command to see, the start-up is told of it.</remarks>
public sealed class SerialControllerSource : IControllerSource
{
    internal const string H4Scheme = "h4:serial";
    internal const string H5Scheme = "h5:serial";

    /// <summary>How long the reset line is active.</summary>
    internal static readonly TimeSpan ResetPulse = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a controller may take to start after a reset.</summary>
    internal static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a break lasts, and how long nothing follows it: more than one character of the slowest rate.</summary>
    internal static readonly TimeSpan BreakTime = TimeSpan.FromMilliseconds(100);

    private readonly SerialAddress _address;
    private readonly SerialPortOpener _open;
    private readonly TimeProvider _time;
    private readonly bool _isThreeWire;
    private readonly LineRates _rates;
    private readonly BlockingOpening _opening = new();

    private SerialControllerSource(string scheme, string address, SerialPortOpener? open, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(address);
        _address = SerialAddress.Parse(scheme, address);
        _rates = new LineRates(_address.Settings.BaudRate, _address.Device.OperatingRate);
        _open = open ?? TermiosPorts.Open;
        _time = time ?? TimeProvider.System;
        _isThreeWire = scheme == H5Scheme;
        Uri = $"{scheme}:{address}";
    }

    /// <inheritdoc/>
    public string Uri { get; }

    // Where the line was taken last, else what the operator said: also that the first rate is the one to stay at.
    private ControllerDevice Device => _address.Device with
    {
        OperatingRate = _rates.Other ?? _address.Device.OperatingRate,
        FlowControl = _address.Settings.FlowControl,
    };

    /// <summary>Makes the source of a controller that speaks H4. Nothing is opened yet.</summary>
    /// <param name="address">The port, and options behind a question mark.</param>
    /// <param name="open">Opens the port; null for termios.</param>
    /// <param name="time">The clock of resets and breaks; null for the system's.</param>
    /// <exception cref="FormatException">The address is malformed; the message names what may be written.</exception>
    public static SerialControllerSource ParseH4(string address, SerialPortOpener? open = null, TimeProvider? time = null) =>
        new(H4Scheme, address, open, time);

    /// <summary>Makes the source of a controller that speaks H5. Nothing is opened yet.</summary>
    /// <param name="address">The port, and options behind a question mark.</param>
    /// <param name="open">Opens the port; null for termios.</param>
    /// <param name="time">The clock of resets, breaks and the link; null for the system's.</param>
    /// <exception cref="FormatException">The address is malformed; the message names what may be written.</exception>
    public static SerialControllerSource ParseH5(string address, SerialPortOpener? open = null, TimeProvider? time = null) =>
        new(H5Scheme, address, open, time);

    /// <summary>Adds <c>h4:serial:</c> and <c>h5:serial:</c> to what a program knows, or replaces them.</summary>
    /// <param name="sources">What it knows.</param>
    /// <param name="open">Opens ports; null for termios.</param>
    public static void Register(ControllerSources sources, SerialPortOpener? open = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        sources.Register(H4Scheme, address => ParseH4(address, open), "h4:serial:/dev/ttyUSB0?baud=115200");
        sources.Register(H5Scheme, address => ParseH5(address, open), "h5:serial:/dev/ttyS1");
    }

    /// <inheritdoc/>
    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The system may hold up any call of a port, its last one too, and who opens a controller is a host's loop.
        return await Task.Run(() => OpenLineAsync(cancellationToken), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<IHciTransport> OpenLineAsync(CancellationToken cancellationToken)
    {
        var port = await OpenPortAsync(_address.Settings, cancellationToken).ConfigureAwait(false);
        try
        {
            await WakeControllerAsync(port, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            port.Dispose();
            throw failure is IOException
                ? new ControllerUnavailableException($"{port.Name} cannot be set up ({failure.Message}); check its options and its cable.", failure)
                : failure is OperationCanceledException ? new OperationCanceledException(failure.Message, failure, cancellationToken)
                : failure;
        }

        return _isThreeWire
            ? await EstablishAsync(port, cancellationToken).ConfigureAwait(false)
            : new SerialTransport(Uri, port, Device, _rates);
    }

    // A terminal that another process still drains is not open before that has ended, which nothing limits but its driver.
    private Task<ISerialPort> OpenPortAsync(SerialSettings settings, CancellationToken cancellationToken) =>
        _opening.RunAsync(
            () => _open(_address.Port, settings),
            static port =>
            {
                port.Dispose();
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    private async Task<IHciTransport> EstablishAsync(ISerialPort port, CancellationToken cancellationToken)
    {
        // A controller that was just reset is at its first rate, or nowhere.
        var other = _address.Settings.ResetLine == SerialResetLine.None ? _rates.Other : null;
        if (await TryEstablishAsync(port, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        if (other is not { } rate)
        {
            throw new ControllerUnavailableException(LinkEnds.Explain(LinkEnd.NobodyAnswers, Uri));
        }

        port = await ReopenAsync(rate, cancellationToken).ConfigureAwait(false);
        return await TryEstablishAsync(port, cancellationToken).ConfigureAwait(false)
            ?? throw new ControllerUnavailableException(LinkEnds.NobodyAnswers(Uri, _rates.First, rate));
    }

    private async Task<ISerialPort> ReopenAsync(int rate, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenPortAsync(_address.Settings with { BaudRate = rate }, cancellationToken).ConfigureAwait(false);
        }
        catch (ControllerUnavailableException refusal)
        {
            // A rate that the port cannot do is no reason why nobody answers at the first one.
            throw new ControllerUnavailableException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{LinkEnds.Explain(LinkEnd.NobodyAnswers, Uri)} At {rate} bits per second nobody was looked for: {refusal.Message}"),
                refusal);
        }
    }

    // Null where nobody answers; the port is closed then.
    private async Task<IHciTransport?> TryEstablishAsync(ISerialPort port, CancellationToken cancellationToken)
    {
        var transport = ThreeWireTransport.Over(Uri, port, _address.ThreeWire, Device, _rates, _time);
        try
        {
            await transport.EstablishAsync(cancellationToken).ConfigureAwait(false);
            return transport;
        }
        catch (Exception failure)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            if (transport.NobodyAnswered && failure is ControllerUnavailableException)
            {
                return null;
            }

            if (failure is IOException)
            {
                throw new ControllerUnavailableException(
                    $"{port.Name} failed before a controller answered ({failure.Message}); check its cable and open it again.", failure);
            }

            throw;
        }
    }

    private async Task WakeControllerAsync(ISerialPort port, CancellationToken cancellationToken)
    {
        if (_address.Settings.ResetLine != SerialResetLine.None)
        {
            SetReset(port, active: true);
            await Task.Delay(ResetPulse, _time, cancellationToken).ConfigureAwait(false);
            SetReset(port, active: false);
            await Task.Delay(StartTime, _time, cancellationToken).ConfigureAwait(false);
        }

        if (_address.Settings.Break)
        {
            port.IsBreaking = true;
            await Task.Delay(BreakTime, _time, cancellationToken).ConfigureAwait(false);
            port.IsBreaking = false;
            await Task.Delay(BreakTime, _time, cancellationToken).ConfigureAwait(false);
        }

        // What an open line or a starting controller has said so far is no packet.
        port.Discard();
    }

    private void SetReset(ISerialPort port, bool active)
    {
        if (_address.Settings.ResetLine == SerialResetLine.Dtr)
        {
            port.DataTerminalReady = active;
        }
        else
        {
            port.RequestToSend = active;
        }
    }
}
