using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Tests.Addressing;

[TestFixture]
public sealed class LeaseFileTests
{
    private const uint Address = 0xC0A80064;
    private static readonly MacAddress Mac = AddressedRig.Mac;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private string _folder = null!;
    private string _path = null!;
    private LeaseFile _file = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("hoststack-lease-").FullName;
        _path = Path.Combine(_folder, "inner", "peer.lease");
        _file = new LeaseFile(_path);
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Lease_Written_IsReadUntilItsEnd()
    {
        Assert.That(_file.Read(Mac, Now), Is.Null);
        _file.Write(Mac, Address, Now.AddHours(1));
        Assert.That(_file.Read(Mac, Now), Is.EqualTo(new RememberedLease(Address, true)));
        Assert.That(_file.Read(Mac, Now.AddHours(1)), Is.EqualTo(new RememberedLease(Address, false)));
        Assert.That(_file.Read(new MacAddress(1), Now), Is.Null, "another interface's");
        _file.Write(Mac, Address + 1, expires: null);
        Assert.That(_file.Read(Mac, Now.AddYears(100)), Is.EqualTo(new RememberedLease(Address + 1, true)));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(_path)!), Is.EqualTo(new[] { _path }), "no draft is left");
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(_path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        _file.Delete();
        _file.Delete();
        Assert.That(_file.Read(Mac, Now), Is.Null);
    }

    [Test]
    public void Lease_Text_IsThatOfTheFormat()
    {
        _file.Write(Mac, Address, Now);
        Assert.That(
            File.ReadAllText(_path),
            Is.EqualTo("hardware 00:AA:01:00:00:42\naddress 192.168.0.100\nexpires 2026-01-01T00:00:00.0000000Z\n"));
    }

    [TestCase("")]
    [TestCase("hardware 00:AA:01:00:00:42\naddress 192.168.0.100\n")]
    [TestCase("hardware 00:AA:01:00:00:42\naddress 192.168.0.100\nexpires soon\n")]
    [TestCase("hardware 00:AA:01:00:00:42\naddress fd00::1\nexpires never\n")]
    [TestCase("hardware 00:AA:01:00:00:42\naddress 127.0.0.1\nexpires never\n")]
    [TestCase("hardware 00:AA:01:00:00\naddress 192.168.0.100\nexpires never\n")]
    [TestCase("hardware 00:AA:01:00:00:42\naddress 192.168.0.100\nexpires never\nmore\n")]
    public void Lease_Malformed_IsNone(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, text);
        Assert.That(_file.Read(Mac, Now), Is.Null);
    }

    [Test]
    public async Task Port_StartedAgain_AsksForTheSameAddressAtOnce()
    {
        var options = new AddressingOptions { UseDhcp = true, LeaseFile = _path };
        var first = new AddressedRig(options);
        first.Port.SetCarrier(true);
        first.Run(2);

        // The program ends without a word.
        var second = new AddressedRig(options, seed: 2);
        second.Port.SetCarrier(true);
        second.Run(2);
        Assert.That(
            second.Said.Select(static said => (said.Type, said.Requested)),
            Is.EqualTo(new[] { (DhcpMessageType.Request, "192.168.0.100") }));

        // It gives the lease back: the address is only a wish then.
        await second.Port.DisposeAsync();
        var third = new AddressedRig(options, seed: 3);
        third.Port.SetCarrier(true);
        third.Run(2);
        Assert.That((third.Said[0].Type, third.Said[0].Requested), Is.EqualTo((DhcpMessageType.Discover, "192.168.0.100")));

        // Another network refuses it: it is forgotten.
        third.Address = "192.168.0.7";
        third.Answers = false;
        third.Port.SetCarrier(false);
        var fourth = new AddressedRig(options, seed: 4) { Address = "192.168.0.7" };
        fourth.Port.SetCarrier(true);
        fourth.Run(2);
        Assert.That(
            fourth.Said.Take(2).Select(static said => (said.Type, said.Requested)),
            Is.EqualTo(new[] { (DhcpMessageType.Request, "192.168.0.100"), (DhcpMessageType.Discover, (string?)null) }));
        Assert.That(fourth.Port.Assignments.Single().Address.ToString(), Is.EqualTo("192.168.0.7"));
        Assert.That(await File.ReadAllTextAsync(_path), Does.Contain("192.168.0.7"));
    }

    [Test]
    public void Port_WhoseFileCannotBeWritten_HasItsAddressAllTheSame()
    {
        File.WriteAllText(Path.Combine(_folder, "inner"), "a file where a folder should be");
        var rig = new AddressedRig(new AddressingOptions { UseDhcp = true, LeaseFile = _path });
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.Port.Assignments, Has.Count.EqualTo(1));
        rig.Refuses = true;
        rig.Port.SetCarrier(false);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.Port.Assignments, Is.Empty);
    }
}
