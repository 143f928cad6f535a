using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Windows;

namespace HostStack.NetDevices.Tests.Windows;

[TestFixture]
internal sealed class AdapterDirectoryTests
{
    private const string First = "{11111111-2222-3333-4444-555555555555}";
    private const string Second = "{AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE}";

    [Test]
    public void Find_ManyAdapters_TakesTheDriversAlone()
    {
        var found = AdapterDirectory.Find(new FakeRegistry(
            (null, First),
            ("pci\\ven_8086", "{99999999-2222-3333-4444-555555555555}"),
            ("tap0901", First),
            ("TAP0901", First),
            ("wintun", "{88888888-2222-3333-4444-555555555555}"),
            ("root\\TAP0901", Second),
            ("tap0901", null),
            ("tap0901", "..\\..\\evil"),
            ("tap0901x", Second)));
        Assert.That(
            found,
            Is.EqualTo(new[]
            {
                new WindowsTapAdapter(First, "Bluetooth network", "tap0901"),
                new WindowsTapAdapter(Second, Second, "root\\TAP0901"),
            }));
        Assert.That(found[0].DevicePath, Is.EqualTo(@"\\.\Global\{11111111-2222-3333-4444-555555555555}.tap"));
    }

    [TestCase(null, First, Second)]
    [TestCase("bluetooth NETWORK", First)]
    [TestCase("{aaaaaaaa-BBBB-CCCC-DDDD-EEEEEEEEEEEE}", Second)]
    public void Candidates_ByName_AreThose(string? name, params string[] expected) =>
        Assert.That(
            AdapterDirectory.Candidates(new FakeRegistry(("tap0901", First), ("tap0901", Second)), name)
                .Select(static adapter => adapter.InstanceId),
            Is.EqualTo(expected));

    [Test]
    public void Candidates_UnknownName_NamesWhatThereIs() =>
        Assert.That(
            () => AdapterDirectory.Candidates(new FakeRegistry(("tap0901", First)), "Ethernet 7"),
            Throws.InstanceOf<NetDeviceException>().With.Message.EqualTo(
                "There is no TAP-Windows6 adapter Ethernet 7; name one of: Bluetooth network."));

    [Test]
    public void Candidates_NoAdapter_SaysHowToGetOne() =>
        Assert.That(
            () => AdapterDirectory.Candidates(new FakeRegistry(("wintun", First)), null),
            Throws.InstanceOf<NetDeviceException>().With.Message.Contains("install").And.Message.Contains("tapctl"));

    private sealed class FakeRegistry(params (string? Component, string? Instance)[] adapters) : IAdapterRegistry
    {
        public IEnumerable<AdapterEntry> ReadAdapters() =>
            adapters.Select(static adapter => new AdapterEntry(adapter.Component, adapter.Instance));

        public string? ReadConnectionName(string instanceId) => instanceId == First ? "Bluetooth network" : null;
    }
}
