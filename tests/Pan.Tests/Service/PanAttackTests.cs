using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan.Authorization;
using HostStack.Pan.Tests.Rig;

namespace HostStack.Pan.Tests.Service;

/// <summary>A peer that nobody asked imposes a network: CVE-2017-0783 (Android), CVE-2017-8628 (Windows).</summary>
[TestFixture]
internal sealed class PanAttackTests
{
    // The attacker comes as NAP and wants this side as its PANU, to become its router.
    private static readonly byte[] ImposeNap = [0x01, 0x01, 0x02, 0x11, 0x15, 0x11, 0x16];
    private static readonly byte[] Frame =
        [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0x01, 0x08, 0x06, 0x00, 0x01];

    private RigNet _net = null!;
    private RigHost _host = null!;
    private RigPort _port = null!;

    [SetUp]
    public void SetUp()
    {
        _net = new RigNet();
        _host = _net.Add(0x00AA_0101_0042);
        _port = new RigPort(_host.Mac);
    }

    [TearDown]
    public async Task TearDown()
    {
        Assert.That(_net.Loop.Faults, Is.Zero);
        Assert.That(_port.Frames, Is.Empty, "nothing of the attacker reaches the machine");
        Assert.That(_port.Carrier, Is.False);
        Assert.That(_host.Events.OfType<PeerJoined>(), Is.Empty);
        await _port.DisposeAsync();
        _net.Dispose();
    }

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void ImposedNap_OnAnUnencryptedLink_IsRefused()
    {
        Serve(PanRole.Panu, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = _host.ConnectRaw(0x1, LinkSecurity.None, SecurityShortfall.NotEncrypted);

        Assert.That(raw.SetUp(ImposeNap), Is.EqualTo(0x0004));
        raw.Send(Frame);
        Assert.That(_host.Events.OfType<SetupRefused>().Single().Layer, Is.EqualTo(RefusalLayer.Security));
    }

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void ImposedNap_OfAPeerThatIsNotBonded_IsRefused()
    {
        Serve(PanRole.Panu, new PanServiceOptions());
        var raw = _host.ConnectRaw(0x1);

        Assert.That(raw.SetUp(ImposeNap), Is.EqualTo(0x0004));
        raw.Send(Frame);
    }

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void ImposedNap_WherePanuIsNotServed_IsRefused()
    {
        Serve(PanRole.Gn, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = _host.ConnectRaw(0x1);

        Assert.That(raw.SetUp(ImposeNap), Is.EqualTo(0x0004));
        raw.Send(Frame);
    }

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void NothingServed_NothingListens() => Assert.That(_host.Registration, Is.Null);

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void ImposedNap_EveryTruncation_OpensNothing([Range(0, 6)] int length)
    {
        Serve(PanRole.Panu, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = _host.ConnectRaw(0x1);

        raw.Send(ImposeNap[..length]);
        raw.Send(Frame);
    }

    [Test, Category("Attack"), Property("Id", "CVE-2017-0783"), Property("Id", "CVE-2017-8628")]
    public void FrameBeforeSetup_EveryTruncation_IsDropped([Range(0, 17)] int length)
    {
        Serve(PanRole.Panu, new PanServiceOptions { Authorization = AuthorizationRule.All });
        var raw = _host.ConnectRaw(0x1);

        raw.Send(Frame[..length]);
    }

    private void Serve(PanRole role, PanServiceOptions options) => _net.On(() => _host.Pan.Serve(role, _port, options));
}
