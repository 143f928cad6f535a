using HostStack.Hci.Links;
using HostStack.Hci.Startup;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup;

/// <summary>Firmware that lies where nothing answers, or answers late.</summary>
[TestFixture]
internal sealed class SlowFirmwareTests
{
    private const ushort DropPatch = 0xFC66;

    [Test]
    public async Task FirmwareThatIsNeverRead_EndsTheOpening_WithThePlaces()
    {
        var source = new SlowSource();
        await using var rig = Rig(source);
        var opening = rig.Open();
        rig.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That((source.Asked, opening.IsCompleted), Is.EqualTo((1, false)), "the loop goes on, and waits for the file");
        rig.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(
            async () => await opening,
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "The firmware of the RTL8761BU cannot be used: rtl_bt/rtl8761bu_fw.bin could not be read within 10 seconds (looked in a folder far away); see that these folders answer, or name another one with --firmware DIR."));
    }

    [Test]
    public async Task Closing_WhileFirmwareIsRead_EndsAtOnce()
    {
        await using var rig = Rig(new SlowSource());
        var opening = rig.Open();
        var closing = rig.Run(rig.Host.CloseAsync);
        Assert.That((closing.IsCompleted, opening.IsFaulted), Is.EqualTo((true, true)));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public async Task FirmwareThatComesLate_IsTaken()
    {
        var source = new SlowSource();
        await using var rig = Rig(source);
        var opening = rig.Open();
        rig.Advance(TimeSpan.FromSeconds(5));
        source.Answer(new FirmwareFile(RealtekFile.First(14, 0xDFC6D922, (2, new byte[20])), "/far/rtl8761bu_fw.bin", null));
        rig.Pump();
        Assert.That(source.Asked, Is.EqualTo(2), "the patch was taken; its configuration is next");
        source.Answer(default);
        for (var i = 0; i < 20 && !opening.IsCompleted; i++)
        {
            rig.Advance(TimeSpan.FromMilliseconds(50));
        }

        await opening;
        Assert.That(rig.Controller.OpCodes, Has.One.EqualTo((ushort)0xFC20));
    }

    // Of a dongle that is not listed, the files of every chip are looked for.
    [Test]
    public async Task FirmwareThatIsNeverRead_LeavesAChipItsPatch_AfterTheTimeOfOneFile()
    {
        var source = new SlowSource();
        await using var rig = Patched(source);
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, canReopen: true));
        rig.Advance(TimeSpan.FromSeconds(6));
        source.Answer(default);
        rig.Pump();
        rig.Advance(TimeSpan.FromSeconds(3.9));
        Assert.That((source.Asked, opening.IsCompleted), Is.EqualTo((2, false)));
        rig.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That((source.Asked, opening.IsCompletedSuccessfully, rig.Controller.Count(DropPatch)), Is.EqualTo((2, true, 0)));
        Assert.That(rig.Observer.Told, Has.One.EqualTo(
            "warning: The Realtek chip keeps the patch that it has: rtl_bt/rtl8723b_fw.bin could not be read within 10 seconds (looked in a folder far away); see that these folders answer, or name another one with --firmware DIR."));
    }

    [Test]
    public async Task SourceThatThrowsAtAResetInPlace_FailsTheHost_WithTheCause()
    {
        var source = new SlowSource();
        await using var rig = Rig(source);
        var opening = rig.Open();
        source.Answer(new FirmwareFile(RealtekFile.First(14, 0xDFC6D922, (2, new byte[20])), "/far/rtl8761bu_fw.bin", null));
        rig.Pump();
        source.Answer(default);
        for (var i = 0; i < 20 && !opening.IsCompleted; i++)
        {
            rig.Advance(TimeSpan.FromMilliseconds(50));
        }

        await opening;
        source.Fault = new IOException("the share is not mounted");
        rig.Event(0x10, 0x42);
        for (var i = 0; i < 20 && rig.Host.State == HciHostState.Resetting; i++)
        {
            rig.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.That((rig.Host.State, rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));
        Assert.That(rig.Observer.Told[^1], Does.StartWith("failed: ").And.Contains("(the share is not mounted)"));
    }

    private static HostRig Rig(SlowSource source)
    {
        var rig = new HostRig(new HciOptions { Firmware = source });
        rig.Transport.Device = new ControllerDevice { Usb = new UsbId(0x0BDA, 0x8771) };
        rig.Controller.Returns[0x1001] = [0x00, 0x0A, 0x0B, 0x00, 0x0A, 0x5D, 0x00, 0x61, 0x87];
        rig.Controller.Returns[0xFC6D] = [0x00, 0x01];
        rig.Controller.Returns[0xFC20] = [0x00, 0x80];
        return rig;
    }

    private static HostRig Patched(SlowSource source)
    {
        var rig = Rig(source);
        rig.Transport.Device = new ControllerDevice { Usb = new UsbId(0x0BDA, 0x1234) };
        rig.Controller.Returns[0x1001] = [0x00, 0x0A, 0xC6, 0xDF, 0x0A, 0x5D, 0x00, 0x22, 0xD9];
        return rig;
    }

    private sealed class SlowSource : IFirmwareSource
    {
        private TaskCompletionSource<FirmwareFile> _answer = new();

        public string Places => "a folder far away";

        public int Asked { get; private set; }

        /// <summary>What the next question throws.</summary>
        public Exception? Fault { get; set; }

        public void Answer(FirmwareFile file)
        {
            var answer = _answer;
            _answer = new();
            answer.SetResult(file);
        }

        public FirmwareFile Find(string name) => throw new NotSupportedException("A start-up does not wait on the loop.");

        public Task<FirmwareFile> FindAsync(string name)
        {
            Asked++;
            return Fault is { } fault ? throw fault : _answer.Task;
        }
    }
}
