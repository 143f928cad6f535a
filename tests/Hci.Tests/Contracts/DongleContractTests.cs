using HostStack.Testing.Contracts;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>The virtual dongle that other tests stand on keeps the contract, too.</summary>
[TestFixture]
public sealed class DongleContractTests : UsbDeviceContract
{
    private DongleRig _rig = null!;

    protected override UsbSubject Subject => _rig.Subject;

    [SetUp]
    public void SetUp() => _rig = new DongleRig();

    [TearDown]
    public void TearDown() => _rig.Dispose();
}
