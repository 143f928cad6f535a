using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>Gives a Realtek chip its patch and its configuration. Without them it is not fit for use, so that missing firmware
/// ends the opening, as it does in Linux.</summary>
/// <remarks>A chip that runs its firmware tells other versions than its ROM does, and is left as it is: the patch stays until
/// the power goes (Linux, drivers/bluetooth/btrtl.c).</remarks>
internal sealed class RealtekStartup : IControllerStartup
{
    private const ushort Download = 0xFC20;
    private const ushort ReadRomVersion = 0xFC6D;
    private const ushort ReadRegister = 0xFC61;
    private const ushort SetRate = 0xFC17;
    private const int RomVersionLength = 2;
    private const int RegisterLength = 3;
    private const int DownloadLength = 2;

    // The last command starts the patch before it is answered.
    private static readonly TimeSpan LastDownload = TimeSpan.FromSeconds(5);

    // The register that holds the number of the key by which the chip checks patches.
    private static readonly byte[] s_keyRegister = [0x10, 0xA4, 0x0D, 0x00, 0xB0];

    public async Task RunAsync(StartupContext context)
    {
        if (context.Address is not null)
        {
            context.AddressRefusal = "Realtek chips take an address from their configuration file alone, by no command";
        }

        await context.ResetAsync();
        var version = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        if (version.Status != HciStatus.Success || RealtekChips.Find(version, context.IsUsb) is not { } chip)
        {
            context.Loaded = $"firmware 0x{version.HciSubversion:X4}{version.LmpSubversion:X4}, there already";
            return;
        }

        var romVersion = chip.IsPlain ? (byte)0 : await ReadOctetAsync(context, chip, ReadRomVersion, default, RomVersionLength);
        var (firmware, name) = Find(context, chip);
        var key = !chip.IsPlain && RealtekPatchFile.IsSecondFormat(firmware.Octets.Span)
            ? await ReadOctetAsync(context, chip, ReadRegister, s_keyRegister, RegisterLength)
            : (byte)0;
        if (RealtekPatchFile.Extract(firmware.Octets.Span, chip, romVersion, key, out var patch) is { } wrong)
        {
            throw context.Final(FirmwareSentences.Wrong(firmware.Path!, wrong));
        }

        var configuration = await ConfigureAsync(context, chip);
        await DownloadAsync(context, chip, [.. patch, .. configuration.Span]);
        var after = await context.SendAsync(default(ReadLocalVersionInformationCommand));
        if (after.LmpSubversion == version.LmpSubversion && after.HciSubversion == version.HciSubversion)
        {
            context.Warn($"The {chip.Name} took {name} and still tells the versions of its ROM; unplug it and plug it in again where it does not work.");
        }

        context.Loaded = $"{name}, 0x{after.HciSubversion:X4}{after.LmpSubversion:X4}";
    }

    private static (FirmwareFile File, string Name) Find(StartupContext context, RealtekChip chip)
    {
        var missing = default(FirmwareFile);
        foreach (var name in chip.Firmware)
        {
            var file = context.Firmware.Find(name);
            if (file.IsFound)
            {
                return (file, name);
            }

            missing = missing.Problem is null ? file : missing;
        }

        throw context.Final(FirmwareSentences.Missing(
            missing, context.Firmware, string.Join(" or ", chip.Firmware), chip.Name, FirmwareSentences.RealtekPackage));
    }

    private static async Task<ReadOnlyMemory<byte>> ConfigureAsync(StartupContext context, RealtekChip chip)
    {
        if (chip.IsPlain)
        {
            return default;
        }

        var file = context.Firmware.Find(chip.Configuration);
        if (!file.IsFound)
        {
            if (chip.NeedsConfiguration)
            {
                throw context.Final(FirmwareSentences.Missing(
                    file, context.Firmware, chip.Configuration, chip.Name, FirmwareSentences.RealtekPackage));
            }

            if (file.Problem is { } problem)
            {
                context.Warn($"The configuration of the {chip.Name} is left out: {problem}");
            }

            return default;
        }

        if (RealtekConfiguration.Check(file.Octets.Span, out var code, out var rate) is { } wrong)
        {
            throw context.Final(FirmwareSentences.Wrong(file.Path!, wrong));
        }

        // The patch will use the configuration's rate: both sides go there before it starts.
        if (context.Line is { } line && rate != 0 && rate != line.BaudRate)
        {
            var octets = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(octets, code);
            Check(chip, "Set Rate", await context.SendAsync(SetRate, octets));
            context.SetLineRate(rate);
        }

        return file.Octets;
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
        if (answer.IsEmpty || answer.Span[0] != 0)
        {
            throw FirmwareSentences.Refused(chip.Name, command, answer.IsEmpty ? "no status" : $"{(HciStatus)answer.Span[0]}");
        }

        if (length is { } expected && answer.Length != expected)
        {
            throw FirmwareSentences.Refused(chip.Name, command, $"{answer.Length} octets where {expected} are due");
        }
    }
}
