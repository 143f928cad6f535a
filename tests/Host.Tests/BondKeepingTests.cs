using HostStack.Hci.Links;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Testing;
using HostStack.VirtualController.Controllers;

namespace HostStack.Host.Tests;

/// <summary>Bonds outlive firmware, restarts and openings that fail halfway, and go to no other controller by themselves.</summary>
[TestFixture]
internal sealed class BondKeepingTests : ReopeningFixture
{
    private const ushort Csr = 10;
    private const ushort Realtek = 93;

    [Test]
    public void ResetInPlace_TellsTheIdentityOfAnotherController_IsRefusedAndGetsNoKeys() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Realtek));
        await using var host = await OpenAsync(door);
        var own = (await host.GetStatusAsync()).Controller!;
        Bond(BdAddr.Parse("00:1A:7D:DA:71:FF"), own.Fingerprint);
        door.FirstAddressOctet = 0xFF;
        door.Break();
        await Simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, host.Address), Is.EqualTo((HciHostState.Failed, Address)));
        Assert.That(status.Problem, Does.StartWith("Another controller").And.Contain("00:1A:7D:DA:71:FF"));
        Assert.That(status.Bonds, Is.Empty);

        door.FirstAddressOctet = null;
        await Simulation.DelayAsync(Awhile);
        Assert.That((await host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open), "its own is used when it is itself again");
    });

    [Test]
    public void ResetInPlace_OtherFirmware_BondsGoOn() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        await BondAsync(host);
        door.Subversion = 0x91;
        door.Break();
        await Simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, door.Openings, status.Controller!.Version.LmpSubversion), Is.EqualTo((HciHostState.Open, 1, (ushort)0x91)));
        Assert.That(status.Bonds.Single().Peer, Is.EqualTo(Peer));
    });

    [Test]
    public void Restart_OtherFirmware_BondsAreThere() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Realtek));
        await using (var host = await OpenAsync(door))
        {
            await BondAsync(host);
        }

        door.Subversion = 0x91;
        await using var again = await OpenAsync(door);
        Assert.That((await again.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
        Assert.That((await again.GetStatusAsync()).Warning, Is.Null);
    });

    [Test]
    public void Restart_RowsWithTheNumberOfTheFirmware_AreReadStill_TheLatestFirst() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Realtek)) { Subversion = 0x91 };
        var other = new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:35"));
        string fingerprint;
        await using (var host = await OpenAsync(door))
        {
            fingerprint = (await host.GetStatusAsync()).Controller!.Fingerprint;
        }

        Assert.That(fingerprint, Does.StartWith("005D-0B-").And.Length.EqualTo(24));
        Bond(Address, fingerprint.Insert(7, "-0071"), octet: 1);
        Bond(Address, fingerprint.Insert(7, "-0071"), other, octet: 2);
        Bond(Address, fingerprint.Insert(7, "-0091"), octet: 3);
        Bond(Address, "005D-0A" + fingerprint.Insert(7, "-0091")[7..], octet: 4);
        await using var again = await OpenAsync(door);
        var identity = new ControllerIdentity(Address, fingerprint);
        Assert.That((await again.GetBondsAsync()).Select(static bond => bond.Peer), Is.EquivalentTo(new[] { Peer, other }));
        Assert.That(Keys.Find(new LinkKeyId(identity, Peer))!.Key, Is.EqualTo(Key(3)), "that of the firmware which it has now");
        Assert.That(Keys.Find(new LinkKeyId(identity, other))!.Key, Is.EqualTo(Key(2)));
        Assert.That(Keys.List().Select(static row => row.Id.Controller.Fingerprint[..7]), Is.EquivalentTo(new[] { "005D-0B", "005D-0B", "005D-0A" }));
    });

    [Test]
    public void Restart_CopyWithTheSameAddress_GetsNothing_UntilTheOperatorSaysSo([Values] bool atTheStart) => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr));
        await using (var host = await OpenAsync(door))
        {
            await BondAsync(host);
        }

        door.Subversion = 0x91;
        await using (var copy = await OpenAsync(door))
        {
            var status = await copy.GetStatusAsync();
            Assert.That(status.Bonds, Is.Empty);
            Assert.That(status.Warning, Is.EqualTo(
                "A bond of address 00:1A:7D:DA:71:13 came about with a controller that told other versions, and is not used; "
                + "where this is the same one with other firmware, start once with --accept-controller (\"acceptOtherController\", "
                + "AdoptBondsAsync), else pair again."));
            if (!atTheStart)
            {
                Assert.That(await copy.AdoptBondsAsync(), Is.EqualTo(1));
                status = await copy.GetStatusAsync();
                Assert.That((status.Bonds.Single().Peer, status.Warning), Is.EqualTo((Peer, (string?)null)));
            }
        }

        await using var last = await OpenAsync(door, new BluetoothHostOptions { AdoptsBonds = atTheStart });
        Assert.That((await last.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
    });

    [Test]
    public void Reopening_FailsHalfway_BondsAreTakenOverAtTheNext() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        await BondAsync(host);
        door.Subversion = 0x91;
        door.EndingsAtScanEnable = 2;
        door.Leave();
        await Simulation.DelayAsync(Awhile);

        Assert.That((door.Openings, door.EndingsAtScanEnable), Is.EqualTo((4, 0)));
        Assert.That((await host.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
    });

    [Test]
    public void Reopening_StoreCannotBeWritten_IsWarnedOf_AndTriedAgainAtTheNext() => Simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        using var reader = host.Events.Subscribe();
        await BondAsync(host);
        Keys.IsBroken = true;
        door.Subversion = 0x91;
        door.Leave();
        await Simulation.DelayAsync(Awhile);
        Assert.That(await host.GetBondsAsync(), Is.Empty);
        var warnings = reader.Drain().OfType<ControllerWarned>().Select(static warned => warned.Sentence);
        Assert.That(warnings.Single(static sentence => sentence.Contains("bonds", StringComparison.Ordinal)), Is.EqualTo(
            "The controller's earlier bonds cannot be taken over: The disk is full; make room. It is tried again when the controller is opened again."));

        // Again other firmware meanwhile: whatever it told is its own.
        Keys.IsBroken = false;
        door.Subversion = 0x92;
        door.Leave();
        await Simulation.DelayAsync(Awhile);
        Assert.That((await host.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
        Assert.That((await host.GetStatusAsync()).Warning, Is.Null);
    });

    private IControllerSource Controller(ushort maker) =>
        Radio.Add(new ControllerOptions { Name = "own", Address = Address, Manufacturer = maker }).Source;
}
