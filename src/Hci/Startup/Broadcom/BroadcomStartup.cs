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

    public Task RunAsync(StartupContext context) => context.RunOnLineAsync(first => RunAsync(context, first));

    private static async Task RunAsync(StartupContext context, int firstRate)
    {
        await ResetAsync(context);
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        if (version.Status != HciStatus.Success)
        {
            context.Warn($"The Broadcom chip does not tell its version ({version.Status}); it is left as it is.");
            return;
        }

        var chip = BroadcomChips.Name(version.LmpSubversion, context.IsUsb);
        if ((version.HciSubversion & BuildMask) is not 0 and var build)
        {
            context.Loaded = $"{chip} build {build}, there already";
            await SetRateAsync(context, chip);
        }
        else if (await FindAsync(context, chip) is not { } found)
        {
            await SetRateAsync(context, chip);
        }
        else
        {
            await SetRateAsync(context, chip);
            if (await PatchAsync(context, found.Records) is { } refusal)
            {
                // Out of the minidriver, whose writes count for nothing until they are started. The line stays as it is.
                await ResetAsync(context);
                context.Warn($"The {chip} runs from its ROM: it refuses {found.Path} ({refusal}); put the right file there, or name its folder with --firmware DIR.");
            }
            else
            {
                await LaunchedAsync(context, chip, found.Name, firstRate);
            }
        }

        await GiveAddressAsync(context, chip);
    }

    private static async Task LaunchedAsync(StartupContext context, string chip, string name, int firstRate)
    {
        await context.DelayAsync(LaunchTime);
        if (context.Line is { } line && line.BaudRate != firstRate)
        {
            context.SetLineRate(firstRate);
        }

        await ResetAsync(context);
        await SetRateAsync(context, chip);
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        context.Loaded = $"{name}, build {version.HciSubversion & BuildMask}";
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

    private static async Task SetRateAsync(StartupContext context, string chip)
    {
        if (context.Line is not { } line || context.Device?.OperatingRate is not { } rate || rate == line.BaudRate)
        {
            return;
        }

        if (rate > LastRateOfSlowClock)
        {
            Check(chip, "Write UART Clock", await context.SendAsync(SetClock, new[] { Clock48MHz }));
        }

        var parameters = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(2), (uint)rate);
        Check(chip, "Update UART Rate", await context.SendAsync(SetRate, parameters));
        context.SetLineRate(rate);
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

    private static void Check(string chip, string command, ReadOnlyMemory<byte> answer)
    {
        if (Refusal(answer) is { } refusal)
        {
            throw FirmwareSentences.Refused(chip, command, refusal);
        }
    }

    private static string? Refusal(ReadOnlyMemory<byte> answer) =>
        answer.IsEmpty ? "no status" : answer.Span[0] != 0 ? $"{(HciStatus)answer.Span[0]}" : null;
}
