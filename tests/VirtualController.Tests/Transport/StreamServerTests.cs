using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Tests.Transport;

/// <summary>Real threads: what a test wants to know of them is said by the tasks alone.</summary>
[CancelAfter(60_000)]
public class StreamServerTests
{
    [Test]
    public async Task Dispose_TheControllerIsFreeForTheNextOne(CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        var controller = radio.Add(new ControllerOptions());
        radio.Start();
        for (var round = 0; round < 200; round++)
        {
            var (_, line) = PipeLine.CreatePair();
            await StreamServer.Serve(controller, line).DisposeAsync().AsTask().WaitAsync(stop);
        }
    }

    [Test]
    public async Task Dispose_AfterTheRadio_Ends(CancellationToken stop)
    {
        var radio = new VirtualRadio();
        var controller = radio.Add(new ControllerOptions());
        radio.Start();
        var (_, line) = PipeLine.CreatePair();
        var server = StreamServer.Serve(controller, line);
        radio.Dispose();
        await server.DisposeAsync().AsTask().WaitAsync(stop);
    }

    [Test]
    public async Task Serve_WhatIsOpen_IsRefused()
    {
        using var radio = new VirtualRadio();
        var controller = radio.Add(new ControllerOptions { Name = "taken" });
        radio.Start();
        await using var server = StreamServer.Serve(controller, PipeLine.CreatePair().Far);
        Assert.That(
            () => StreamServer.Serve(controller, PipeLine.CreatePair().Far),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The controller taken is open already, or unplugged; close its host first."));
    }
}
