using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>What a port says to its system, octet by octet: modem lines, break and hardware flow control, which no
/// pseudo-terminal has. The numbers are those of asm-generic/ioctls.h and termbits.h, and of Apple's headers.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class TerminalCallsTests : TerminalFixture
{
    private const string Zeros = "00000000";
    private const string Untouched = Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros;

    // VMIN, the seventh of 19 control characters behind the line discipline, is 1.
    private const string Characters = "0000000000000001000000000000000000000000";

    [Test]
    public void Open_Linux_H4_SetsRawOctetsRtsCtsAndAnySpeed()
    {
        using var port = Open(new SerialSettings { BaudRate = 921_600, FlowControl = SerialFlowControl.RtsCts });
        Assert.That(Calls.Asked, Is.EqualTo(new[]
        {
            "open /dev/ttyX",
            "lock",
            "5424 00000000",
            "540C 0",
            $"802C542A {Untouched}",
            $"402C542B 01000000{Zeros}B01C0080{Zeros}{Characters}00100E0000100E00",
            $"802C542A {Untouched}",
            "540B 2",
        }));
    }

    [Test]
    public void Open_Linux_H5_SetsEvenParityAndNoFlowControl()
    {
        using var port = Open(new SerialSettings { Parity = SerialParity.Even });
        Assert.That(Calls.Asked[5], Is.EqualTo($"402C542B 15000000{Zeros}B01D0000{Zeros}{Characters}00C2010000C20100"));
    }

    [Test]
    public void BaudRate_Linux_DrainsThenChangesTheSpeedAlone()
    {
        using var port = Open(new SerialSettings { FlowControl = SerialFlowControl.RtsCts });
        Calls.Asked.Clear();
        Calls.Given[0x802C_542A] = Convert.FromHexString($"01000000{Zeros}B20C0080{Zeros}{Characters}00C2010000C20100");
        port.BaudRate = 3_000_000;
        Assert.That(Calls.Asked, Is.EqualTo(new[]
        {
            "5411 00000000",
            "5409 1",
            $"802C542A {Untouched}",
            $"402C542B 01000000{Zeros}B01C0080{Zeros}{Characters}C0C62D00C0C62D00",
            $"802C542A {Untouched}",
        }));
        Assert.That(port.BaudRate, Is.EqualTo(3_000_000));
    }

    [Test]
    public void Lines_Linux_AreSetAndClearedByTheirBits()
    {
        using var port = Open(new SerialSettings());
        Calls.Asked.Clear();
        port.DataTerminalReady = true;
        port.DataTerminalReady = false;
        port.RequestToSend = true;
        port.RequestToSend = false;
        port.IsBreaking = true;
        port.IsBreaking = false;
        port.Discard();
        Assert.That(Calls.Asked, Is.EqualTo(new[]
        {
            "5416 02000000", "5417 02000000", "5416 04000000", "5417 04000000", "5427 0", "5428 0", "540B 2",
        }));
    }

    [TestCase("02000000", true, false)]
    [TestCase("04000000", false, true)]
    [TestCase("46010000", true, true)]
    public void Lines_Linux_AreRead(string lines, bool dataTerminalReady, bool requestToSend)
    {
        using var port = Open(new SerialSettings());
        Calls.Given[0x5415] = Convert.FromHexString(lines);
        Assert.That((port.DataTerminalReady, port.RequestToSend), Is.EqualTo((dataTerminalReady, requestToSend)));
    }

    [Test]
    public void Open_Darwin_SetsTermiosThenAnySpeed()
    {
        using var port = OpenOnDarwin(
            new SerialSettings { BaudRate = 921_600, FlowControl = SerialFlowControl.RtsCts, Parity = SerialParity.Even });
        const string termios = "1500000000000000" + "0000000000000000" + "00DB030000000000" + "0000000000000000"
            + "0000000000000000000000000000000001000000" + Zeros + "8025000000000000" + "8025000000000000";
        Assert.That(Calls.Asked, Is.EqualTo(new[]
        {
            "open /dev/cu.x",
            "lock",
            "4004741A 00000000",
            "2000740D 0",
            $"40487413 {Untouched}{Zeros}{Zeros}{Zeros}{Zeros}{Zeros}{Zeros}{Zeros}",
            $"80487414 {termios}",
            "80085402 00100E0000000000",
            "80047410 00000000",
        }));
    }

    [Test]
    public void Lines_Darwin_AreSetAndClearedByTheirBits()
    {
        using var port = OpenOnDarwin(new SerialSettings());
        Calls.Asked.Clear();
        port.DataTerminalReady = true;
        port.RequestToSend = false;
        port.IsBreaking = true;
        port.IsBreaking = false;
        port.BaudRate = 4_000_000;
        Assert.That(Calls.Asked, Is.EqualTo(new[]
        {
            "8004746C 02000000", "8004746B 04000000", "2000747B 0", "2000747A 0",
            "40047473 00000000", "2000745E 0", "80085402 00093D0000000000",
        }));
    }

    /// <summary>A reset by DTR, then a break: what is said to the lines, and when.</summary>
    [TestCase("reset=dtr", "5416 02000000", "5417 02000000")]
    [TestCase("reset=rts&flow=none", "5416 04000000", "5417 04000000")]
    public async Task OpenAsync_ResetAndBreak_ArePulsesOfTheirLength(string option, string active, string inactive)
    {
        var source = SerialControllerSource.ParseH4(
            $"/dev/ttyX?{option}&break=yes",
            (name, settings) => TermiosPorts.Open(name, settings, new LinuxTerminal(), Calls),
            new NotedTime(Calls.Asked));
        await using var transport = await source.OpenAsync(default);
        Assert.That(Calls.Asked.Skip(8), Is.EqualTo(new[]
        {
            active, "wait 50", inactive, "wait 250", "5427 0", "wait 100", "5428 0", "wait 100", "540B 2",
        }));
    }

    [TestCase(Errno.ENOENT, "There is no serial port /dev/ttyX; plug it in, or check its name (ls /dev/tty*).")]
    [TestCase(Errno.EACCES, "No permission to open /dev/ttyX; join the group that owns it (sudo usermod -aG dialout $USER, then log in again), or run as root.")]
    [TestCase(Errno.EBUSY, "/dev/ttyX is in use: another program has it for itself; end that program (btattach, hciattach, ModemManager, a terminal program) and try again.")]
    [TestCase(Errno.ENXIO, "There is no device behind /dev/ttyX; plug it in, or check its name.")]
    [TestCase(Errno.EIO, "There is no device behind /dev/ttyX; plug it in, or check its name.")]
    [TestCase(Errno.EMFILE, "/dev/ttyX cannot be opened (EMFILE); check the device and its driver (dmesg).")]
    public void Open_SystemRefuses_SaysWhatHelps(object error, string sentence)
    {
        Calls.OpenError = (Errno)error;
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(sentence));
    }

    [TestCase(Errno.None, null)]
    [TestCase(Errno.ENOENT, "There is no serial port /dev/ttyX; plug it in, or check its name (ls /dev/tty*).")]
    [TestCase(Errno.EACCES, "No permission to open /dev/ttyX; join the group that owns it (sudo usermod -aG dialout $USER, then log in again), or run as root.")]
    public void Probe_AsksForTheRightAlone(object error, string? sentence)
    {
        Calls.OpenError = (Errno)error;
        Assert.That(TermiosPorts.Probe("/dev/ttyX", Calls), Is.EqualTo(sentence));
        Assert.That(Calls.Asked, Is.EqualTo(new[] { "access /dev/ttyX" }), "nothing is opened");
    }

    [Test]
    public void Probe_OfThisSystem_KnowsWhatIsThere()
    {
        Assert.That(TermiosPorts.Probe("/dev/null"), Is.Null);
        Assert.That(TermiosPorts.Probe("/dev/null/nothing"), Does.StartWith("There is no serial port /dev/null/nothing; "));
    }

    [Test]
    public void Open_Locked_SaysWhoMayHaveIt()
    {
        Calls.Refused[0] = Errno.EAGAIN;
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("another program has locked it"));
    }

    [Test]
    public void Open_BtattachHasIt_SaysSo()
    {
        Calls.Given[0x5424] = [15, 0, 0, 0];
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("line discipline 15"));
        Assert.That(Calls.Asked, Has.None.StartsWith("402C542B"), "and its line is left alone");
    }

    [Test]
    public void Open_NoTerminal_SaysSo()
    {
        Calls.Refused[0x802C_542A] = Errno.ENOTTY;
        Assert.That(() => Open(new SerialSettings()), Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("is no serial port"));
    }

    [TestCase(299)]
    [TestCase(10_000_001)]
    public void BaudRate_OutsideOfAllRates_IsRefused(int baudRate)
    {
        using var port = Open(new SerialSettings());
        Assert.That(() => port.BaudRate = baudRate, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"cannot do {baudRate} baud"));
        Assert.That(() => Open(new SerialSettings { BaudRate = baudRate }), Throws.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public void DataTerminalReady_NoSuchLine_SaysSo()
    {
        using var port = Open(new SerialSettings());
        Calls.Refused[0x5416] = Errno.ENOTTY;
        Assert.That(() => port.DataTerminalReady = true, Throws.InstanceOf<IOException>().With.Message.Contains("has no such line"));
    }

    /// <summary>A clock whose timers are noted, and over at once.</summary>
    private sealed class NotedTime(List<string> notes) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                notes.Add($"wait {dueTime.TotalMilliseconds:0}");
            }

            return System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
        }
    }
}
