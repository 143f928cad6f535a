using System.Net;
using HostStack.Cli.Tests.Rig;
using HostStack.VirtualController.Radio;

namespace HostStack.Cli.Tests.Samples;

/// <summary>The samples run as they are, on simulated controllers.</summary>
[TestFixture]
public sealed class SamplesTests
{
    private VirtualRadio _radio = null!;
    private LineWriter _output = null!;
    private CancellationTokenSource _stop = null!;
    private Task _network = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _radio = new VirtualRadio();
        _radio.Start();
        _output = new LineWriter();
        _stop = new CancellationTokenSource();
        _network = HostStack.Samples.Gn.Program.RunAsync(_radio.Source("virtual:gn"), _output, _stop.Token);
        await Task.WhenAny(_output.WaitAsync(static line => line.Contains("serves a GN", StringComparison.Ordinal)), _network);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _stop.CancelAsync();
        await _network;
        _stop.Dispose();
        _radio.Dispose();
        await _output.DisposeAsync();
    }

    [Test]
    public async Task Panu_InTheNetworkOfGn_Pings()
    {
        var target = IPAddress.Parse(_output.All[0].Split(' ')[^1]);
        await using var output = new LineWriter();
        await HostStack.Samples.Panu.Program.RunAsync(_radio.Source("virtual:panu"), _radio.Find("gn")!.Address, target, output);
        Assert.That(output.All.Single(), Does.StartWith($"{target}: Reply in "));
        await _output.WaitAsync(static line => line.StartsWith("PeerJoined", StringComparison.Ordinal));
    }

    [Test]
    public async Task PairAndBrowse_FindsTheRecordOfGn()
    {
        await using var output = new LineWriter();
        await HostStack.Samples.PairAndBrowse.Program.RunAsync(_radio.Source("virtual:browser"), output);
        Assert.That(output.ToString(), Does.Contain("Sample GN: paired").And.Contain("Group Ad-hoc Network").And.Contain("BrowseGroupList"));
    }
}
