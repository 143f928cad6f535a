using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup.Broadcom;

/// <summary>Gives a Broadcom or Cypress chip its patch, its rate and its address. Without the patch it runs from its ROM, with
/// the ROM's faults: a warning, also where the chip refuses the patch.</summary>
/// <remarks>
/// <para>The order is Linux's (drivers/bluetooth/btbcm.c and hci_bcm.c): Reset, 100 ms; the line goes to its operating rate;
/// Download Minidriver, 50 ms; the patch's records; 250 ms; the line is back at its first rate, for the chip is; Reset, 100 ms;
/// the operating rate again.</para>
/// <para>The ROM's build number is 0 (the low 12 bits of the HCI revision), the patch's is not: then it is there already.</para>
/// </remarks>
internal sealed class BroadcomStartup : IControllerStartup
{
    private const ushort WriteAddress = 0xFC01;
    private const ushort SetRate = 0xFC18;
    private const ushort DownloadMinidriver = 0xFC2E;
    private const ushort SetClock = 0xFC45;
    private const int LastRateOfSlowClock = 3_000_000;
    private const byte Clock48MHz = 1;
    private const int BuildMask = 0x0FFF;

    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MinidriverTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LaunchTime = TimeSpan.FromMilliseconds(250);

    public Task RunAsync(StartupContext context)
    {
        if (context.Line is not { } line)
        {
            return RunOnceAsync(context);
        }

        line.TellBack = () => TellRateAsync(context, line.FirstRate);
        return line.RunAsync(() => RunOnceAsync(context));
    }

    private static async Task RunOnceAsync(StartupContext context)
    {
        await ResetAsync(context);
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        if (version.Status != HciStatus.Success)
        {
            context.Warn($"The Broadcom chip does not tell its version ({version.Status}); it is left as it is.");
            return;
        }

        var chip = BroadcomChips.Name(version.LmpSubversion, context.IsUsb);
        string? slow;
        if ((version.HciSubversion & BuildMask) is not 0 and var build)
        {
            context.Loaded = $"{chip} build {build}, there already";
            slow = await SetRateAsync(context);
        }
        else if (await FindAsync(context, chip) is not { } found)
        {
            slow = await SetRateAsync(context);
        }
        else
        {
            slow = await SetRateAsync(context);
            if (await PatchAsync(context, found.Records) is { } refusal)
            {
                // Out of the minidriver, whose writes count for nothing until they are started. The line stays as it is.
                await ResetAsync(context);
                context.Warn($"The {chip} runs from its ROM: it refuses {found.Path} ({refusal}); put the right file there, or name its folder with --firmware DIR.");
            }
            else
            {
                slow = await LaunchedAsync(context, found.Name);
            }
        }

        if (slow is not null)
        {
            context.Warn($"The {chip} stays at {context.Line!.BaudRate} bits per second: {slow}; write speed= with a rate that both can do, or leave speed= out.");
        }

        await GiveAddressAsync(context, chip);
    }

    // What the ROM refused, its patch may do: why the line is still slow is what the last try tells.
    private static async Task<string?> LaunchedAsync(StartupContext context, string name)
    {
        await context.DelayAsync(LaunchTime);
        if (context.Line is { } line && line.BaudRate != line.FirstRate)
        {
            line.Set(line.FirstRate);
        }

        await ResetAsync(context);
        var slow = await SetRateAsync(context);
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        context.Loaded = $"{name}, build {version.HciSubversion & BuildMask}";
        return slow;
    }

    private static async Task ResetAsync(StartupContext context)
    {
        await context.ResetAsync();
        await context.DelayAsync(ResetTime);
    }

    private static async Task<(string Name, string Path, IReadOnlyList<HcdRecord> Records)?> FindAsync(StartupContext context, string chip)
    {
        var usb = context.Device?.Usb;
        var known = usb is { } id ? KnownControllers.Find(id, context.Device!.Release)?.Firmware : null;
        var names = BroadcomChips.Files(chip, usb, known);
        var (file, name) = await context.FindFirmwareAsync(names);
        if (file.IsFound)
        {
            if (HcdFile.Read(file.Octets, out var records) is not { } wrong)
            {
                return (name, file.Path!, records);
            }

            context.Warn($"The {chip} runs from its ROM: {FirmwareSentences.Wrong(file.Path!, wrong)}");
            return null;
        }

        var package = context.IsUsb ? FirmwareSentences.BroadcomUsbPackage : FirmwareSentences.BroadcomSerialPackage;
        context.Warn($"The {chip} runs from its ROM: {FirmwareSentences.Missing(file, context.Firmware, string.Join(" or ", names), chip, package)}");
        return null;
    }

    // Null where everything was taken, else what was refused, and how.
    private static async Task<string?> PatchAsync(StartupContext context, IReadOnlyList<HcdRecord> records)
    {
        if (Refusal(await context.SendAsync(DownloadMinidriver)) is { } minidriver)
        {
            return $"Download Minidriver: {minidriver}";
        }

        await context.DelayAsync(MinidriverTime);
        for (var i = 0; i < records.Count; i++)
        {
            if (Refusal(await context.SendAsync(records[i].OpCode, records[i].Parameters)) is { } refusal)
            {
                return $"record {i + 1} of {records.Count}: {refusal}";
            }
        }

        return null;
    }

    // Null where the line is as fast as it was asked to be, else why it is not.
    private static async Task<string?> SetRateAsync(StartupContext context) =>
        context is { Line: { } line, Device.OperatingRate: { } rate } && rate != line.BaudRate
            ? await line.GoToAsync(rate, () => TellRateAsync(context, rate))
            : null;

    // Null where the chip goes there, else how it refuses.
    private static async Task<string?> TellRateAsync(StartupContext context, int rate)
    {
        if (rate > LastRateOfSlowClock && Refusal(await context.SendAsync(SetClock, new[] { Clock48MHz })) is { } clock)
        {
            return $"it refuses {rate} (Write UART Clock: {clock})";
        }

        var parameters = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(2), (uint)rate);
        return Refusal(await context.SendAsync(SetRate, parameters)) is { } refusal ? $"it refuses {rate} (Update UART Rate: {refusal})" : null;
    }

    private static async Task GiveAddressAsync(StartupContext context, string chip)
    {
        if (context.Address is { } address)
        {
            var octets = new byte[6];
            address.Write(octets);
            var answer = await context.SendAsync(WriteAddress, octets);
            if (Refusal(answer) is not null)
            {
                context.AddressRefusal = $"The {chip} refuses it";
            }
        }
    }

    private static string? Refusal(ReadOnlyMemory<byte> answer) =>
        answer.IsEmpty ? "no status" : answer.Span[0] != 0 ? $"{(HciStatus)answer.Span[0]}" : null;
}
