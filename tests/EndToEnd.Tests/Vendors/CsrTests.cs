using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Commands;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>Hosts on virtual CSR chips, and on copies of them.</summary>
[TestFixture]
internal sealed class CsrTests
{
    private const string Wanted = "00:11:22:33:44:55";
    private const string CopySentence =
        "The controller is a copy that uses the ids of a CSR chip; commands that such copies do not have are left out.";

    [Test]
    public void Original_NobodyAsksForAnAddress_NothingOfCsrsIsSent() => World.Run(async world =>
    {
        var model = Chip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That(model.VendorCommands, Is.Empty);
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    [TestCase(true, TestName = "Address_BehindUsb_TheChipLeavesItsBus_AndIsOpenedAgain")]
    [TestCase(false, TestName = "Address_BehindAUart_TheChipStartsOver")]
    public void Address_IsGiven_AndUsed(bool leaves) => World.Run(async world =>
    {
        var model = Chip(leaves);
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf(), Wanted);
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse(Wanted)));
        Assert.That((model.Restarts, model.Violations.Count), Is.EqualTo((1, 0)));
        await VendorWorld.PingAsync(world, station);
    });

    [TestCase(true, TestName = "Address_WhileTheChipIsAway_ASourceThatKnowsItAgain_TakesNoOther")]
    [TestCase(false, TestName = "Address_WhileTheChipIsAway_ASourceThatOpensTheNextOne_IsGivenItBack")]
    public void Address_WhileTheChipIsAway_AnotherControllerIsLeftAlone(bool knowsAgain) => World.Run(async world =>
    {
        var model = Chip(leaves: true);
        var builtIn = world.Radio.Add(new ControllerOptions
        {
            Name = "built-in",
            Vendor = new CsrModel { Device = VendorWorld.Usb(0x8087, 0x0A2B) },
        });
        FirstOfMany? bus = null;
        var station = await world.HostAsync(
            2, VendorWorld.Options(new FirmwareShelf(), Wanted), new ControllerOptions { Vendor = model },
            wire: own => bus = new FirstOfMany([own.Source, builtIn.Source], knowsAgain));
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse(Wanted)));
        Assert.That((await VendorWorld.InfoAsync(station)).Device, Is.EqualTo(model.Device));
        Assert.That((model.Restarts, model.Violations.Count), Is.EqualTo((1, 0)));
        Assert.That(bus!.Started, Is.All.EqualTo(model.Device), "nothing was ever sent to the other one");
        Assert.That(bus.Asked.Skip(1), Is.Not.Empty.And.All.EqualTo(model.Device with { StaysInPlace = true }));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void Address_AChipWithoutOne_GetsIt() => World.Run(async world =>
    {
        var model = Chip();
        var station = await VendorWorld.OpenAsync(
            world, model, new FirmwareShelf(), Wanted, new ControllerOptions { Address = default(BdAddr) });
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse(Wanted)));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void Address_ThatItHas_IsNotWrittenAgain() => World.Run(async world =>
    {
        var model = Chip();
        await VendorWorld.OpenAsync(world, model, new FirmwareShelf(), Wanted, new ControllerOptions { Address = BdAddr.Parse(Wanted) });
        Assert.That(model.VendorCommands, Is.Empty);
    });

    [TestCase(true)]
    [TestCase(false)]
    public void Address_ThatTheChipDoesNotKeep_EndsTheOpening(bool leaves) => World.Run(async world =>
    {
        var model = Chip(leaves, keeps: true);
        var sentence = await VendorWorld.SentenceOfFailureAsync(
            world, VendorWorld.OpenAsync(world, model, new FirmwareShelf(), Wanted), TimeSpan.FromSeconds(20));
        Assert.That(sentence, Is.EqualTo(leaves
            ? "The controller started over and has not the address that it was given, as copies of CSR chips do; leave out --device-address."
            : $"The controller cannot be given the address {Wanted}: The chip took it and keeps its own, as copies of CSR chips do; leave out --device-address, its own is 00:1B:DC:00:01:01."));
        Assert.That(model.Restarts, Is.EqualTo(1), "what it did not keep once it is not given twice");
        Assert.That(model.Violations, Is.Empty);
    });

    // A firmware number that no original of this version has, on a chip that takes an address.
    [Test]
    public void Copy_ThatStartsOverAndHasToSleep_IsOpenedAgainForEach_AndIsOneOpeningToEverybody() => World.Run(async world =>
    {
        var model = new CsrModel { Device = VendorWorld.Usb(0x0A12, 0x0001, 0x1234) with { HasSlept = false }, LeavesItsBus = true, Build = 0x1899 };
        FirstOfMany? door = null;
        var station = await world.HostAsync(
            2, VendorWorld.Options(new FirmwareShelf(), Wanted), new ControllerOptions { Vendor = model },
            wire: own => door = new FirstOfMany([own.Source], knowsAgain: true));
        var restarted = model.Device with { StaysInPlace = true };
        Assert.That(door!.Asked.Distinct(), Is.EqualTo(new[] { null, restarted, restarted with { MustSleep = true } }));
        Assert.That((door.Started.Count, model.Restarts), Is.EqualTo((3, 1)));
        Assert.That((await station.Host.GetStatusAsync()).Epoch, Is.EqualTo(1));

        // Without power it forgets the address; this door knows nothing of sleep.
        station.Controller.PowerOff();
        station.Controller.PowerOn();
        await world.UntilAsync(() => station.EventsOf<ControllerOpened>().Any(), "opened again");
        Assert.That((door.Started.Count, model.Restarts, model.Violations.Count), Is.EqualTo((6, 2, 0)));
        Assert.That(station.EventsOf<ControllerOpened>().Select(static opened => opened.Epoch), Is.EqualTo((int[])[2]));
        Assert.That(station.EventsOf<ControllerLost>().Count(), Is.EqualTo(1));
        Assert.That(
            station.EventsOf<ControllerWarned>().Count(static warned => warned.Sentence.Contains("slept once", StringComparison.Ordinal)), Is.EqualTo(1));
        await VendorWorld.PingAsync(world, station);
    });

    [TestCase(1000, TestName = "Opening_GivenUp_WhileTheChipStartsOver_EndsAtOnce")]
    [TestCase(100, TestName = "Opening_GivenUp_WhileTheChipIsAway_EndsAtOnce")]
    public void Opening_GivenUp_EndsAtOnce(int away) => World.Run(async world =>
    {
        // Behind USB it is waited for until it leaves: one that never does is in the middle of its start-up.
        var model = Chip(leaves: away == 100);
        var door = new FirstOfMany([world.Radio.Add(new ControllerOptions { Vendor = model }).Source], knowsAgain: true);
        using var stop = new CancellationTokenSource();
        var opening = BluetoothHost.OpenAsync(
            door, VendorWorld.Options(new FirmwareShelf(), Wanted) with { Loop = world.Simulation.CreateLoop("alone"), CallbackScheduler = world.Simulation.Callbacks },
            loggerFactory: null, stop.Token);
        await world.UntilAsync(() => model.Restarts == 1, "it starts over");
        await world.DelayAsync(away);
        GiveUp(stop);
        var failure = await world.EndsWithinAsync(opening, TimeSpan.FromMilliseconds(300), "opening");
        Assert.That(failure, Is.InstanceOf<OperationCanceledException>());
        await world.DelayAsync(TimeSpan.FromSeconds(10));
        Assert.That(door.Asked, Has.Count.EqualTo(1), "nothing is opened for nobody");
    });

    [Test]
    public void Host_ClosedWhileTheChipIsAway_OpensNothingAnyMore() => World.Run(async world =>
    {
        var model = Chip(leaves: true);
        FirstOfMany? door = null;
        var station = await world.HostAsync(
            2, VendorWorld.Options(new FirmwareShelf(), Wanted), new ControllerOptions { Vendor = model },
            wire: own => door = new FirstOfMany([own.Source], knowsAgain: true));
        station.Controller.PowerOff();
        station.Controller.PowerOn();
        await world.UntilAsync(() => model.Restarts == 2, "it starts over");
        var asked = door!.Asked.Count;
        await station.Host.DisposeAsync();
        await world.DelayAsync(TimeSpan.FromSeconds(10));
        Assert.That(door.Asked, Has.Count.EqualTo(asked));
        Assert.That(station.EventsOf<ControllerOpened>(), Is.Empty);
    });

    [Test]
    public void Address_Refused_EndsTheOpening() => World.Run(async world =>
    {
        var model = Chip(status: 0x0003);
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, new FirmwareShelf(), Wanted)),
            Does.StartWith($"The controller cannot be given the address {Wanted}: The chip refuses it, as copies of CSR chips do; leave out --device-address"));
        Assert.That(model.Restarts, Is.Zero);
    });

    [Test]
    public void Address_OfAChipThatNobodyKnows_EndsTheOpening() => World.Run(async world =>
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, world.HostAsync(2, VendorWorld.Options(new FirmwareShelf(), Wanted))),
            Does.Contain("Only CSR and Broadcom chips that are known as such take one")));

    [TestCase("00:00:00:00:00:00", "has no address")]
    [TestCase("00:1A:7D:DA:71:13", "is the one of all CSR8510 A10 and its copies")]
    [TestCase("00:02:5B:00:A5:A5", "is the one of all CSR chips without an address in their store")]
    public void Address_ThatManyHave_IsSaid(string address, string expected) => World.Run(async world =>
    {
        var options = new ControllerOptions { Address = BdAddr.Parse(address) };
        var station = await VendorWorld.OpenAsync(world, Chip(), new FirmwareShelf(), controller: options);
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.Contains(expected));
    });

    [Test]
    public void Copy_LocksUpAtWhatItTellsOf_AndIsNeverAsked() => World.Run(async world =>
    {
        var model = new CsrCopyModel { Device = VendorWorld.Usb(0x0A12, 0x0001, 0x0134) };
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That(model.Violations, Is.Empty);
        Assert.That(station.Credits.Counters.Resets, Is.Zero, "up at the first attempt");
        var controller = (await VendorWorld.InfoAsync(station));
        Assert.That(controller.KnownQuirks, Is.EqualTo(VersionQuirks.All[0].Quirks));
        Assert.That(controller.Quirks, Is.EqualTo((string[])[CopySentence]), "one copy, one sentence");
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void Copy_WhatItDoesNotHave_IsRefusedByTheHost_WhoeverAsksForIt() => World.Run(async world =>
    {
        var model = new CsrCopyModel { Device = VendorWorld.Usb(0x0A12, 0x0001, 0x0134) };
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        var host = Reachable.From<HciHost>(station.Host).Single();
        var arrived = station.Controller.Counters.Commands;
        foreach (var opCode in model.LocksUpAt.Concat(model.AnswersShort))
        {
            var answer = await station.Loop.RunAsync(() => host.SendAsync(new RawCommand(new OpCode(opCode), default)));
            Assert.That(answer.Status, Is.EqualTo(HciStatus.UnknownCommand), $"0x{opCode:X4}");
        }

        Assert.That((station.Controller.Counters.Commands, model.Violations.Count), Is.EqualTo((arrived, 0)), "nothing has reached the chip");
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void EarlyOriginal_LeavesItsBusAtReset_AndIsResetOnlyAtTheEnd() => World.Run(async world =>
    {
        var model = EarlyChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That((model.Restarts, station.Credits.Counters.Resets), Is.EqualTo((0, 0)), "up at the first attempt");
        var controller = await VendorWorld.InfoAsync(station);
        Assert.That((controller.KnownQuirks, controller.Quirks.Count), Is.EqualTo((ControllerQuirks.LeavesBusAtReset, 0)));
        await VendorWorld.PingAsync(world, station);
        await station.Host.DisposeAsync();
        Assert.That(model.Restarts, Is.EqualTo(1), "so that the next host finds it as it begins");
    });

    [Test]
    public void EarlyOriginal_Fails_LeavesItsBusAtTheResetInPlace_AndIsOpenedAgain() => World.Run(async world =>
    {
        var model = EarlyChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        station.Controller.RaiseHardwareError();
        await world.UntilAsync(() => station.EventsOf<ControllerOpened>().Any(), "opened again");
        Assert.That(model.Restarts, Is.EqualTo(1));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void EarlyOriginal_GetsAnAddress_ByItsWarmResetAlone() => World.Run(async world =>
    {
        var model = EarlyChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf(), Wanted);
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse(Wanted)));
        Assert.That((model.Restarts, model.Violations.Count), Is.EqualTo((1, 0)));
        await VendorWorld.PingAsync(world, station);
    });

    // Not what copies are known for, but what they would do to this host: Read Local Supported Commands, Read Local Extended
    // Features, Read Buffer Size.
    [Test]
    public void Copy_AnswersBringUpTooShort_IsUsed_AndEachIsToldOnce() => World.Run(async world =>
    {
        var model = new CsrCopyModel
        {
            Device = VendorWorld.Usb(0x0A12, 0x0001, 0x0134),
            AnswersShort = new HashSet<ushort> { 0x1002, 0x1004, 0x1005 },
        };
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Is.EqualTo((string[])
        [
            CopySentence,
            "The controller refuses command Read Local Supported Commands (0x04|0x0002) (Unspecified); it is left as it is.",
            "The controller refuses command Read Local Extended Features (0x04|0x0004) (Unspecified); it is left as it is.",
            "The controller tells of no ACL buffers; one packet at a time is sent.",
        ]));
        Assert.That((station.Credits.Counters.MalformedReturns, station.Credits.Counters.Resets), Is.EqualTo((3, 0)));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void Copy_WithoutBuffersSimplePairingOrAddress_StillOpens() => World.Run(async world =>
    {
        var model = new CsrCopyModel { Device = VendorWorld.Usb(0x0A12, 0x0001, 0x2520), HciVersion = 0x06, Revision = 0x3120, Subversion = 0x22BB };
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf(), controller: new ControllerOptions
        {
            AclLength = 0,
            AclCount = 0,
            SimplePairing = false,
            SecureConnections = false,
            Address = default(BdAddr),
        });
        Assert.That(model.Violations, Is.Empty);
        var controller = (await VendorWorld.InfoAsync(station));
        Assert.That(controller.Quirks, Has.Some.Contains("no ACL buffers").And.Some.Contains("no address").And.One.Contains("no Secure Simple Pairing"));
        Assert.That((controller.SimplePairing, controller.Buffers.Packets), Is.EqualTo((false, 1)));
    });

    [Test]
    public void Copy_BehindADoorThatCannotLetItSleep_IsOpenedTwiceAndNoMore_AndSaysSo() => World.Run(async world =>
    {
        var model = new CsrCopyModel { Device = VendorWorld.Usb(0x0A12, 0x0001, 0x1234) with { HasSlept = false } };
        FirstOfMany? door = null;
        var station = await world.HostAsync(
            2, VendorWorld.Options(new FirmwareShelf()), new ControllerOptions { Vendor = model },
            wire: own => door = new FirstOfMany([own.Source], knowsAgain: true));
        Assert.That(door!.Asked, Is.EqualTo(new[] { null, model.Device with { StaysInPlace = true, MustSleep = true } }));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.EqualTo(
            "The controller may give no data before it has slept once, and could not be let sleep; on Linux install the udev rule of HostStack or run as root (docs/usb.md), elsewhere use another dongle if connections fail."));
        await VendorWorld.PingAsync(world, station);
    });

    // Here and now: on the thread pool, virtual time would not wait for it.
    private static void GiveUp(CancellationTokenSource stop) => stop.Cancel();

    // Build 115, of Bluetooth 1.1.
    private static CsrModel EarlyChip() => new()
    {
        Device = VendorWorld.Usb(0x0A12, 0x0001, 0x0115),
        HciVersion = 0x01,
        Build = 115,
        LeavesItsBus = true,
        LeavesAtReset = true,
    };

    private static CsrModel Chip(bool leaves = false, bool keeps = false, ushort status = 0) => new()
    {
        Device = VendorWorld.Usb(0x0A12, 0x0001, 0x8891),
        LeavesItsBus = leaves,
        KeepsItsAddress = keeps,
        MessageStatus = status,
    };
}
