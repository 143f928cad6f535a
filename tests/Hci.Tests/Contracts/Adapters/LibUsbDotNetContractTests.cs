using HostStack.Hci.LibUsbDotNet;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Contracts;

namespace HostStack.Hci.Tests.Contracts.Adapters;

/// <summary>The adapter on LibUsbDotNet, on a dongle of this machine: <c>HOSTSTACK_TEST_DONGLE=0a12:0001</c> says which one
/// the tests may have. Nobody pulls it.</summary>
[TestFixture]
public sealed class LibUsbDotNetContractTests : UsbDeviceContract
{
    private const string Variable = "HOSTSTACK_TEST_DONGLE";

    private LibUsbDotNetBus? _bus;
    private UsbSubject? _subject;

    protected override UsbSubject Subject => _subject!;

    [OneTimeSetUp]
    public void FindTheDongle()
    {
        if (!UsbId.TryParse(Environment.GetEnvironmentVariable(Variable), out var id))
        {
            Assert.Ignore($"Needs a Bluetooth dongle that the tests may have; name it by {Variable}=0a12:0001.");
        }

        var log = new KeptFaults();
        _bus = new LibUsbDotNetBus(log);
        _subject = new UsbSubject { Bus = _bus, IsSubject = device => device.Id == id, Log = log };
        try
        {
            if (!_bus.List().Any(device => device.Id == id))
            {
                Assert.Ignore($"The dongle {id} of {Variable} is not plugged in.");
            }
        }
        catch (ControllerUnavailableException missing)
        {
            Assert.Ignore(missing.Message);
        }
    }

    [OneTimeTearDown]
    public void EndTheBus() => _bus?.Dispose();
}
