using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.Usb;

/// <summary>The kernel's user channel, on an adapter of hci_vhci and on the dongle behind btusb.</summary>
internal sealed class UserChannelInGuestTests : UsbGuestTest
{
    // The kernel sets an adapter up for itself first, and takes it down again after 2 s.
    private const string IsDown = "hciconfig hci0 | grep -q 'DOWN'";

    private static readonly PanClientOptions ComesBack = new()
    {
        Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(300), Longest = TimeSpan.FromSeconds(2) },
    };

    [Test]
    public async Task Gn_OnAnAdapterOfVhci_IsReachedByAPeer()
    {
        await Guest.DoAsync("start_controller");
        await Guest.UntilAsync(IsDown, "the kernel has set hci0 up, and down again");
        await ServeAsync("hci-user:0");
        await JoinAsync(Rig.SecondAddress);
        await EndServingAsync();
        await Guest.UntilAsync(IsDown, "hci0 is the kernel's again");
    }

    [Test]
    public async Task Gn_OnAnAdapterThatIsUp_IsRefusedWithTheRemedy_AndWorksAfterIt()
    {
        await Guest.DoAsync("start_controller");
        await Guest.UntilAsync("hciconfig hci0 up", "hci0 is up");
        var refused = await Guest.RunAsync("hoststack gn --controller hci-user:0 --keys /tmp/keys.json --endpoint --for 1", Slow);
        Assert.That(refused.Status, Is.EqualTo(69), refused.Text);
        Assert.That(refused.Text, Does.Contain("hci0 is up").And.Contain("hciconfig hci0 down"));
        Assert.That(await Guest.DoAsync("hoststack controllers", Slow), Does.Contain("The adapter hci0 is up"), "without an opening, too");

        await Guest.DoAsync("hciconfig hci0 down");
        Assert.That(await Guest.DoAsync("hoststack controllers", Slow), Does.Contain("hci-user:0").And.Not.Contain("hci0 is up"));
        var served = await Guest.RunAsync("hoststack gn --controller hci-user:0 --keys /tmp/keys.json --endpoint --for 1", Slow);
        Assert.That(served.Status, Is.Zero, served.Text);
    }

    [Test]
    public async Task Gn_OnTheDongleBehindBtusb_IsReachedByAPeer()
    {
        await Rig.PlugAsync();
        await Guest.UntilAsync(IsDown, "the kernel has set hci0 up, and down again");
        await ServeAsync("hci-user:0");
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("btusb"));
        await JoinAsync(Rig.Address);
        await EndServingAsync();
    }

    [Test]
    public async Task Gn_DonglePulledFromUnderTheChannel_ComesBackByItself()
    {
        await Rig.PlugAsync();
        await Guest.UntilAsync(IsDown, "the kernel has set hci0 up, and down again");
        await ServeAsync("hci-user:0");
        var (peer, connection) = await JoinAsync(Rig.Address, ComesBack);
        await using var ended = connection;
        await Rig.PullAsync();
        await HappensAsync("controller-lost");
        await Guest.UntilAsync("grep 'was lost' /tmp/gn.log", "the command says so in words");

        // The kernel gives the number again, and sets the adapter up for itself before it lets anybody in.
        await Rig.ConnectAsync();
        await HappensAsync("controller-opened", 2);
        await peer.SeesAsync<PanConnected>(2);
        await AssertReachAsync(peer);
        Assert.That(peer.Count<Paired>(), Is.EqualTo(1), "by the stored key");
        await EndServingAsync();
    }
}
