namespace HostStack.Interop.Tests.Judge;

/// <summary>Captures of BlueZ: what our parsers read in them is what tshark reads.</summary>
[TestFixture]
internal sealed class ForeignCapturesTests
{
    private static IEnumerable<TestCaseData> Captures =>
        Directory.EnumerateFiles(Path.Combine(TestContext.CurrentContext.TestDirectory, "vectors", "captures"), "*.btsnoop")
            .Order(StringComparer.Ordinal)
            .Select(static path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path)));

    [TestCaseSource(nameof(Captures))]
    public async Task Capture_OfBlueZ_IsCleanAndReadAsTsharkReadsIt(string path)
    {
        await TsharkJudge.AssertCleanAsync(path);
        var compared = await TsharkJudge.AssertAgreesAsync(path);
        foreach (var field in new[] { "bthci_cmd.opcode", "bthci_evt.code", "btl2cap.result", "btsdp.service.attribute" })
        {
            Assert.That(compared, Does.ContainKey(field), "the capture has them");
        }
    }
}
