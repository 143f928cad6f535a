using HostStack.Hci.Commands;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Startup;

/// <summary>What a start-up works with: the controller's commands, the device, the firmware, the line, time; and where it
/// tells what it found. Of one epoch; loop only.</summary>
internal sealed class StartupContext(CommandQueue commands, TimerQueue timers, IHciTransport transport, HciOptions options)
{
    // A disk answers in milliseconds; what takes longer is a network that hangs.
    private static readonly TimeSpan FirmwareTime = TimeSpan.FromSeconds(10);

    private readonly List<string> _warnings = [];
    private TaskCompletionSource? _delay;
    private string? _over;
    private StartupLine? _line;

    /// <summary>The device behind the door; null where the door cannot tell.</summary>
    public ControllerDevice? Device => transport.Device;

    /// <summary>The serial line; null on USB and on sockets.</summary>
    public StartupLine? Line =>
        transport.Line is { } line ? _line ??= new StartupLine(this, line, transport.Name) : null;

    /// <summary>Whether the controller is a USB device: chips have other firmware behind a UART.</summary>
    public bool IsUsb => transport.Device?.Usb is not null;

    public IFirmwareSource Firmware => options.Firmware;

    /// <summary>The address that the operator wants; null for the controller's own.</summary>
    public BdAddr? Address => options.Address;

    /// <summary>What was found wrong and worked around, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Quirks that the start-up knows of.</summary>
    public ControllerQuirks Quirks { get; set; }

    /// <summary>The firmware that the controller was given, for people; null for none.</summary>
    public string? Loaded { get; set; }

    /// <summary>What to try where the bring-up that follows fails; null for nothing special.</summary>
    public string? Advice { get; set; }

    /// <summary>Why the controller does not take an address, as the beginning of a sentence; null where it is not known.</summary>
    public string? AddressRefusal { get; set; }

    /// <summary>Whether the controller is being opened: false where it is reset in place, with what it was given before.</summary>
    public bool IsOpening { get; init; }

    /// <summary>Whether the controller did not answer at the first attempt of this opening.</summary>
    public bool IsSecondAttempt { get; init; }

    /// <summary>What the controller has been opened again for, before this opening.</summary>
    public ReopenReasons Reopened { get; init; }

    /// <summary>Whether somebody would open the controller again.</summary>
    public bool CanReopen { get; init; }

    /// <summary>The time, as a search for firmware notes when it began.</summary>
    public long Now => timers.Now;

    /// <summary>What was asked for by <see cref="AskToReopen"/>; null for nothing.</summary>
    public ReopenRequest? Reopening { get; private set; }

    /// <summary>Sends a maker's command that Command Complete ends.</summary>
    /// <returns>The return parameters; a command that was refused by Command Status gives the status alone.</returns>
    public async Task<ReadOnlyMemory<byte>> SendAsync(ushort opCode, ReadOnlyMemory<byte> parameters = default, TimeSpan? limit = null)
    {
        var answer = await commands.SendAsync(new RawCommand(new(opCode), parameters) { AnswerTime = limit });
        return answer.Answer == RawAnswer.CommandComplete ? answer.Parameters : new[] { (byte)answer.Status };
    }

    /// <summary>Sends a maker's command that the next vendor event answers.</summary>
    /// <returns>The event's parameters; empty where the command was refused.</returns>
    public async Task<ReadOnlyMemory<byte>> SendForEventAsync(ushort opCode, ReadOnlyMemory<byte> parameters) =>
        (await commands.SendAsync(new RawCommand(new(opCode), parameters, RawAnswer.VendorEvent))).Parameters;

    /// <summary>Sends a command that is not answered.</summary>
    public Task SendUnansweredAsync(ushort opCode, ReadOnlyMemory<byte> parameters) =>
        commands.SendAsync(new RawCommand(new(opCode), parameters, RawAnswer.Nothing));

    /// <inheritdoc cref="ICommandSender.SendAsync{TReturn}(IHciCommand{TReturn})"/>
    public Task<TReturn> SendAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn> => commands.SendAsync(command);

    /// <summary>Resets the controller. One that would leave its bus is not, while it is opened.</summary>
    /// <exception cref="ControllerUnavailableException">It refuses.</exception>
    public async Task ResetAsync()
    {
        if (IsOpening && await LeavesBusAtResetAsync())
        {
            return;
        }

        if ((await commands.SendAsync(default(ResetCommand))).Status is not HciStatus.Success and var failure)
        {
            throw new ControllerUnavailableException($"The controller refuses to be reset ({failure}); {commands.SilenceRemedy}.");
        }
    }

    // Only those whose ids and release let them leave are asked for their versions before the Reset.
    private async Task<bool> LeavesBusAtResetAsync() =>
        VersionQuirks.MayTellOf(Device, ControllerQuirks.LeavesBusAtReset)
        && VersionQuirks.For(Device, await SendAsync(default(ReadLocalVersionInformationCommand))).HasFlag(ControllerQuirks.LeavesBusAtReset);

    /// <summary>Looks for firmware under several names, the better one first. The loop goes on meanwhile; a source that does not
    /// answer in time is a problem.</summary>
    /// <param name="names">The names; at least one.</param>
    /// <param name="began">When the search began (<see cref="Now"/>) whose files share the time of one; null for a time for
    /// each.</param>
    /// <returns>The first that is there, with its name; where none is, the first problem that was met, if any.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost.</exception>
    public async Task<(FirmwareFile File, string Name)> FindFirmwareAsync(IReadOnlyList<string> names, long? began = null)
    {
        var missing = default(FirmwareFile);
        foreach (var name in names)
        {
            var file = await FindFirmwareAsync(name, began);
            if (file.IsFound)
            {
                return (file, name);
            }

            missing = missing.Problem is null ? file : missing;
        }

        return (missing, names[0]);
    }

    /// <summary>Looks for firmware under one name.</summary>
    /// <inheritdoc cref="FindFirmwareAsync(IReadOnlyList{string}, long?)"/>
    public async Task<FirmwareFile> FindFirmwareAsync(string name, long? began = null)
    {
        var start = began ?? Now;
        if (!IsSearchOver(start))
        {
            var finding = options.Firmware.FindAsync(name);
            if (!finding.IsCompleted)
            {
                await WaitAsync(FirmwareTime - timers.Since(start), finding);
            }

            ThrowIfOver();
            if (finding.IsCompleted)
            {
                return await finding;
            }
        }

        return new(default, null, TooLate(name));
    }

    /// <summary>What is said of firmware that does not come in time.</summary>
    public string TooLate(string name) =>
        $"{name} could not be read within {FirmwareTime.TotalSeconds:0} seconds (looked in {options.Firmware.Places}); see that these folders answer, or name another one with --firmware DIR.";

    /// <summary>Whether the files of a search have had their time: it asks for no more then.</summary>
    /// <param name="began">When it began.</param>
    public bool IsSearchOver(long began) => timers.Since(began) >= FirmwareTime;

    /// <summary>Waits, on the loop's timers. Ends at once where the controller is lost meanwhile.</summary>
    /// <exception cref="ControllerUnavailableException">It was lost.</exception>
    public async Task DelayAsync(TimeSpan time)
    {
        await WaitAsync(time);
        ThrowIfOver();
    }

    /// <summary>Waits for a controller that was told to start over. One that leaves its bus meanwhile has to be opened
    /// again.</summary>
    /// <remarks>What it says of starting over, as a hardware error, is no fault and ends nothing: whoever opened it again then
    /// would find the one that has not left yet.</remarks>
    /// <exception cref="ControllerUnavailableException">It has left, and nobody opens it again.</exception>
    public async Task StartOverAsync(TimeSpan time)
    {
        commands.IsStartingOver = true;
        await WaitAsync(time);
        commands.IsStartingOver = false;
        if (_over is not null && !AskToReopen(ReopenReasons.StartedOver, Device))
        {
            ThrowIfOver();
        }
    }

    /// <summary>Whether the controller has been opened again for a reason.</summary>
    public bool WasReopenedFor(ReopenReasons reason) => Reopened.HasFlag(reason);

    /// <summary>Asks for another opening, once for each reason. It comes when the bring-up has ended, and not where that
    /// fails.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="device">What the source is told of the device.</param>
    /// <returns>Whether it comes.</returns>
    public bool AskToReopen(ReopenReasons reason, ControllerDevice? device)
    {
        if (!CanReopen || WasReopenedFor(reason))
        {
            return false;
        }

        Reopening = new ReopenRequest(reason, device is null ? null : device with { StaysInPlace = true });
        return true;
    }

    /// <summary>Notes what was worked around.</summary>
    public void Warn(string sentence) => _warnings.Add(sentence);

    /// <summary>Makes the exception that ends the opening for good.</summary>
    public static ControllerUnavailableException Final(string sentence) => new(sentence) { IsFinal = true };

    /// <summary>The epoch is over.</summary>
    public void Close(string sentence)
    {
        _over ??= sentence;
        _delay?.TrySetResult();
    }

    // Until the time is over, the work is done, or the epoch is over.
    private async Task WaitAsync(TimeSpan time, Task? work = null)
    {
        if (_over is null)
        {
            var delay = _delay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var timer = timers.Create(() => delay.TrySetResult());
            timer.Arm(time);
            _ = work is null ? null : EndAsync(delay, work);
            await delay.Task;
            timer.Disarm();
        }

        // On the loop, as all of this; how the work ended is seen by whoever takes its outcome.
        static async Task EndAsync(TaskCompletionSource delay, Task work)
        {
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            delay.TrySetResult();
        }
    }

    private void ThrowIfOver()
    {
        if (_over is { } sentence)
        {
            throw new ControllerUnavailableException(sentence);
        }
    }
}
