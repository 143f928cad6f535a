using HostStack.Hci.Links;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Testing;
using HostStack.VirtualController.Controllers;

namespace HostStack.Host.Tests;

/// <summary>A dongle is unplugged and comes back, or another one does.</summary>
[TestFixture]
internal sealed class ReplugTests : ReopeningFixture
{
    private static readonly ControllerOptions Csr = new() { Name = "own", Address = Address, Manufacturer = 10 };
    private static readonly ControllerDevice OtherDongle = Dongle with { SerialNumber = "2" };

    private ControllerSlot _slot = null!;
    private SimulatedController _own = null!;

    [SetUp]
    public void SetUp()
    {
        _slot = new ControllerSlot();
        _own = Radio.Add(Csr);
    }

    [Test]
    public void SameDongle_ComesBack_IsUsedAtTheNextAttempt() => Simulation.Run(async () =>
    {
        _slot.Plug(_own.Source, Dongle);
        await using var host = await OpenAsync(_slot);
        using var reader = host.Events.Subscribe();
        Unplug();
        await Simulation.DelayAsync(TimeSpan.FromMinutes(10));
        _own.PowerOn();
        _slot.Plug(_own.Source, Dongle);
        await Simulation.DelayAsync(TimeSpan.FromSeconds(5.5));

        var status = await host.GetStatusAsync();
        Assert.That((status.State, status.Epoch, status.Problem), Is.EqualTo((HciHostState.Open, 2, (string?)null)));
        Assert.That(status.Controller!.Device, Is.EqualTo(Dongle));
        Assert.That(_slot.Asked.Skip(1), Is.All.EqualTo(Dongle), "the door is told which one is meant");

        // Once lost, then nothing there: 1 s, 2 s, 4 s, 5 s, and not a word for each attempt of ten minutes.
        Assert.That(
            reader.Drain().OfType<ControllerLost>().Select(static lost => lost.RetryIn!.Value.TotalSeconds),
            Is.EqualTo((double[])[1, 2, 4, 5]));
    });

    [Test]
    public void OtherSerial_SameAddress_IsNotEvenStarted_AndTheOldOneIsUsedWhenItReturns() => Simulation.Run(async () =>
    {
        var other = Radio.Add(Csr with { Name = "other" });
        _slot.Plug(_own.Source, Dongle);
        await using var host = await OpenAsync(_slot);
        using var reader = host.Events.Subscribe();
        Unplug();
        _slot.Plug(other.Source, OtherDongle);
        await Simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, status.Controller!.Device), Is.EqualTo((HciHostState.Failed, Dongle)));
        Assert.That(status.Problem, Does.StartWith("Another controller is in the place of this host's own: 0a12:0001, serial 2, not 0a12:0001, serial 1, address 00:1A:7D:DA:71:13"));
        Assert.That(reader.Drain().OfType<ControllerLost>().Last().Reason, Is.EqualTo(status.Problem));
        Assert.That(_slot.Started, Is.EqualTo(1), "only the host's own was ever sent anything");
        Assert.That(_slot.Closings, Is.EqualTo(_slot.Asked.Count), "each opening was let go");

        _own.PowerOn();
        _slot.Plug(_own.Source, Dongle);
        await Simulation.DelayAsync(TimeSpan.FromSeconds(5.5));
        Assert.That((await host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open));
    });

    [Test]
    public void OtherVersion_SameAddressAndNoSerial_IsClosedAgainBeforeAnybodyFindsIt() => Simulation.Run(async () =>
    {
        var other = Radio.Add(Csr with { Name = "other", Subversion = 2 });
        var seeker = await OpenAsync(
            Radio.Add(new ControllerOptions { Name = "seeker" }).Source, new BluetoothHostOptions { KeyStore = new InMemoryLinkKeyStore() });
        _slot.Plug(_own.Source);
        await using var host = await OpenAsync(_slot, new BluetoothHostOptions { Discoverable = true });
        Unplug();
        _slot.Plug(other.Source);
        var found = seeker.InquireAsync();
        await Simulation.DelayAsync(Awhile);

        var status = await host.GetStatusAsync();
        Assert.That((status.State, status.Controller!.Version.LmpSubversion), Is.EqualTo((HciHostState.Failed, (ushort)1)));
        Assert.That(status.Problem, Does.Contain("version 000A-0B-0002").And.Contain("version 000A-0B-0001"));
        Assert.That(_slot.Started, Is.GreaterThan(1));
        Assert.That(await found, Is.Empty);
        await seeker.DisposeAsync();
    });

    [Test]
    public void OtherAddress_IsNotUsed() => Simulation.Run(async () =>
    {
        var other = Radio.Add(Csr with { Name = "other", Address = BdAddr.Parse("00:1A:7D:DA:71:14") });
        _slot.Plug(_own.Source);
        await using var host = await OpenAsync(_slot);
        Unplug();
        _slot.Plug(other.Source);
        await Simulation.DelayAsync(Awhile);
        Assert.That((await host.GetStatusAsync()).Problem, Does.Contain("address 00:1A:7D:DA:71:14"));
        Assert.That(host.Address, Is.EqualTo(Address));
    });

    [Test]
    public void OtherSerial_OperatorAllowsIt_IsUsedWithTheBondsOfTheAddress_AndIsTheHostsOwnFromNowOn() => Simulation.Run(async () =>
    {
        var other = Radio.Add(Csr with { Name = "other", Subversion = 2 });
        (ControllerInfo Known, ControllerInfo Found)? asked = null;
        _slot.ReopensSameOnly = true;
        _slot.Plug(_own.Source, Dongle);
        await using var host = await OpenAsync(_slot, new BluetoothHostOptions
        {
            AcceptsOtherController = (known, found) =>
            {
                asked = (known, found);
                return found.Device == OtherDongle;
            },
        });
        await BondAsync(host);
        Unplug();
        _slot.Plug(other.Source, OtherDongle);
        await Simulation.DelayAsync(Awhile);

        Assert.That((asked!.Value.Known.Device, asked.Value.Found.Device), Is.EqualTo((Dongle, OtherDongle)));
        var status = await host.GetStatusAsync();
        Assert.That((status.State, status.Controller!.Device), Is.EqualTo((HciHostState.Open, OtherDongle)));
        Assert.That((await host.GetBondsAsync()).Select(static bond => bond.Peer), Is.EqualTo(new[] { Peer }));

        // The first one is now the other one, which the operator did not allow.
        other.PowerOff();
        _own.PowerOn();
        _slot.Plug(_own.Source, Dongle);
        await Simulation.DelayAsync(Awhile);
        Assert.That((await host.GetStatusAsync()).Problem, Does.StartWith("Another controller").And.Contain("serial 1, address"));
    });

    [Test]
    public void SameDongle_OtherFirmware_IsUsedWithItsBonds() => Simulation.Run(async () =>
    {
        var patched = Radio.Add(Csr with { Name = "patched", Subversion = 0x8891 });
        _slot.Plug(_own.Source, Dongle);
        await using var host = await OpenAsync(_slot);
        var before = await host.GetStatusAsync();
        await BondAsync(host);
        var foreign = Keys.List()[0] with { Id = new LinkKeyId(new ControllerIdentity(Address, "of a third one"), new PeerAddress(Address)) };
        Keys.Save(foreign);
        Unplug();
        _slot.Plug(patched.Source, Dongle);
        await Simulation.DelayAsync(Awhile);

        var after = await host.GetStatusAsync();
        Assert.That((after.State, after.Controller!.Version.LmpSubversion), Is.EqualTo((HciHostState.Open, (ushort)0x8891)));
        Assert.That(after.Controller.Fingerprint, Is.Not.EqualTo(before.Controller!.Fingerprint));
        Assert.That((await host.GetBondsAsync()).Select(static bond => bond.Peer), Is.EqualTo(new[] { Peer }));
        Assert.That(Keys.Find(foreign.Id), Is.Not.Null, "rows of another controller are left alone");
    });

    [Test]
    public void OperatorsCallbackThrows_IsTriedAgain() => Simulation.Run(async () =>
    {
        var other = Radio.Add(Csr with { Name = "other", Subversion = 2 });
        var calls = 0;
        _slot.Plug(_own.Source);
        await using var host = await OpenAsync(_slot, new BluetoothHostOptions
        {
            AcceptsOtherController = (_, _) => ++calls > 2 ? true : throw new InvalidOperationException("The operator is out."),
        });
        Unplug();
        _slot.Plug(other.Source);
        await Simulation.DelayAsync(Awhile);
        Assert.That(((await host.GetStatusAsync()).State, calls), Is.EqualTo((HciHostState.Open, 3)));
    });

    private void Unplug()
    {
        _slot.Unplug();
        _own.PowerOff();
    }
}

/// <summary>What a reader has.</summary>
internal static class HostEventReaderExtensions
{
    public static List<HostEvent> Drain(this HostEventReader reader)
    {
        var events = new List<HostEvent>();
        while (reader.TryRead(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }
}
