using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Contracts;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>A library that can only wait, on the virtual dongle: what adapters on such libraries stand on.</summary>
[TestFixture]
public sealed class BlockingContractTests : UsbDeviceContract
{
    private DongleRig _rig = null!;
    private KeptFaults _log = null!;

    protected override UsbSubject Subject
    {
        get
        {
            var subject = _rig.Subject;
            return new UsbSubject
            {
                Bus = new WaitingBus(subject.Bus, _log),
                IsSubject = subject.IsSubject,
                Driver = subject.Driver,
                Unplug = subject.Unplug,
                Replug = subject.Replug,
                Log = _log,
            };
        }
    }

    [SetUp]
    public void SetUp() => (_rig, _log) = (new DongleRig(), new KeptFaults());

    [TearDown]
    public void TearDown() => _rig.Dispose();

    private sealed class WaitingBus(IUsbBus inner, KeptFaults log) : IUsbBus
    {
        public IReadOnlyList<UsbDeviceInfo> List() => inner.List();

        public UsbAccess Probe(UsbDeviceInfo device) => inner.Probe(device);

        public IUsbDevice Open(UsbDeviceInfo device) => new WaitingDevice(inner.Open(device), log);

        public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default) => inner.TrySuspendOnce(device, cancellationToken);
    }
}
