using HostStack.Hci.Packets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Transport.Usb;

/// <summary>HCI over USB (Core, Vol 4, Part B): commands by requests on the control endpoint, events by an interrupt
/// endpoint, ACL data by two bulk endpoints. Voice stays off: its interface is left at alternate setting 0.</summary>
/// <remarks>
/// <para>Several transfers are outstanding in each direction, made once and submitted again and again; a packet allocates
/// nothing. Completions come on the bus's thread and are handed to one of the transport's, which cuts packets by their
/// length, gives them to the sink, and submits the transfer again: a host without room leaves the controller with fewer
/// transfers.</para>
/// <para>A pipe that fails is mended a bounded number of times in a row; a device that is gone, or cannot be mended, ends the
/// transport: <see cref="IHciTransportSink.Closed"/> is called once, and <see cref="Send"/> drops what it gets. A command
/// that the device refuses is answered with a Command Status of Unknown HCI Command, so that its caller hears of it at once
/// and no link is lost to a time-out and the reset that follows it.</para>
/// <para>What is on its way to the controller when the transport is disposed is called back.</para>
/// </remarks>
public sealed class UsbTransport : IHciTransport, IUsbPipeOwner
{
    private const int CommandCapacity = UsbCommandAddress.SetupSize + 3 + byte.MaxValue;
    private const int UsualData = 4 + 1021;
    private const int DataInCapacity = 2048;

    private readonly IUsbDevice _device;
    private readonly UsbControllerFunction _function;
    private readonly UsbTransportLimits _limits;
    private readonly ILogger _log;
    private readonly UsbReceiver _receiver;
    private readonly UsbInPipe _events;
    private readonly UsbInPipe _dataIn;
    private readonly UsbOutPipe _commands;
    private readonly UsbOutPipe _dataOut;
    private readonly Lock _gate = new();
    private Task? _closing;
    private bool _started;

    private UsbTransport(
        string name, IUsbDevice device, UsbControllerFunction function, UsbTransportLimits limits, ILogger log)
    {
        Name = name;
        _device = device;
        _function = function;
        _limits = limits;
        _log = log;
        Device = new ControllerDevice
        {
            Usb = device.Info.Id,
            Release = device.Info.Release,
            SerialNumber = device.Info.SerialNumber,
            Product = device.Info.Product,
        };
        _receiver = new UsbReceiver(name, this, limits);
        _events = new UsbInPipe(
            device, function.Events, H4PacketType.Event, limits.Events, function.Events.MaximumPacket, _receiver, limits);
        _dataIn = new UsbInPipe(
            device, function.DataIn, H4PacketType.AclData, limits.DataIn, DataInCapacity, _receiver, limits);
        _commands = new UsbOutPipe(
            device, UsbEndpoint.Control, new UsbCommandAddress(function.Interface, function.CommandsToInterface),
            limits.Commands, CommandCapacity, this, limits);
        _dataOut = new UsbOutPipe(device, function.DataOut, address: null, limits.DataOut, UsualData, this, limits);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ControllerDevice Device { get; internal set; }

    /// <summary>Takes a device over: finds its Bluetooth function and claims its interfaces.</summary>
    /// <param name="name">What people see: <c>usb:0a12:0001</c>.</param>
    /// <param name="device">Open, with nothing claimed; closed with the transport, and where this call fails.</param>
    /// <param name="log">Where to log.</param>
    /// <exception cref="ControllerUnavailableException">The device has no Bluetooth function, is gone, or its interface
    /// cannot be claimed; the message names the remedy.</exception>
    public static UsbTransport Open(string name, IUsbDevice device, ILogger? log = null) =>
        Open(name, device, new UsbTransportLimits(), log);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The transport was started before.</exception>
    public void Start(IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            if (_started || _closing is not null)
            {
                throw new InvalidOperationException("The transport was started before, or closed; open the controller again.");
            }

            _started = true;
            _receiver.Start(sink, _events, _dataIn);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Commands have a pipe of their own, and take none of it.</remarks>
    public int RoomFor(int packetLength) => _limits.DataOut;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet)
    {
        switch (packet.IsEmpty ? default : (H4PacketType)packet[0])
        {
            case H4PacketType.Command:
                if (ResetExchange.IsReset(packet))
                {
                    // A controller that does not take an earlier command would not take this one either.
                    _receiver.ResetSent();
                    _commands.Void();
                }

                _commands.Send(packet[1..]);
                break;
            case H4PacketType.AclData:
                _dataOut.Send(packet[1..]);
                break;
            default:
                break; // Voice is off, and so is LE audio.
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // Each packet is a transfer of its own, and on its way.
    }

    /// <summary>Calls all transfers back, waits for them (half a second at most), gives the interfaces back to the driver
    /// that had them, and closes the device. No call to the sink follows. Idempotent.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            // At once: what is sent from now on touches no transfer.
            End(null);
            return new ValueTask(_closing ??= Task.Run(Close));
        }
    }

    internal static UsbTransport Open(string name, IUsbDevice device, UsbTransportLimits limits, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        log ??= NullLogger.Instance;
        try
        {
            var function = UsbControllerFunction.Find(device.Info) ?? throw new ControllerUnavailableException(
                $"The USB device {device.Info.Id} at {device.Info.Location} has no endpoints of a Bluetooth controller; choose another one.");
            device.Claim(function.Interface);
            SwitchVoiceOff(name, device, function, log);
            return new UsbTransport(name, device, function, limits, log);
        }
        catch (IOException failure)
        {
            device.Dispose();
            throw new ControllerUnavailableException(
                $"The USB device {device.Info.Id} at {device.Info.Location} cannot be used ({failure.Message}); plug it in again.", failure);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    void IUsbPipeOwner.Mending(string pipe, UsbTransferStatus status) => UsbLog.Mending(_log, Name, pipe, status);

    void IUsbPipeOwner.Lost(Exception failure) => End(failure);

    void IUsbPipeOwner.OutFramingLost(string detail) => _receiver.OutFramingLost(detail);

    void IUsbPipeOwner.Refused(ushort opCode)
    {
        UsbLog.Refused(_log, Name, opCode);
        _receiver.Refused(opCode);
    }

    // Nothing is lost where it cannot be: voice is not used, and who has its interface cannot do much with it alone.
    private static void SwitchVoiceOff(string name, IUsbDevice device, UsbControllerFunction function, ILogger log)
    {
        if (function.VoiceInterface is { } voice)
        {
            try
            {
                device.Claim(voice);
                device.SelectAlternate(voice, 0);
            }
            catch (Exception failure) when (failure is IOException or ControllerUnavailableException)
            {
                UsbLog.VoiceNotTaken(log, name, failure);
            }
        }
    }

    private void End(Exception? failure)
    {
        // Each time: who comes second may close the pipes before the first one gets so far.
        _receiver.End(failure);
        _commands.End();
        _dataOut.End();
    }

    private void Close()
    {
        _receiver.Join();
        var left = new TimeLeft(_limits.Reap, _limits.Clock);
        Free(_events, _receiver.Drain(_events, left));
        Free(_dataIn, _receiver.Drain(_dataIn, left));
        Free(_commands, _commands.Drain(left));
        Free(_dataOut, _dataOut.Drain(left));
        Try(() => _device.Release(_function.VoiceInterface ?? _function.Interface));
        Try(() => _device.Release(_function.Interface));
        Try(_device.Dispose);
    }

    // The system may still write into a transfer that has not come back: its memory is not freed.
    private void Free(IDisposable pipe, bool isIdle)
    {
        if (isIdle)
        {
            pipe.Dispose();
        }
        else
        {
            Try(() => UsbLog.Abandoned(_log, Name));
        }
    }

#pragma warning disable CA1031 // A device that cannot be closed in order, or told of, is closed all the same.
    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure)
        {
            TryTell(failure);
        }
    }

    private void TryTell(Exception failure)
    {
        try
        {
            UsbLog.NotClosed(_log, Name, failure);
        }
        catch (Exception)
        {
            // A log that throws is often what failed.
        }
    }
#pragma warning restore CA1031
}
