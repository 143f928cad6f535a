using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.UserChannel;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.UserChannel;

[TestFixture]
[Platform("Linux")]
public sealed class UserChannelControllerSourceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ControllerDevice Dongle = new()
    {
        IsStarted = true, Usb = new UsbId(0x0A12, 0x0001), SerialNumber = "1", Product = "CSR8510 A10",
    };

    private static readonly ControllerDevice Other = Dongle with { SerialNumber = "2" };

    private FakeAdapters _kernel = null!;

    [SetUp]
    public void SetUp() => _kernel = new FakeAdapters();

    [TearDown]
    public void TearDown() => _kernel.Dispose();

    [TestCase("hci-user:0", "hci-user:0")]
    [TestCase("hci-user:hci7", "hci-user:7")]
    [TestCase("HCI-USER:HCI65534", "hci-user:65534")]
    [TestCase("hci-user:", "hci-user:")]
    public void Open_WellFormed_IsTheAdapter(string uri, string told) =>
        Assert.That(ControllerSources.CreateDefault().Open(uri).Uri, Is.EqualTo(told));

    [TestCase("hci-user:x")]
    [TestCase("hci-user:-1")]
    [TestCase("hci-user: 1")]
    [TestCase("hci-user:1 ")]
    [TestCase("hci-user:65535")]
    [TestCase("hci-user:hci")]
    [TestCase("hci-user:hcihci0")]
    [TestCase("hci-user:0x1")]
    public void Open_Malformed_SaysHowToWriteIt(string uri) =>
        Assert.That(
            () => ControllerSources.CreateDefault().Open(uri),
            Throws.InstanceOf<FormatException>().With.Message.EqualTo(
                $"'{uri}' does not name an adapter; write it like hci-user:0, or hci-user: for the one with the lowest number."));

    // Each error of the kernel that has a cause of its own, and what an operator does about it.
    [TestCase(nameof(Errno.EBUSY), "The adapter hci1 is up, or the kernel still sets it up; take it down ('bluetoothctl power off' or 'hciconfig hci1 down'), or stop BlueZ ('systemctl stop bluetooth'), and try again.")]
    [TestCase(nameof(Errno.EUSERS), "Another program has the user channel of hci1, which is for one at a time; end that program.")]
    [TestCase(nameof(Errno.EPERM), "No permission to open the user channel of hci1; run as root, give the program CAP_NET_ADMIN ('setcap cap_net_admin+ep' on it), or use the systemd unit, which grants it.")]
    [TestCase(nameof(Errno.EACCES), "No permission to open the user channel of hci1; run as root, give the program CAP_NET_ADMIN ('setcap cap_net_admin+ep' on it), or use the systemd unit, which grants it.")]
    [TestCase(nameof(Errno.ENODEV), "The kernel has no Bluetooth adapter hci1, only hci0, hci4; plug it in, or name one of those.")]
    [TestCase(nameof(Errno.EAFNOSUPPORT), "This kernel offers no Bluetooth sockets here; load its module ('modprobe bluetooth'), allow AF_BLUETOOTH where a sandbox forbids it, or use usb: or h4:serial: in place of hci-user:.")]
    [TestCase(nameof(Errno.EPROTONOSUPPORT), "This kernel offers no Bluetooth sockets here; load its module ('modprobe bluetooth'), allow AF_BLUETOOTH where a sandbox forbids it, or use usb: or h4:serial: in place of hci-user:.")]
    [TestCase(nameof(Errno.EINVAL), "This kernel has no user channel for hci1; it came with Linux 3.13: use a newer kernel, or usb: or h4:serial:.")]
    [TestCase(nameof(Errno.ERFKILL), "The radio of hci1 is blocked; unblock it ('rfkill unblock bluetooth'), or use the machine's switch for it.")]
    [TestCase(nameof(Errno.EMFILE), "No file is left to open hci1 with; close programs, or raise the limit of open files (ulimit -n).")]
    [TestCase(nameof(Errno.ENFILE), "No file is left to open hci1 with; close programs, or raise the limit of open files (ulimit -n).")]
    [TestCase(nameof(Errno.ETIMEDOUT), "The kernel cannot start hci1 (ETIMEDOUT); look into its log (dmesg), and unplug the adapter and plug it in again.")]
    [TestCase(nameof(Errno.EIO), "The kernel cannot start hci1 (EIO); look into its log (dmesg), and unplug the adapter and plug it in again.")]
    public void OpenAsync_KernelRefuses_SaysWhyAndWhatToDo(string error, string sentence)
    {
        _kernel.Devices[0] = Dongle;
        _kernel.Devices[4] = Other;
        _kernel.Error = Enum.Parse<Errno>(error);
        Assert.That(
            () => new UserChannelControllerSource(1, _kernel).OpenAsync(CancellationToken.None),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(sentence));
    }

    /// <summary>The channel is bound, and then nothing is left to wake its reader with: the adapter must be free again.</summary>
    [Test]
    public void OpenAsync_NoDescriptorIsLeftBesideTheSocket_SaysSoAndLetsTheAdapterGo()
    {
        _kernel.Devices[1] = Dongle;
        Assert.That(
            () => new UserChannelControllerSource(
                1, _kernel, static () => throw UnixError.Failure("making a wake descriptor", Errno.EMFILE)).OpenAsync(CancellationToken.None),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "No file is left to open hci1 with; close programs, or raise the limit of open files (ulimit -n)."));
        Assert.That(_kernel.Pairs.Single().Near.IsClosed);
    }

    [Test]
    public void OpenAsync_NoAdapterAtAll_SaysSo([Values] bool numbered) =>
        Assert.That(
            () => new UserChannelControllerSource(numbered ? 0 : null, _kernel).OpenAsync(CancellationToken.None),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "The kernel has no Bluetooth adapter hci0, nor any other; plug one in, and check that the kernel has its driver (dmesg)."));

    [Test]
    public void OpenAsync_OtherSystem_NamesItsDoors() =>
        Assert.That(
            () => new UserChannelControllerSource(0, adapters: null).OpenAsync(CancellationToken.None),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "hci-user: is a door of Linux; use usb: or h4:serial: on this system."));

    [Test]
    public async Task OpenAsync_NoNumber_TakesTheLowestAndTellsItsDevice()
    {
        _kernel.Devices[3] = Other;
        _kernel.Devices[2] = Dongle;
        await using var transport = await new UserChannelControllerSource(null, _kernel).OpenAsync(CancellationToken.None);
        Assert.That((transport.Name, transport.Device), Is.EqualTo(("hci-user:2", Dongle)));
    }

    [Test]
    public async Task ReopenAsync_NoNumber_FindsTheDeviceUnderItsNewNumber()
    {
        _kernel.Devices[0] = Other;
        _kernel.Devices[1] = Dongle;
        await using var transport = await new UserChannelControllerSource(null, _kernel).ReopenAsync(Dongle, CancellationToken.None);
        Assert.That(transport.Name, Is.EqualTo("hci-user:1"));
    }

    [Test]
    public void ReopenAsync_NoNumberAndOnlyOtherDevices_LeavesThemAlone()
    {
        _kernel.Devices[0] = Other;
        Assert.That(
            () => new UserChannelControllerSource(null, _kernel).ReopenAsync(Dongle, CancellationToken.None),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "The kernel has no Bluetooth adapter with 0a12:0001 'CSR8510 A10', serial 1, only hci0; plug it in, or name one of those."));
        Assert.That(_kernel.Opened, Is.Empty);
    }

    [Test]
    public async Task ReopenAsync_Number_OpensThatOne()
    {
        _kernel.Devices[0] = Other;
        await using var transport = await new UserChannelControllerSource(0, _kernel).ReopenAsync(Dongle, CancellationToken.None);
        Assert.That(transport.Device, Is.EqualTo(Other), "the host compares");
    }

    [Test]
    public async Task OpenAsync_CancelledWhileTheDriverStartsTheChip_EndsAtOnceAndLetsItGo()
    {
        using var started = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        _kernel.Devices[0] = Dongle;
        _kernel.Opening = () =>
        {
            started.Release();
            go.Wait();
        };
        await CancelledOpening.RunAsync(new UserChannelControllerSource(0, _kernel), started.WaitAsync);
        _kernel.Opening = null;
        go.Release();
        await using var next = await new UserChannelControllerSource(0, _kernel).OpenAsync(CancellationToken.None);
    }

    [Test]
    public async Task OpenAsync_CancelledThenOpenedAgain_WaitsUntilTheLateOneIsLetGo()
    {
        using var started = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var openings = 0;
        var wasFree = false;
        _kernel.Devices[0] = Dongle;
        _kernel.Opening = () =>
        {
            if (Interlocked.Increment(ref openings) == 1)
            {
                started.Release();
                go.Wait();
            }
            else
            {
                wasFree = _kernel.Pairs is [{ Near.IsClosed: true }];
            }
        };
        var source = new UserChannelControllerSource(0, _kernel);
        await CancelledOpening.RunAsync(source, started.WaitAsync);
        await CancelledOpening.RunAsync(source);
        var opening = source.OpenAsync(CancellationToken.None);
        go.Release();
        await using var transport = await opening.WaitAsync(Limit);
        Assert.That((openings, wasFree), Is.EqualTo((2, true)), "the one that gave up while it waited opened nothing");
    }

    [Test]
    public void OpenAsync_TokenThatIsCancelled_OpensNothing()
    {
        _kernel.Devices[0] = Dongle;
        Assert.That(
            () => new UserChannelControllerSource(0, _kernel).OpenAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_kernel.Opened, Is.Empty);
    }
}
