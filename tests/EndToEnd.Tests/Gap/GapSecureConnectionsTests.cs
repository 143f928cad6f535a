using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Secure Connections Only mode and services of level 4, with peers whose controller or host lacks Secure
/// Connections (Core, Vol 3, Part C, 5.2.2.8). In the Only mode every service is of level 4.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class GapSecureConnectionsTests
{
    private static readonly BluetoothHostOptions Only = new() { Security = new SecurityOptions { SecureConnectionsOnly = true } };
    private static readonly BluetoothHostOptions HostLacks = new() { Hci = new HciOptions { SecureConnections = false } };
    private static readonly ControllerOptions ControllerLacks = new() { SecureConnections = false };
    private GapRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new GapRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test, Property("Id", "GAP/SEC/SEM/BV-11-C")]
    public void Only_AskedByAPeerWhoseControllerLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: false, GapService.LevelThree, Only, controller: ControllerLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-12-C")]
    public void Only_AskedByAPeerWhoseHostLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: false, GapService.LevelThree, Only, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-16-C")]
    public void Only_AskingAPeerWhoseControllerLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: true, GapService.LevelThree, Only, controller: ControllerLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-17-C")]
    public void Only_AskingAPeerWhoseHostLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: true, GapService.LevelThree, Only, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-13-C")]
    public void Only_AskedByAPeerThatHasIt_LetsIn() => _rig.Run(() => LetsIn(starts: false, bonded: false, Only));

    [Test, Property("Id", "GAP/SEC/SEM/BV-47-C")]
    public void Only_AskedByABondedPeerThatHasIt_LetsIn() => _rig.Run(() => LetsIn(starts: false, bonded: true, Only));

    [Test, Property("Id", "GAP/SEC/SEM/BV-18-C")]
    public void Only_AskingAPeerThatHasIt_IsLetIn() => _rig.Run(() => LetsIn(starts: true, bonded: false, Only));

    [Test, Property("Id", "GAP/SEC/SEM/BV-54-C")]
    public void Only_AskingABondedPeerThatHasIt_IsLetIn() => _rig.Run(() => LetsIn(starts: true, bonded: true, Only));

    [Test, Property("Id", "GAP/SEC/SEM/BV-14-C")]
    public void LevelThree_AskedByAPeerWhoseHostLacksIt_LetsIn() => _rig.Run(() =>
        LetsIn(starts: false, bonded: false, null, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-48-C")]
    public void LevelThree_AskedByABondedPeerWhoseHostLacksIt_LetsIn() => _rig.Run(() =>
        LetsIn(starts: false, bonded: true, null, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-19-C")]
    public void LevelThree_AskingAPeerWhoseHostLacksIt_IsLetIn() => _rig.Run(() =>
        LetsIn(starts: true, bonded: false, null, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-55-C")]
    public void LevelThree_AskingABondedPeerWhoseHostLacksIt_IsLetIn() => _rig.Run(() =>
        LetsIn(starts: true, bonded: true, null, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-15-C")]
    public void LevelFour_AskedByAPeerWhoseHostLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: false, GapService.LevelFour, null, HostLacks));

    [Test, Property("Id", "GAP/SEC/SEM/BV-49-C")]
    public void LevelFour_AskedByABondedPeerWhoseHostLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: false, GapService.LevelFour, null, HostLacks, bonded: true));

    [Test, Property("Id", "GAP/SEC/SEM/BV-20-C")]
    public void LevelFour_AskingAPeerWhoseHostLacksIt_Refuses() => _rig.Run(() =>
        Refuses(starts: true, GapService.LevelFour, null, HostLacks));

    private async Task Refuses(
        bool starts, SecurityRequirement level, BluetoothHostOptions? device, BluetoothHostOptions? peer = null,
        ControllerOptions? controller = null, bool bonded = false)
    {
        var (iut, other) = await Devices(device, peer, controller, bonded);
        var service = await GapService.ServeAsync(starts ? other : iut, starts ? SecurityRequirement.None : level);
        var lenient = GapService.LevelThree;

        // The peer asks for what it can have; this side's own level is what stands in the way.
        var outcome = starts ? await GapService.OpenAsync(iut, other, level) : await GapService.OpenAsync(other, iut, lenient);

        Assert.That((outcome.IsOpen, service.Opened), Is.EqualTo((false, 0)), outcome.ToString());
        if (starts)
        {
            Assert.That(iut.Commands.IndexOfRequest(GapService.First.Value), Is.EqualTo(-1), "nothing is asked of the peer");
        }
    }

    private async Task LetsIn(bool starts, bool bonded, BluetoothHostOptions? device, BluetoothHostOptions? peer = null)
    {
        var (iut, other) = await Devices(device, peer, null, bonded);
        var service = await GapService.ServeAsync(starts ? other : iut, GapService.LevelThree);

        var outcome = await (starts
            ? GapService.OpenAsync(iut, other, GapService.LevelThree)
            : GapService.OpenAsync(other, iut, GapService.LevelThree));

        Assert.That((outcome.IsOpen, service.Opened), Is.EqualTo((true, 1)), outcome.ToString());
        Assert.That(await GapService.SecurityOf(iut), Is.EqualTo(peer is null
            ? new LinkSecurity(EncryptionMode.AesCcm, 16, LinkKeyType.AuthenticatedP256)
            : new LinkSecurity(EncryptionMode.E0, 16, LinkKeyType.AuthenticatedP192)));
    }

    private async Task<(GapDevice Device, GapDevice Other)> Devices(
        BluetoothHostOptions? device, BluetoothHostOptions? peer, ControllerOptions? controller, bool bonded)
    {
        var iut = await _rig.AddAsync("device", new YesAgent(), device);
        var other = await _rig.AddAsync("other", new YesAgent(), peer, controller);
        await iut.OpenWindow();
        await other.OpenWindow();
        if (bonded)
        {
            Assert.That((await other.Host.PairAsync(iut.Address)).IsBonded, Is.True);
            await other.Host.DisconnectLinkAsync(iut.Address);
            await _rig.DelayAsync(TimeSpan.FromSeconds(1));
        }

        return (iut, other);
    }
}
