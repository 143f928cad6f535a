using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Tests.Transport;

/// <summary>Real sockets and threads: every wait is for data, with one limit for the whole test.</summary>
[CancelAfter(60_000)]
public class H4SocketServerTests
{
    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("hs-h4-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task UnixSocket_TwoHosts_ConnectAndExchangeData(CancellationToken stop)
    {
        var uri = "h4:unix:" + Path.Combine(_folder, "bt.sock");
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(radio, uri);
        await using var a = await SocketHost.ConnectAsync(uri, stop);
        await a.SendAsync("01 03 0c 00 ", stop);
        Assert.That(await a.ReceiveAsync(stop), Is.EqualTo("040e0401030c00"));
        await using var b = await SocketHost.ConnectAsync(uri, stop);
        await b.SendAsync("01 1a 0c 01 03", stop);
        Assert.That(await b.ReceiveAsync(stop), Is.EqualTo("040e04011a0c00"));
        await b.SendAsync("01 09 10 00", stop);
        var address = (await b.ReceiveAsync(stop))[14..26];

        await a.SendAsync("01 05 04 0d" + address + "18cc 02 00 0000 01", stop);
        var request = await b.ReceiveAsync("0404", stop);
        await b.SendAsync("01 09 04 07" + request[6..18] + "01", stop);
        await a.ReceiveAsync("04030b000b00" + address, stop);
        await b.ReceiveAsync("04030b000b00", stop);
        await a.SendAsync("02 0b 00 06 00 02 00 40 00 aa bb", stop);
        Assert.That(await b.ReceiveAsync("02", stop), Is.EqualTo("020b200600020040" + "00aabb"));
        await a.ReceiveAsync("041305010b000100", stop);
    }

    [Test]
    public async Task Octets_SplitAnywhere_AreTheSamePackets(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(
            radio, "h4:tcp:127.0.0.1:0", _ => new ControllerOptions { CommandCredits = 4 });
        await using var host = await SocketHost.ConnectAsync(server.Uri, stop);

        // Three commands, one octet per write.
        var octets = "01030c00" + "01011000" + "011a0c0103";
        for (var i = 0; i < octets.Length; i += 2)
        {
            await host.SendAsync(octets.Substring(i, 2), stop);
        }

        Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("040e0404030c00"));
        Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("040e0c04011000" + "0b01000bffff0100"));
        Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("040e04041a0c00"));
    }

    [Test]
    public async Task Garbage_HardwareErrorThenOnlyAResetIsHeard(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(radio, "h4:tcp:127.0.0.1:0");
        await using var host = await SocketHost.ConnectAsync(server.Uri, stop);

        await host.SendAsync("77 01 09 10 00 01 03", stop);
        Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("04100100"));
        await host.SendAsync("01 03 0c 00 01 09 10 00", stop);

        Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("040e0401030c00"));
        Assert.That(await host.ReceiveAsync(stop), Does.StartWith("040e0a01091000"));
    }

    [Test]
    public async Task FaultyStream_AnyOctets_EveryResetThatArrivesWholeIsHeard(CancellationToken stop)
    {
        const ulong seed = 0xFA17;
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(radio, "h4:tcp:127.0.0.1:0",
            wrap: static stream => new FaultyStream(stream, seed, new OctetFaults(0.02, 0.02, 0.02), OctetFaults.None));
        await using var host = await SocketHost.ConnectAsync(server.Uri, stop);

        // Long enough to end any packet that damage has made too long, and then to be heard.
        for (var i = 0; i < 20_000; i++)
        {
            await host.SendAsync("01 03 0c 00", stop);
        }

        await host.ReceiveAsync("040e0401030c00", stop);
        await host.ReceiveAsync("041001", stop);
        await host.ReceiveAsync("040e0401030c00", stop);
        Assert.That(radio.Loop.Faults, Is.Zero, $"seed 0x{seed:X}");
    }

    [Test]
    public async Task RadioOnItsOwnThread_HostInTheSameProcess_IsAnswered(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var transport = await radio.Source("virtual:one").OpenAsync(stop);
        var sink = new AnswerSink();
        transport.Start(sink);
        transport.Send([0x01, 0x03, 0x0C, 0x00]);
        transport.Flush();
        Assert.That(await sink.First.Task.WaitAsync(stop), Is.EqualTo("040e0401030c00"));
    }

    private sealed class AnswerSink : HostStack.Hci.Transport.IHciTransportSink
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void PacketReceived(ReadOnlySpan<byte> packet) => First.TrySetResult(Convert.ToHexStringLower(packet));

        public void FramingLost(string detail) => First.TrySetException(new InvalidOperationException(detail));

        public void Closed(Exception? failure) => First.TrySetException(failure ?? new InvalidOperationException("closed"));
    }

    [Test]
    public async Task ConnectionThatEnds_FreesItsControllerForTheNext(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(radio, "h4:tcp:127.0.0.1:0");
        string first;
        await using (var host = await SocketHost.ConnectAsync(server.Uri, stop))
        {
            await host.SendAsync("01 09 10 00", stop);
            first = await host.ReceiveAsync(stop);
        }

        // The server notices the end by itself; whoever comes before it did gets the second slot.
        while (true)
        {
            await using var next = await SocketHost.ConnectAsync(server.Uri, stop);
            await next.SendAsync("01 09 10 00", stop);
            if (await next.ReceiveAsync(stop) == first)
            {
                break;
            }
        }

        Assert.That(server.Controllers, Is.Not.Empty);
    }

    [Test]
    public void Listen_OnAFileThatIsNoSocket_LeavesItAsItIs()
    {
        var path = Path.Combine(_folder, "notes.txt");
        File.WriteAllText(path, "precious");
        using var radio = new VirtualRadio();

        Assert.That(() => H4SocketServer.Listen(radio, "h4:unix:" + path), Throws.TypeOf<IOException>());

        Assert.That(File.ReadAllText(path), Is.EqualTo("precious"));
    }

    [Test]
    public async Task TwoServers_OnOneRadio_ServeBoth(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var first = H4SocketServer.Listen(radio, "h4:tcp:127.0.0.1:0");
        await using var second = H4SocketServer.Listen(radio, "h4:tcp:127.0.0.1:0");
        foreach (var server in new[] { first, second })
        {
            await using var host = await SocketHost.ConnectAsync(server.Uri, stop);
            await host.SendAsync("01 03 0c 00", stop);
            Assert.That(await host.ReceiveAsync(stop), Is.EqualTo("040e0401030c00"));
        }
    }

    [Test]
    public void Listen_StaleSocketFile_IsReplaced_LiveOneIsNot()
    {
        var path = Path.Combine(_folder, "bt.sock");
        using var radio = new VirtualRadio();
        Assert.Multiple(async () =>
        {
            using (var left = new System.Net.Sockets.Socket(
                System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
            {
                left.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
            }

            await using var server = H4SocketServer.Listen(radio, "h4:unix:" + path);
            Assert.That(() => H4SocketServer.Listen(radio, "h4:unix:" + path), Throws.TypeOf<IOException>());
        });
        Assert.That(() => H4SocketServer.Listen(radio, "h4:serial:x"), Throws.ArgumentException);
        Assert.That(File.Exists(path), Is.False, "the socket file goes with its server");
    }
}
