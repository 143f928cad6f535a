using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Security modes 2 and 4: channels to services of a level, not bonded and bonded (Core, Vol 3, Part C, 5.2).</summary>
[TestFixture]
[Category("SIG")]
internal sealed class GapModeFourTests
{
    private const ushort Authenticate = 0x0411;
    private const ushort Encrypt = 0x0413;
    private const ushort IoCapabilityReply = 0x042B;
    private GapRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new GapRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();

    /// <summary>Controllers without Secure Simple Pairing: the request waits for authentication by PIN, then succeeds.</summary>
    [Test, Property("Id", "GAP/SEC/SEM/BV-02-C")]
    public void ModeTwo_PeerAsks_IsAuthenticatedAndLetIn() => _rig.Run(async () =>
    {
        var options = new BluetoothHostOptions { Security = new SecurityOptions { AllowLegacyPairing = true } };
        var old = new ControllerOptions { SimplePairing = false, SecureConnections = false };
        var device = await _rig.AddAsync("device", new YesAgent(), options, old);
        var legacy = await _rig.AddAsync("legacy", new YesAgent(), options, old);
        var service = await GapService.ServeAsync(device, GapService.LevelTwo);
        await device.OpenWindow();
        await legacy.OpenWindow();

        var outcome = await GapService.OpenAsync(legacy, device, SecurityRequirement.None);

        Assert.That((outcome.IsOpen, service.Opened), Is.EqualTo((true, 1)), outcome.ToString());
        Assert.That(await GapService.SecurityOf(device), Is.EqualTo(new LinkSecurity(EncryptionMode.E0, 16, LinkKeyType.Combination)));
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-04-C")]
    public void ModeFour_PeerAsks_IsLetIn() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        var service = await GapService.ServeAsync(device, GapService.LevelThree);

        var outcome = await GapService.OpenAsync(other, device, GapService.LevelThree);

        Assert.That((outcome.IsOpen, service.Opened), Is.EqualTo((true, 1)));
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-05-C")]
    public void LevelTwo_NotBonded_PairsBeforeTheRequest() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices(new JustWorksAgent());
        await Opens(device, other, GapService.LevelTwo, LinkKeyType.UnauthenticatedP256, pairs: true);
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-50-C")]
    public void LevelTwo_Bonded_AuthenticatesBeforeTheRequest() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices(new JustWorksAgent());
        await BondAndPart(device, other);
        await Opens(device, other, GapService.LevelTwo, LinkKeyType.UnauthenticatedP256, pairs: false);
    });

    /// <summary>Nobody asked this side for protection; both users could give it, and do.</summary>
    [Test, Property("Id", "GAP/SEC/SEM/BV-06-C")]
    public void ProtectionNotAsked_BothUsersCan_KeyIsAuthenticated() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await Opens(device, other, GapService.LevelTwo, LinkKeyType.AuthenticatedP256, pairs: true);
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-51-C")]
    public void ProtectionNotAsked_BondedWithIt_AuthenticatesBeforeTheRequest() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await BondAndPart(device, other);
        await Opens(device, other, GapService.LevelTwo, LinkKeyType.AuthenticatedP256, pairs: false);
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-07-C")]
    public void LevelThree_NotBonded_PairsBeforeTheRequest() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await Opens(device, other, GapService.LevelThree, LinkKeyType.AuthenticatedP256, pairs: true);
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-52-C")]
    [Property("Id", "GAP/SEC/SEM/BV-08-C")]
    public void LevelThree_Bonded_AuthenticatesBeforeTheRequest() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await BondAndPart(device, other);
        await Opens(device, other, GapService.LevelThree, LinkKeyType.AuthenticatedP256, pairs: false);
    });

    [Test]
    [Property("Id", "GAP/SEC/SEM/BV-09-C")]
    public void SecondServiceOfLevelThree_KeyWithoutProtection_IsMadeAnew() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await PairWithoutProtection(device, other);
        await GapService.ServeAsync(other, GapService.LevelTwo);
        await GapService.ServeAsync(other, GapService.LevelThree, GapService.Second);
        Assert.That((await GapService.OpenAsync(device, other, GapService.LevelTwo)).IsOpen, Is.True);
        Assert.That((await GapService.SecurityOf(device)).IsAuthenticated, Is.False);
        device.Commands.Clear();

        var outcome = await GapService.OpenAsync(device, other, GapService.LevelThree, GapService.Second);

        Assert.That(outcome.IsOpen, Is.True, outcome.ToString());
        Assert.That((await GapService.SecurityOf(device)).IsAuthenticated, Is.True);
        Assert.That(device.Commands.Of(IoCapabilityReply), Has.Length.EqualTo(1));
        Assert.That(
            device.Commands.IndexOfRequest(GapService.Second.Value), Is.GreaterThan(device.Commands.IndexOf(IoCapabilityReply)));
    });

    [Test, Property("Id", "GAP/SEC/SEM/BV-53-C")]
    public void SecondServiceOfLevelThree_BondedWithProtection_NeedsNothingNew() => _rig.Run(async () =>
    {
        var (device, other) = await PairOfDevices();
        await BondAndPart(device, other);
        await GapService.ServeAsync(other, GapService.LevelTwo);
        await GapService.ServeAsync(other, GapService.LevelThree, GapService.Second);

        var first = await GapService.OpenAsync(device, other, GapService.LevelTwo);
        var second = await GapService.OpenAsync(device, other, GapService.LevelThree, GapService.Second);

        Assert.That((first.IsOpen, second.IsOpen), Is.EqualTo((true, true)));
        Assert.That(device.Commands.Of(Authenticate), Has.Length.EqualTo(1));
        Assert.That(device.Commands.Of(IoCapabilityReply), Is.Empty);
    });

    private async Task<(GapDevice Device, GapDevice Other)> PairOfDevices(IPairingAgent? agent = null)
    {
        var (device, other) = (
            await _rig.AddAsync("device", agent ?? new YesAgent()), await _rig.AddAsync("other", agent ?? new YesAgent()));
        await device.OpenWindow();
        await other.OpenWindow();
        return (device, other);
    }

    private static async Task BondAndPart(GapDevice device, GapDevice other)
    {
        Assert.That((await device.Host.PairAsync(other.Address)).IsBonded, Is.True);
        await device.Host.DisconnectLinkAsync(other.Address);
        device.Commands.Clear();
    }

    // The other device's user could not compare digits when they paired, and can now.
    private static async Task PairWithoutProtection(GapDevice device, GapDevice other)
    {
        ((YesAgent)other.Agent).IoCapability = IoCapability.NoInputNoOutput;
        var outcome = await device.Host.PairAsync(other.Address);
        Assert.That(outcome.KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
        ((YesAgent)other.Agent).IoCapability = IoCapability.DisplayYesNo;
    }

    private static async Task Opens(
        GapDevice device, GapDevice other, SecurityRequirement level, LinkKeyType key, bool pairs)
    {
        await GapService.ServeAsync(other, level);

        var outcome = await GapService.OpenAsync(device, other, level);

        Assert.That(outcome.IsOpen, Is.True, outcome.ToString());
        Assert.That(await GapService.SecurityOf(device), Is.EqualTo(new LinkSecurity(EncryptionMode.AesCcm, 16, key)));
        Assert.That(device.Commands.Of(IoCapabilityReply), Has.Length.EqualTo(pairs ? 1 : 0));
        var (authenticated, encrypted, asked) = (
            device.Commands.IndexOf(Authenticate), device.Commands.IndexOf(Encrypt),
            device.Commands.IndexOfRequest(GapService.First.Value));
        Assert.That((authenticated >= 0, encrypted > authenticated, asked > encrypted), Is.EqualTo((true, true, true)));
    }
}
