using HostStack.Hci.Links;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.Testing;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Host.Tests;

/// <summary>Bonds outlive firmware, restarts and openings that fail halfway, and go to no other controller by themselves.</summary>
[TestFixture]
internal sealed class BondKeepingTests
{
    private const ushort Csr = 10;
    private const ushort Realtek = 93;
    private static readonly BdAddr Address = BdAddr.Parse("00:1A:7D:DA:71:13");
    private static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));
    private static readonly ControllerDevice Dongle = new() { Usb = new UsbId(0x0A12, 0x0001), SerialNumber = "1" };
    private static readonly TimeSpan Awhile = TimeSpan.FromSeconds(20);

    private BrittleStore _keys = null!;
    private Simulation _simulation = null!;
    private VirtualRadio _radio = null!;
    private int _loops;

    [SetUp]
    public void SetUp()
    {
        _simulation = new Simulation(seed: 1);
        _radio = VirtualRadio.In(_simulation);
        _keys = new BrittleStore();
        _loops = 0;
    }

    [TearDown]
    public void TearDown()
    {
        _radio.Dispose();
        _simulation.Dispose();
    }

    [Test]
    public void ResetInPlace_TellsTheIdentityOfAnotherController_IsRefusedAndGetsNoKeys() => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Realtek));
        await using var host = await OpenAsync(door);
        var own = (await host.GetStatusAsync()).Controller!;
        Bond(BdAddr.Parse("00:1A:7D:DA:71:FF"), own.Fingerprint);
        door.FirstAddressOctet = 0xFF;
        door.Break();
        await _simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, host.Address), Is.EqualTo((HciHostState.Failed, Address)));
        Assert.That(status.Problem, Does.StartWith("Another controller").And.Contain("00:1A:7D:DA:71:FF"));
        Assert.That(status.Bonds, Is.Empty);

        door.FirstAddressOctet = null;
        await _simulation.DelayAsync(Awhile);
        Assert.That((await host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open), "its own is used when it is itself again");
    });

    [Test]
    public void ResetInPlace_OtherFirmware_BondsGoOn() => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        Bond(Address, (await host.GetStatusAsync()).Controller!.Fingerprint);
        door.Subversion = 0x91;
        door.Break();
        await _simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, door.Openings, status.Controller!.Version.LmpSubversion), Is.EqualTo((HciHostState.Open, 1, (ushort)0x91)));
        Assert.That(status.Bonds.Single().Peer, Is.EqualTo(Peer));
    });

    [Test]
    public void Restart_OtherFirmware_BondsAreThere() => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Realtek));
        await using (var host = await OpenAsync(door))
        {
            Bond(Address, (await host.GetStatusAsync()).Controller!.Fingerprint);
        }

        door.Subversion = 0x91;
        await using var again = await OpenAsync(door);
        Assert.That((await again.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
        Assert.That((await again.GetStatusAsync()).Warning, Is.Null);
    });

    [Test]
    public void Restart_RowsWithTheNumberOfTheFirmware_AreReadStill_TheLatestFirst() => _simulation.Run(async () =>
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
        Assert.That(_keys.Find(new LinkKeyId(identity, Peer))!.Key, Is.EqualTo(Key(3)), "that of the firmware which it has now");
        Assert.That(_keys.Find(new LinkKeyId(identity, other))!.Key, Is.EqualTo(Key(2)));
        Assert.That(_keys.List().Select(static row => row.Id.Controller.Fingerprint[..7]), Is.EquivalentTo(new[] { "005D-0B", "005D-0B", "005D-0A" }));
    });

    [Test]
    public void Restart_CopyWithTheSameAddress_GetsNothing_UntilTheOperatorSaysSo([Values] bool atTheStart) => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr));
        await using (var host = await OpenAsync(door))
        {
            Bond(Address, (await host.GetStatusAsync()).Controller!.Fingerprint);
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
    public void Reopening_FailsHalfway_BondsAreTakenOverAtTheNext() => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        Bond(Address, (await host.GetStatusAsync()).Controller!.Fingerprint);
        door.Subversion = 0x91;
        door.EndingsAtScanEnable = 2;
        door.Leave();
        await _simulation.DelayAsync(Awhile);

        Assert.That((door.Openings, door.EndingsAtScanEnable), Is.EqualTo((4, 0)));
        Assert.That((await host.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
    });

    [Test]
    public void Reopening_StoreCannotBeWritten_IsWarnedOf_AndTriedAgainAtTheNext() => _simulation.Run(async () =>
    {
        var door = new LyingDoor(Controller(Csr), Dongle);
        await using var host = await OpenAsync(door);
        using var reader = host.Events.Subscribe();
        Bond(Address, (await host.GetStatusAsync()).Controller!.Fingerprint);
        _keys.IsBroken = true;
        door.Subversion = 0x91;
        door.Leave();
        await _simulation.DelayAsync(Awhile);
        Assert.That(await host.GetBondsAsync(), Is.Empty);
        var warnings = reader.Drain().OfType<ControllerWarned>().Select(static warned => warned.Sentence);
        Assert.That(warnings.Single(static sentence => sentence.Contains("bonds", StringComparison.Ordinal)), Is.EqualTo(
            "The controller's earlier bonds cannot be taken over: The disk is full; make room. It is tried again when the controller is opened again."));

        // Again other firmware meanwhile: whatever it told is its own.
        _keys.IsBroken = false;
        door.Subversion = 0x92;
        door.Leave();
        await _simulation.DelayAsync(Awhile);
        Assert.That((await host.GetBondsAsync()).Single().Peer, Is.EqualTo(Peer));
        Assert.That((await host.GetStatusAsync()).Warning, Is.Null);
    });

    private static Hci.Packets.LinkKey Key(byte octet) => new([.. Enumerable.Repeat(octet, 16)]);

    private IControllerSource Controller(ushort maker) =>
        _radio.Add(new ControllerOptions { Name = "own", Address = Address, Manufacturer = maker }).Source;

    private void Bond(BdAddr address, string fingerprint, PeerAddress? peer = null, byte octet = 7) => _keys.Save(new LinkKeyRow
    {
        Id = new LinkKeyId(new ControllerIdentity(address, fingerprint), peer ?? Peer),
        Key = Key(octet),
        Type = LinkKeyType.UnauthenticatedP192,
    });

    private Task<BluetoothHost> OpenAsync(IControllerSource source, BluetoothHostOptions? options = null) =>
        BluetoothHost.OpenAsync(source, (options ?? new BluetoothHostOptions()) with
        {
            Loop = _simulation.CreateLoop($"host {_loops++}"),
            CallbackScheduler = _simulation.Callbacks,
            KeyStore = _keys,
        });

    private sealed class BrittleStore : ILinkKeyStore
    {
        private readonly InMemoryLinkKeyStore _rows = new();

        public bool IsBroken { get; set; }

        public LinkKeyRow? Find(LinkKeyId id) => _rows.Find(id);

        public IReadOnlyList<LinkKeyRow> List() => _rows.List();

        public void Save(LinkKeyRow row)
        {
            Check();
            _rows.Save(row);
        }

        public bool Remove(LinkKeyId id)
        {
            Check();
            return _rows.Remove(id);
        }

        private void Check()
        {
            if (IsBroken)
            {
                throw new KeyStoreException("The disk is full; make room.");
            }
        }
    }
}
