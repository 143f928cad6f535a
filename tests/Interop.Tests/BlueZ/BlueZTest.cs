using HostStack.Interop.Tests.Judge;
using NUnit.Framework.Interfaces;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>What the BlueZ tests share: their hosts end with them, and a test that fails keeps what tells why.</summary>
internal abstract class BlueZTest
{
    /// <summary>Set to 1, it keeps captures and logs of tests that pass, too.</summary>
    private const string KeepSwitch = "HOSTSTACK_INTEROP_KEEP";

    private readonly List<OurHost> _ours = [];
    private readonly List<BlueZPeer> _peers = [];
    private string _folder = string.Empty;

    /// <summary>A folder of this test, kept where it fails.</summary>
    protected string Folder => _folder;

    [SetUp]
    public void SetUp()
    {
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "artefacts", FolderName());
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder);
    }

    /// <summary>Whether tshark dissects the captures of a test that passed; those of bulk traffic say nothing new.</summary>
    protected virtual bool IsJudged => true;

    [TearDown]
    public async Task TearDownAsync()
    {
        foreach (var ours in _ours)
        {
            await ours.DisposeAsync();
        }

        var status = TestContext.CurrentContext.Result.Outcome.Status;
        var keeps = status == TestStatus.Failed || Environment.GetEnvironmentVariable(KeepSwitch) == "1";
        try
        {
            if (IsJudged && status != TestStatus.Failed && Requires.Find("tshark") is not null)
            {
                await JudgeAsync();
            }
        }
        catch (AssertionException)
        {
            keeps = true;
            throw;
        }
        finally
        {
            await (keeps ? KeepAsync() : Task.CompletedTask);
            _ours.Clear();
            _peers.Clear();
            if (!keeps)
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
    }

    /// <summary>A guest with BlueZ, as new.</summary>
    protected async Task<BlueZPeer> BlueZAsync() => (await BlueZAsync(1))[0];

    /// <summary>Guests with BlueZ, as new.</summary>
    protected async Task<BlueZPeer[]> BlueZAsync(int count)
    {
        var peers = await BlueZRig.PeersAsync(count);
        _peers.AddRange(peers);
        return peers;
    }

    /// <summary>Our host, open. Ask for the guests first: they bring the radio.</summary>
    protected async Task<OurHost> OursAsync()
    {
        var ours = await OurHost.OpenAsync(Directory.CreateDirectory(Path.Combine(_folder, $"host-{_ours.Count}")).FullName);
        _ours.Add(ours);
        return ours;
    }

    // What we and what the guest saw: nothing malformed, and our parsers read what tshark reads.
    private async Task JudgeAsync()
    {
        foreach (var capture in _ours.SelectMany(static ours => ours.Captures))
        {
            await TsharkJudge.AssertCleanAsync(capture, ExpertFindings.RealTimeCrossing);
            await TsharkJudge.AssertAgreesAsync(capture);
        }

        foreach (var peer in _peers)
        {
            await TsharkJudge.AssertCleanAsync(await peer.FetchCaptureAsync(_folder), ExpertFindings.RealTimeCrossing);
        }
    }

    private async Task KeepAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.KeepAsync(_folder);
        }

        foreach (var ours in _ours)
        {
            await File.WriteAllLinesAsync(
                Path.Combine(ours.Folder, "events.log"),
                ours.Events.Select(static happened => $"{happened.Time:HH:mm:ss.fff} {happened}"));
        }

        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) is ".log" or ".btsnoop")
            {
                TestContext.AddTestAttachment(file);
            }
        }
    }

    private static string FolderName() =>
        string.Concat(TestContext.CurrentContext.Test.FullName["HostStack.Interop.Tests.".Length..]
            .Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' ? letter : '-'));
}
