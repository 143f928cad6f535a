using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;
using HostStack.VirtualController.Usb;

namespace HostStack.VirtualController.Tests.Usb;

/// <summary>A USB host without a stack: request blocks in, completions out as text.</summary>
internal sealed class DongleHost : IUrbUser
{
    public const byte Events = 0x81;
    public const byte AclIn = 0x82;
    public const byte AclOut = 0x02;

    private readonly Simulation _simulation;

    public DongleHost(Simulation simulation, UsbDongle dongle, bool configured = true)
    {
        _simulation = simulation;
        Dongle = dongle;
        dongle.Unplugged += () => Unplugged++;
        dongle.Plug(configured);
        simulation.Settle();
    }

    public UsbDongle Dongle { get; }

    public int Unplugged { get; private set; }

    /// <summary>Completions that were not taken yet: <c>82 Completed 0b20…</c>.</summary>
    public List<string> Completions { get; } = [];

    public static DongleHost On(Simulation simulation, UsbDongleOptions? options = null, ControllerOptions? controller = null) =>
        new(simulation, new UsbDongle(VirtualRadio.In(simulation).Add(controller), options));

    /// <summary>A request of endpoint 0: setup packet, and data where it goes out.</summary>
    /// <returns>How it ended, and what came in.</returns>
    public string Request(string hex)
    {
        var octets = Hex(hex);
        var urb = new Urb(0, 8 + (octets[6] | (octets[7] << 8)), this);
        octets.CopyTo(urb.Buffer);
        Dongle.Submit(urb, (octets[0] & 0x80) != 0 ? urb.Buffer.Length : octets.Length);
        _simulation.Settle();
        var index = Completions.FindLastIndex(static end => end.StartsWith("00 ", StringComparison.Ordinal));
        var end = Completions[index];
        Completions.RemoveAt(index);
        return end[3..];
    }

    /// <summary>An HCI command that the device takes.</summary>
    public void Command(string hex)
    {
        var octets = Hex(hex);
        Assert.That(Request($"20 00 0000 0000 {octets.Length:x2}00" + hex), Is.EqualTo("Completed"));
    }

    /// <summary>Asks for data, as long as it gets some.</summary>
    public Urb Receive(byte endpoint, int length, object? tag = null)
    {
        var urb = new Urb(endpoint, length, this) { Tag = tag };
        Dongle.Submit(urb, length);
        _simulation.Settle();
        return urb;
    }

    public string Send(string hex)
    {
        var octets = Hex(hex);
        var urb = new Urb(AclOut, octets.Length, this);
        octets.CopyTo(urb.Buffer);
        Dongle.Submit(urb, octets.Length);
        _simulation.Settle();
        return Completions[^1];
    }

    /// <summary>The next event, put together; requests of 16 octets.</summary>
    public string Event()
    {
        var octets = string.Empty;
        while (octets.Length < 4 || octets.Length < 4 + (2 * Convert.ToInt32(octets[2..4], 16)))
        {
            Receive(Events, 16);
            var end = Take();
            Assert.That(end, Does.StartWith("81 Completed "));
            octets += end[13..];
        }

        return octets;
    }

    public string Take()
    {
        Assert.That(Completions, Is.Not.Empty, "a request block has ended");
        var first = Completions[0];
        Completions.RemoveAt(0);
        return first;
    }

    public void Completed(Urb urb, UsbTransferStatus status, int length)
    {
        var data = urb.Endpoint switch
        {
            0 when urb.Buffer.Length < Urb.SetupSize => [],
            0 => (urb.Buffer[0] & 0x80) != 0 ? urb.Buffer.Slice(Urb.SetupSize, length) : [],
            >= 0x80 => urb.Buffer[..length],
            _ => [],
        };
        Completions.Add($"{urb.Endpoint:x2} {status} {Convert.ToHexStringLower(data)}".TrimEnd() + urb.Tag);
    }

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));
}
