using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing;
using HostStack.Testing.Usb;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbTransportTests
{
    [Test]
    public async Task Open_UsualDongle_ClaimsBothInterfacesAndGivesThemBack()
    {
        var rig = new UsbTransportRig();
        Assert.That(rig.Device.Calls, Is.EqualTo(new[] { "claim 0", "claim 1", "alternate 1.0" }));
        await rig.DisposeAsync();
        Assert.That(rig.Device.Calls.Skip(3), Is.EqualTo(new[] { "release 1", "release 0", "dispose" }));
    }

    [Test]
    public async Task Open_NoVoiceInterface_ClaimsOnlyTheFirst()
    {
        await using var rig = new UsbTransportRig(info: UsbDongles.Csr with { Interfaces = [UsbDongles.Main(0, UsbClass.Bluetooth)] });
        Assert.That(rig.Device.Calls, Is.EqualTo(new[] { "claim 0" }));
    }

    [Test]
    public async Task Open_VoiceInterfaceRefused_GoesOnWithoutIt([Values("claim 1", "alternate 1.0")] string refused)
    {
        using var bus = new FakeUsbBus();
        var device = bus.Open();
        device.Refusals[refused] = refused[0] == 'c' ? new ControllerUnavailableException("busy") : new IOException("stalled");
        await using var transport = UsbTransport.Open("usb:test", device);
        Assert.That(device.IsDisposed, Is.False);
    }

    [Test]
    public void Open_ClaimRefused_SaysSoAndClosesTheDevice()
    {
        using var bus = new FakeUsbBus();
        var device = bus.Open();
        var refusal = new ControllerUnavailableException("Another program has it; end that program.");
        device.Refusals["claim 0"] = refusal;
        Assert.That(() => UsbTransport.Open("usb:test", device), Throws.Exception.SameAs(refusal));
        Assert.That((device.IsDisposed, device.Undisposed), Is.EqualTo((true, 0)));
    }

    [Test]
    public void Open_NotABluetoothController_SaysSoAndClosesTheDevice()
    {
        using var bus = new FakeUsbBus(UsbDongles.Csr with { Interfaces = [] });
        var device = bus.Open();
        Assert.That(() => UsbTransport.Open("usb:test", device), Throws.TypeOf<ControllerUnavailableException>()
            .With.Message.EqualTo("The USB device 0a12:0001 at 1.1.4 has no endpoints of a Bluetooth controller; choose another one."));
        Assert.That(device.IsDisposed);
    }

    [Test]
    public async Task Device_TellsWhatTheBusKnows()
    {
        await using var rig = new UsbTransportRig(info: UsbDongles.Csr with { SerialNumber = "00E04C239987" }, starts: false);
        Assert.That(rig.Transport.Device, Is.EqualTo(new ControllerDevice
        {
            Usb = new UsbId(0x0A12, 0x0001), Release = 0x8891, SerialNumber = "00E04C239987", Product = "CSR8510 A10",
        }));
        Assert.That(rig.Transport.Name, Is.EqualTo("usb:test"));
    }

    [Test]
    public async Task Start_KeepsManyTransfersInFlight()
    {
        await using var rig = new UsbTransportRig();
        Assert.That(rig.Device.Pending(Events), Is.GreaterThanOrEqualTo(4));
        Assert.That(rig.Device.Pending(DataIn), Is.GreaterThanOrEqualTo(8));
        rig.Device.Deliver(DataIn, [.. Enumerable.Range(0, 80).SelectMany(static i => Data(i))]);
        await rig.ArrivedAsync(80);
        Assert.That(rig.Sink.Packets, Is.EqualTo(Enumerable.Range(0, 80).Select(static i => H4(0x02, Data(i)))));
    }

    [Test]
    public async Task Start_Twice_IsTheCallersMistake()
    {
        await using var rig = new UsbTransportRig();
        Assert.That(() => rig.Transport.Start(rig.Sink), Throws.InvalidOperationException);
    }

    /// <summary>Core, Vol 4, Part B, 2.2: a class request to the device, wLength 4 and then 3 octets of it the header.</summary>
    [Test]
    public async Task Send_Command_IsAClassRequestToTheDevice()
    {
        await using var rig = new UsbTransportRig();
        rig.Transport.Send([0x01, 0x1A, 0x0C, 0x01, 0x02]);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.Taken(Control), Is.EqualTo(new[]
        {
            new byte[] { 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x1A, 0x0C, 0x01, 0x02 },
        }));
    }

    [Test]
    public async Task Send_CommandOfACompositeDevice_IsAClassRequestToTheInterface()
    {
        await using var rig = new UsbTransportRig(info: UsbDongles.Csr with { Interfaces = [UsbDongles.Main(2, UsbClass.Bluetooth)] });
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.Taken(Control)[0], Is.EqualTo(new byte[] { 0x21, 0x00, 0x00, 0x00, 0x02, 0x00, 0x03, 0x00, 0x03, 0x0C, 0x00 }));
    }

    [Test]
    public async Task Send_LongestCommand_Fits()
    {
        await using var rig = new UsbTransportRig();
        rig.Transport.Send([0x01, 0x00, 0xFC, 0xFF, .. new byte[255]]);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.Taken(Control)[0], Has.Length.EqualTo(8 + 258));
    }

    [Test]
    public async Task Send_Data_KeepsItsOrder([Values] bool inCall)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.CompletesInCall = inCall;
        for (var i = 0; i < 200; i++)
        {
            rig.Transport.Send(H4(0x02, Data(i)));
        }

        rig.Device.AwaitTaken(DataOut, 200);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(Enumerable.Range(0, 200).Select(static i => Data(i))));
    }

    [Test]
    public async Task Send_LongerThanUsualData_GoesOutWhole()
    {
        await using var rig = new UsbTransportRig();
        for (var i = 0; i < 40; i++)
        {
            rig.Transport.Send(H4(0x02, Data(i, i % 2 == 0 ? 4000 : 30)));
        }

        rig.Device.AwaitTaken(DataOut, 40);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(Enumerable.Range(0, 40).Select(static i => Data(i, i % 2 == 0 ? 4000 : 30))));
        rig.Abandons = false;
    }

    [Test]
    public async Task Send_VoiceOrNothing_IsDropped()
    {
        await using var rig = new UsbTransportRig();
        rig.Transport.Send([0x03, 0x0B, 0x00, 0x01, 0xAA]);
        rig.Transport.Send([]);
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.TakenCount, Is.EqualTo(1));
    }

    /// <summary>More packets than transfers: the loop waits for the device, and the order stays.</summary>
    [Test]
    public async Task Send_AllTransfersOnTheirWay_WaitsForTheFirstToCome()
    {
        await using var rig = new UsbTransportRig();
        var sending = rig.SendMoreThanFits();
        Assert.That(sending.IsCompleted, Is.False);
        rig.Device.Take(DataOut);
        await sending.WaitAsync(Limit);
        rig.Device.AwaitTaken(DataOut, 40);
        Assert.That(rig.Device.Taken(DataOut), Is.EqualTo(Enumerable.Range(0, 40).Select(static i => Data(i))));
    }

    [Test]
    public async Task RoomFor_Data_IsWhatGoesOutWithoutWaiting()
    {
        await using var rig = new UsbTransportRig(Patient with { DataOut = 6 });
        Assert.That(rig.Transport.RoomFor(packetLength: 1026), Is.EqualTo(6));
        rig.Device.Holding.Add(DataOut);
        rig.Transport.Send(Reset);
        for (var i = 0; i < 6; i++)
        {
            rig.Transport.Send(H4(0x02, Data(i)));
        }

        Assert.That((rig.Device.Pending(DataOut), rig.Sink.Closings.Count), Is.EqualTo((6, 0)));
    }

    [Test]
    public async Task Send_DeviceTakesNothing_EndsTheTransport()
    {
        await using var rig = new UsbTransportRig(Patient with { DataOut = 2, Send = TimeSpan.FromMilliseconds(50) });
        rig.Device.Holding.Add(DataOut);
        for (var i = 0; i < 4; i++)
        {
            rig.Transport.Send(H4(0x02, Data(i)));
        }

        await rig.Sink.WhenClosed.WaitAsync(Limit);
        Assert.That(rig.Sink.Closings.Single()!.Message, Does.StartWith("it took nothing for"));
    }

    /// <summary>A Reset is not kept waiting behind a command that the controller does not take.</summary>
    [Test]
    public async Task Send_ResetBehindCommandsThatAreNotTaken_CallsThemBack()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Holding.Add(Control);
        rig.Transport.Send([0x01, 0x09, 0x10, 0x00]);
        rig.Device.AwaitPending(Control, 1);
        rig.Transport.Send(Reset);
        rig.Device.Take(Control);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.Taken(Control).Select(static packet => packet[8..]), Is.EqualTo(new[] { Reset[1..] }));
    }

    [Test]
    public async Task Read_EventOfSeveralUsbPackets_IsDeliveredWhole([Values(1, 15, 16, 17, 30, 32, 255)] int length)
    {
        await using var rig = new UsbTransportRig();
        byte[] packet = [0xFF, (byte)length, .. new byte[length]];
        rig.Device.Write(Events, packet, endsWithShortPacket: false);
        rig.Device.Write(Events, packet);
        await rig.ArrivedAsync(2);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { H4(0x04, packet), H4(0x04, packet) }));
    }

    /// <summary>Without an empty USB packet behind a full one, a transfer for more would hold the packet back.</summary>
    [Test]
    public async Task Read_DeviceThatSendsNoEmptyPackets_HoldsNothingBack()
    {
        await using var rig = new UsbTransportRig();
        for (var i = 0; i < 300; i++)
        {
            rig.Device.Write(DataIn, Data(i, i + 2), endsWithShortPacket: false);
            await rig.ArrivedAsync(1);
            Assert.That(rig.Sink.Packets[^1], Is.EqualTo(H4(0x02, Data(i, i + 2))));
        }

        Assert.That(rig.Device.Asked(DataIn), Is.EqualTo(64));
    }

    /// <summary>Seventeen transfers for a packet of 1021 octets are many, where one would do.</summary>
    [Test]
    public async Task Read_DeviceThatSendsEmptyPackets_IsAskedForWholePackets()
    {
        await using var rig = new UsbTransportRig(Patient with { DataIn = 1 });
        rig.Device.Write(DataIn, Data(1, 1021));
        Assert.That(rig.Device.Asked(DataIn), Is.EqualTo(64), "it has not shown what it does");
        rig.Device.Write(DataIn, Data(2, 124));
        await rig.ArrivedAsync(2);
        Assert.That(rig.Device.Asked(DataIn), Is.EqualTo(2048));
        rig.Device.Write(DataIn, Data(3, 1021));
        rig.Device.Write(DataIn, Data(4, 124));
        await rig.ArrivedAsync(2);
        Assert.That(rig.Sink.Packets.Skip(2), Is.EqualTo(new[] { H4(0x02, Data(3, 1021)), H4(0x02, Data(4, 124)) }));
    }

    /// <summary>What came before Encryption Change was not encrypted: order of completion, over both pipes.</summary>
    [Test]
    public async Task Read_BothPipes_KeepsTheOrderOfCompletion()
    {
        await using var rig = new UsbTransportRig();
        var expected = new List<byte[]>();
        for (var i = 0; i < 200; i++)
        {
            var packet = i % 3 == 0 ? new byte[] { 0xFF, 0x01, (byte)i } : Data(i);
            rig.Device.Deliver(i % 3 == 0 ? Events : DataIn, packet);
            expected.Add(H4(i % 3 == 0 ? (byte)0x04 : (byte)0x02, packet));
        }

        await rig.ArrivedAsync(200);
        Assert.That(rig.Sink.Packets, Is.EqualTo(expected));
    }

    [Test]
    public async Task Read_RandomSplitsOverTransfers_DeliversEveryPacketInOrder([Values(1, 2, 3)] int round)
    {
        var seed = HashCode.Combine(round, Environment.TickCount);
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        await using var rig = new UsbTransportRig();
        const int packets = 300;
        var octets = Enumerable.Range(0, packets).SelectMany(i => Data(i, 2 + random.Next(1020))).ToArray().AsMemory();
        random = new Random(seed);
        var expected = Enumerable.Range(0, packets).Select(i => H4(0x02, Data(i, 2 + random.Next(1020)))).ToArray();
        while (!octets.IsEmpty)
        {
            var length = Math.Min(octets.Length, random.Next(4) == 0 ? random.Next(6) : random.Next(2000));
            rig.Device.Deliver(DataIn, octets.Span[..length]);
            octets = octets[length..];
        }

        await rig.ArrivedAsync(packets);
        Assert.That(rig.Sink.Packets, Is.EqualTo(expected), $"seed {seed}");
    }

    [Test]
    public async Task DisposeAsync_Twice_ClosesOnceWithoutFailure()
    {
        var rig = new UsbTransportRig();
        await rig.Transport.DisposeAsync();
        await rig.Transport.DisposeAsync();
        Assert.That(rig.Sink.Closings, Is.EqualTo(new Exception?[] { null }));
        rig.Transport.Send(Reset);
        Assert.That(() => rig.Transport.Start(rig.Sink), Throws.InvalidOperationException);
        await rig.DisposeAsync();
        Assert.That(rig.Sink.Closings, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task DisposeAsync_NeverStarted_ClosesTheDevice()
    {
        var rig = new UsbTransportRig(starts: false);
        await rig.DisposeAsync();
        Assert.That((rig.Device.IsDisposed, rig.Sink.Closings.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task DisposeAsync_DeviceFailsToClose_EndsAllTheSame()
    {
        var rig = new UsbTransportRig();
        rig.Device.Refusals["release 1"] = new IOException("no");
        rig.Device.Refusals["release 0"] = new IOException("no");
        await rig.DisposeAsync();
        Assert.That(rig.Sink.Closings, Is.EqualTo(new Exception?[] { null }));
    }

    /// <summary>Neither that memory is given up nor that an interface is kept can be told.</summary>
    [Test]
    public async Task DisposeAsync_LogThatThrows_ClosesTheDeviceAllTheSame()
    {
        var rig = new UsbTransportRig(Patient with { Reap = TimeSpan.Zero }, log: new ThrowingLog()) { Abandons = true };
        rig.Device.Deaf.Add(DataIn);
        rig.Device.Refusals["release 1"] = new IOException("no");
        await rig.DisposeAsync();
        Assert.That(rig.Device.Calls.TakeLast(3), Is.EqualTo(new[] { "release 1", "release 0", "dispose" }));
    }
}
