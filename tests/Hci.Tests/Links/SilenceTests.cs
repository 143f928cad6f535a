using System.Reflection;
using HostStack.Hci.Capture;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.ThreeWire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

/// <summary>A controller that does not answer: what is said depends on its door.</summary>
[TestFixture]
public sealed class SilenceTests
{
    [Test]
    public async Task CommandNotAnswered_NamesItAndTheRemedyOfTheDoor([Values] bool captured)
    {
        await using var rig = new HostRig();
        rig.Controller.Returns[ScriptedController.Reset] = null;
        rig.Transport.SilenceRemedy = "look at the wire";
        IHciTransport transport = captured ? new CapturingTransport(rig.Transport, new NoTap()) : rig.Transport;
        var opening = rig.Run(() => rig.Host.OpenAsync(transport));
        rig.Advance(TimeSpan.FromSeconds(5));
        rig.Advance(TimeSpan.FromSeconds(5));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.EqualTo("The controller did not answer command Reset (0x03|0x0003); look at the wire."));
    }

    [Test]
    public async Task ResetRefused_NamesTheRemedyOfTheDoor()
    {
        await using var rig = new HostRig();
        rig.Controller.Returns[ScriptedController.Reset] = [0x03];
        rig.Transport.SilenceRemedy = "look at the wire";
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport));
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.EndsWith("; look at the wire."));
    }

    [Test]
    public async Task SilenceRemedy_OfAUart_NamesItsOptions_AndNoPlug()
    {
        await using var h4 = new StreamTransport("h4:tcp:localhost:9000", new MemoryStream());
        await using var h5 = new ThreeWireTransport("h5:serial:/dev/ttyS1", new MemoryStream());
        Assert.That(h4.SilenceRemedy, Does.Contain("program").And.Not.Contain("plug"));
        await using var serial = new SerialTransport("h4:serial:/dev/ttyUSB0", new NoPort(), new ControllerDevice(), new LineRates(115_200, null));
        Assert.That(
            serial.SilenceRemedy,
            Does.Contain("baud=").And.Contain("flow=").And.Contain("h5:serial:").And.Contain("reset=").And.Not.Contain("plug"));
        Assert.That(h5.SilenceRemedy, Does.Contain("reset=").And.Contain("baud=").And.Not.Contain("plug"));
    }

    [Test]
    public void OpCodeNames_AreThoseOfTheSpecification()
    {
        Assert.That(OpCodeNames.Of(OpCode.ReadBdAddr), Is.EqualTo("Read BD_ADDR (0x04|0x0009)"));
        Assert.That(OpCodeNames.Of(new OpCode(0xFC20)), Is.EqualTo("0x3F|0x0020"));
        var named = typeof(OpCode).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(static property => (OpCode)property.GetValue(null)!);
        Assert.That(named.Select(OpCodeNames.Of), Is.All.Contains("(").And.Exactly(114).Items);
    }

    private sealed class NoPort : ISerialPort
    {
        public string Name => "none";

        public Stream Stream { get; } = new MemoryStream();

        public int BaudRate { get; set; }

        public bool DataTerminalReady { get; set; }

        public bool RequestToSend { get; set; }

        public bool IsBreaking { get; set; }

        public void Discard()
        {
        }

        public void Dispose() => Stream.Dispose();
    }

    private sealed class NoTap : IPacketTap
    {
        public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet)
        {
        }

        public void Flush()
        {
        }
    }
}
