using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup.KernelLoaded;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>Gives a Realtek chip its patch and its configuration. Without them it is not fit for use, so that missing firmware
/// ends the opening, as it does in Linux.</summary>
/// <remarks>A chip that runs its firmware tells other versions than its ROM does. That patch is another host's, or an older one:
/// it is dropped when the controller is opened, and the file loaded (Linux, drivers/bluetooth/btrtl.c, btrtl_initialize). Where no
/// file is there that can follow it, where the chip does not drop it or might not be found again, and at a reset in place, the patch
/// stays, as it does until the power goes.</remarks>
internal sealed class RealtekStartup : IControllerStartup
{
    private const ushort Download = 0xFC20;
    private const ushort ReadRomVersion = 0xFC6D;
    private const ushort ReadRegister = 0xFC61;
    private const ushort DropPatch = 0xFC66;
    private const ushort SetRate = 0xFC17;
    private const int RomVersionLength = 2;
    private const int RegisterLength = 3;
    private const int DownloadLength = 2;

    // Bits per second of a ROM behind a UART (Linux, drivers/bluetooth/hci_h5.c, h5_btrtl_open).
    private const int RomRate = 115_200;

    // The last command starts the patch before it is answered.
    private static readonly TimeSpan LastDownload = TimeSpan.FromSeconds(5);

    // The register that holds the number of the key by which the chip checks patches.
    private static readonly byte[] s_keyRegister = [0x10, 0xA4, 0x0D, 0x00, 0xB0];

    // Behind a UART, after the change of its rate and after the patch (Linux, drivers/bluetooth/hci_h5.c).
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(20);

    // From the order to drop the patch until the ROM answers (Linux, drivers/bluetooth/btrtl.c, btrtl_initialize).
    private static readonly TimeSpan DropTime = TimeSpan.FromMilliseconds(200);

    // A chip that restarts its three-wire link with it says SYNC every 250 ms (Core, Vol 4, Part D, 8).
    private static readonly TimeSpan DropTimeOfLine = TimeSpan.FromMilliseconds(500);

    public Task RunAsync(StartupContext context)
    {
        if (context.Address is not null)
        {
            context.AddressRefusal = "Realtek chips take an address from their configuration file alone, by no command";
        }

        if (context is { Line: { } line, Device.OperatingRate: null })
        {
            context.Advice = $"A Realtek chip that kept its power is still at the rate of its last host, not at {line.BaudRate}: write that rate as speed=, or take the power off the chip.";
        }

        if (context.Line is not { } uart)
        {
            return RunOnceAsync(context);
        }

        uart.TellBack = () => TellRateAsync(context, uart.FirstRate, RealtekConfiguration.CodeOf(uart.FirstRate));
        return uart.RunAsync(() => RunOnceAsync(context));
    }

    private static async Task RunOnceAsync(StartupContext context)
    {
        await context.ResetAsync();
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        context.Advice = null;
        if (version.Status == HciStatus.Success && await CanDropAsync(context, version))
        {
            if (await DropAsync(context) is not { } dropped)
            {
                return;
            }

            version = dropped;
        }

        if (version.Status != HciStatus.Success)
        {
            context.Warn($"The Realtek chip does not tell its version ({version.Status}); it is left as it is.");
            return;
        }

        if (RealtekChips.Find(version, context.IsUsb) is not { } chip)
        {
            if (RealtekChips.RomOf(version.LmpSubversion) is { } family)
            {
                throw StartupContext.Final(
                    $"The {family} runs from its ROM (LMP subversion 0x{version.LmpSubversion:X4}, HCI revision 0x{version.HciSubversion:X4}, version 0x{(byte)version.HciVersion:X2}), and is a Realtek chip that this host cannot patch; {KernelLoadedStartup.WayRound}.");
            }

            context.Loaded = $"firmware 0x{version.HciSubversion:X4}{version.LmpSubversion:X4}, there already";
            await GoUpAgainAsync(context);
            return;
        }

        var romVersion = chip.IsPlain ? (byte)0 : await ReadOctetAsync(context, chip, ReadRomVersion, default, RomVersionLength);
        var (firmware, name) = await FindAsync(context, chip);
        var key = !chip.IsPlain && RealtekPatchFile.IsSecondFormat(firmware.Octets.Span)
            ? await ReadOctetAsync(context, chip, ReadRegister, s_keyRegister, RegisterLength)
            : (byte)0;
        if (RealtekPatchFile.Extract(firmware.Octets.Span, chip, romVersion, key, out var patch) is { } wrong)
        {
            throw StartupContext.Final(FirmwareSentences.Wrong(firmware.Path!, wrong));
        }

        var configuration = await ConfigureAsync(context, chip);
        await DownloadAsync(context, chip, [.. patch, .. configuration.Span]);
        if (context.Line is not null)
        {
            await context.DelayAsync(SettleTime);
        }

        var after = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        if (after.LmpSubversion == version.LmpSubversion && after.HciSubversion == version.HciSubversion)
        {
            context.Warn($"The {chip.Name} took {name} and still tells the versions of its ROM; unplug it and plug it in again where it does not work.");
        }

        context.Loaded = $"{name}, 0x{after.HciSubversion:X4}{after.LmpSubversion:X4}";
    }

    // One that leaves its bus then has to be opened again, and one behind a UART is found at the rate of its ROM alone.
    private static async Task<bool> CanDropAsync(StartupContext context, ReadLocalVersionInformationReturn version) =>
        context is { IsOpening: true, CanReopen: true, Line: null or { FirstRate: RomRate } }
        && !context.WasReopenedFor(ReopenReasons.StartedOver)
        && RealtekChips.RomOf(version.LmpSubversion) is null
        && await RealtekReplacement.IsReadyAsync(context);

    // What the chip tells then; null where it left its bus and is opened again. The rate of a ROM is the one after power-up: both
    // sides go there before.
    private static async Task<ReadLocalVersionInformationReturn?> DropAsync(StartupContext context)
    {
        if (context.Line is not { } line || line.BaudRate == line.FirstRate
            || await line.GoToAsync(line.FirstRate, line.TellBack!) is null)
        {
            await context.SendUnansweredAsync(DropPatch, default);
            await context.StartOverAsync(context.Line is null ? DropTime : DropTimeOfLine);
        }

        return context.Reopening is null ? await context.SendAsync(default(ReadLocalVersionInformationCommand)) : null;
    }

    // The host that closed took it back to the first rate. Its configuration, which named the other one, is not read again: which
    // chip it is, is not told any more. Anywhere else the line is where this host has brought it, or found it.
    private static async Task GoUpAgainAsync(StartupContext context)
    {
        if (context.Line is not { } line || line.BaudRate != line.FirstRate)
        {
            return;
        }

        if (context.Device?.OperatingRate is not { } rate)
        {
            context.Warn($"The Realtek chip stays at {line.BaudRate} bits per second: it has its firmware already, and nothing tells the rate of its configuration; write that rate as speed=.");
        }
        else if (rate != line.BaudRate && await line.GoToAsync(rate, () => TellRateAsync(context, rate, RealtekConfiguration.CodeOf(rate))) is { } slow)
        {
            context.Warn($"The Realtek chip stays at {line.BaudRate} bits per second: {slow}; write speed= with a rate that both can do.");
        }
    }

    private static async Task<(FirmwareFile File, string Name)> FindAsync(StartupContext context, RealtekChip chip)
    {
        var (file, name) = await context.FindFirmwareAsync(chip.Firmware);
        return file.IsFound ? (file, name) : throw StartupContext.Final(FirmwareSentences.Missing(
            file, context.Firmware, string.Join(" or ", chip.Firmware), chip.Name, FirmwareSentences.RealtekPackage));
    }

    private static async Task<ReadOnlyMemory<byte>> ConfigureAsync(StartupContext context, RealtekChip chip)
    {
        if (chip.IsPlain)
        {
            return default;
        }

        var file = await context.FindFirmwareAsync(chip.Configuration);
        if (!file.IsFound)
        {
            if (chip.NeedsConfiguration)
            {
                throw StartupContext.Final(FirmwareSentences.Missing(
                    file, context.Firmware, chip.Configuration, chip.Name, FirmwareSentences.RealtekPackage));
            }

            if (file.Problem is { } problem)
            {
                context.Warn($"The configuration of the {chip.Name} is left out: {problem}");
            }

            return default;
        }

        if (RealtekConfiguration.Check(file.Octets.Span, out var code) is { } wrong)
        {
            return Damaged(context, chip, file, wrong);
        }

        if (context.Line is not { } line)
        {
            return file.Octets;
        }

        if (context.Device?.FlowControl is SerialFlowControl.None && RealtekConfiguration.HasFlowControl(file.Octets.Span))
        {
            context.Warn($"The {chip.Name} uses RTS and CTS, as {file.Path} says, and its line does not (flow=none), so that octets may be lost; write flow=rtscts where both are wired, else put a configuration without flow control there.");
        }

        return code == 0 ? file.Octets : await ChangeRateAsync(context, chip, line, file, code);
    }

    // What can be done without is left out.
    private static ReadOnlyMemory<byte> Damaged(StartupContext context, RealtekChip chip, FirmwareFile file, string wrong)
    {
        if (chip.NeedsConfiguration && RealtekConfiguration.Refusal(file.Octets.Span, context.Line is not null) is not null)
        {
            throw StartupContext.Final(FirmwareSentences.Wrong(file.Path!, wrong));
        }

        var how = chip.NeedsConfiguration ? "given to it as it is" : "left out";
        context.Warn($"The configuration of the {chip.Name}, {file.Path}, is {how}: {wrong}; put the right file there.");
        return chip.NeedsConfiguration ? file.Octets : default;
    }

    // The patch will use the configuration's rate: both sides go there before it starts, or the configuration is told theirs.
    private static async Task<ReadOnlyMemory<byte>> ChangeRateAsync(
        StartupContext context, RealtekChip chip, StartupLine line, FirmwareFile file, uint code)
    {
        var rate = RealtekConfiguration.RateOf(code);
        var slow = rate == 0 ? $"the rate 0x{code:X8} of the UART is not known"
            : rate == line.BaudRate ? null
            : await line.GoToAsync(rate, () => TellRateAsync(context, rate, code));
        if (slow is null)
        {
            return file.Octets;
        }

        if (RealtekConfiguration.CodeOf(line.BaudRate) is not 0 and var known)
        {
            context.Warn($"The {chip.Name} stays at {line.BaudRate} bits per second: " + (rate == 0
                ? $"in {file.Path} {slow}."
                : $"{slow}, the rate of {file.Path}; put a configuration with another rate there."));
            return RealtekConfiguration.WithRate(file.Octets.Span, known);
        }

        throw StartupContext.Final(FirmwareSentences.Wrong(file.Path!, slow));
    }

    // Null where the chip goes there, else why not. The code is 0 for a rate that is not in its table.
    private static async Task<string?> TellRateAsync(StartupContext context, int rate, uint code)
    {
        if (code == 0)
        {
            return $"it has no code for {rate}";
        }

        var parameters = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(parameters, code);
        if (Refusal(await context.SendAsync(SetRate, parameters)) is { } refusal)
        {
            return $"it refuses {rate} (Set Rate: {refusal})";
        }

        await context.DelayAsync(SettleTime);
        return null;
    }

    private static async Task DownloadAsync(StartupContext context, RealtekChip chip, byte[] image)
    {
        var count = RealtekDownload.Count(image.Length);
        for (var fragment = 0; fragment < count; fragment++)
        {
            var answer = await context.SendAsync(
                Download, RealtekDownload.Parameters(image, fragment), fragment == count - 1 ? LastDownload : null);
            Check(chip, $"Download {fragment + 1} of {count}", answer, DownloadLength);
        }
    }

    private static async Task<byte> ReadOctetAsync(
        StartupContext context, RealtekChip chip, ushort opCode, ReadOnlyMemory<byte> parameters, int length)
    {
        var answer = await context.SendAsync(opCode, parameters);
        Check(chip, opCode == ReadRegister ? "Read Register" : "Read ROM Version", answer, length);
        return answer.Span[1];
    }

    private static void Check(RealtekChip chip, string command, ReadOnlyMemory<byte> answer, int? length = null)
    {
        if (Refusal(answer) is { } refusal)
        {
            throw FirmwareSentences.Refused(chip.Name, command, refusal);
        }

        if (length is { } expected && answer.Length != expected)
        {
            throw FirmwareSentences.Refused(chip.Name, command, $"{answer.Length} octets where {expected} are due");
        }
    }

    private static string? Refusal(ReadOnlyMemory<byte> answer) =>
        answer.IsEmpty ? "no status" : answer.Span[0] != 0 ? $"{(HciStatus)answer.Span[0]}" : null;
}
