using System.Net;
using HostStack.Cli.Networks;
using HostStack.Cli.Options;
using HostStack.Cli.Tests.Rig;
using HostStack.Pan;

namespace HostStack.Cli.Tests.Networks;

[TestFixture]
public sealed class AttachmentRequestTests
{
    [TestCase(PanRole.Gn, null, "Interface Endpoint")]
    [TestCase(PanRole.Panu, null, "Interface Endpoint")]
    [TestCase(PanRole.Nap, null, "Interface UserMode Endpoint")]
    [TestCase(PanRole.Nap, AttachmentKind.UserMode, "UserMode")]
    [TestCase(PanRole.Nap, AttachmentKind.Interface, "Interface")]
    [TestCase(PanRole.Gn, AttachmentKind.Endpoint, "Endpoint")]
    public void Order_OfARole_IsTheBestFirst(PanRole role, object? wanted, string order) => Assert.That(
        string.Join(' ', new AttachmentRequest { Role = role, Wanted = (AttachmentKind?)wanted }.Order), Is.EqualTo(order));

    [TestCase(null, false, false, false)]
    [TestCase(PanRole.Gn, false, false, false)]
    [TestCase(PanRole.Panu, false, false, false)]
    [TestCase(PanRole.Nap, false, false, true)]
    [TestCase(PanRole.Nap, false, true, false)]
    [TestCase(PanRole.Nap, true, true, true)]
    [TestCase(PanRole.Gn, true, false, true)]
    public void Dhcp_IsAskedFor_OfANapOrWhereItWasSaid(PanRole? peer, bool said, bool isFixed, bool asks) => Assert.That(
        new AttachmentRequest
        {
            Role = PanRole.Panu,
            Dhcp = said,
            Addresses = isFixed ? [new IPNetworkAddress(IPAddress.Parse("10.9.0.2"), 24)] : [new IPNetworkAddress(IPAddress.Parse("fd00::2"), 64)],
        }.AsksDhcp(peer),
        Is.EqualTo(asks));

    [TestCase(PanRole.Gn, null, "hs-gn%d")]
    [TestCase(PanRole.Nap, null, "hs-nap%d")]
    [TestCase(PanRole.Panu, "net7", "net7")]
    public void Name_OfTheInterface_IsOursUnlessGiven(PanRole role, string? given, string name) =>
        Assert.That(new AttachmentRequest { Role = role, Interface = given }.InterfaceName, Is.EqualTo(name));

    [TestCase("gn -c virtual: --interface --endpoint", "leave one of them out")]
    [TestCase("gn -c virtual: --namespace a --endpoint", "--namespace needs an interface")]
    [TestCase("nap -c virtual: --user-mode --endpoint", "choose one")]
    [TestCase("nap -c virtual: --user-mode --uplink eth0", "--uplink needs an interface")]
    [TestCase("nap -c virtual: --forward tcp:8080:80 --interface", "--interface needs an interface")]
    [TestCase("nap -c virtual: --forward tcp:8080", "tcp:8080:80")]
    [TestCase("nap -c virtual: --subnet 10.0.0.0/30", "10.77.0.0/24")]
    [TestCase("nap -c virtual: --subnet 10.0.0.0/24 --address 10.0.0.1/24", "the same network")]
    [TestCase("nap -c virtual: --user-mode --address 10.0.0.1/24", "--subnet instead")]
    [TestCase("nap -c virtual: --bridge br0 --no-dhcp", "leave --subnet")]
    [TestCase("panu -c virtual: --bridge br0 --dhcp", "the bridge's matter")]
    [TestCase("gn -c virtual: --interface x --address 10.0.0.1", "10.0.0.1/24")]
    [TestCase("gn -c virtual: --mtu 500", "from 576 to 1500")]
    [TestCase("gn -c virtual: --user-mode", "There is no option")]
    [TestCase("gn -c virtual: --default-route", "There is no option")]
    public async Task Options_ThatContradict_AreOneSentence(string arguments, string remedy)
    {
        await using var run = CommandRun.Start(arguments.Split(' '));
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Story);
        Assert.That(run.Error, Does.StartWith("hoststack: ").And.Contain(remedy));
    }

    [TestCase("HostStack", ExpectedResult = "HostStack")]
    [TestCase("Anna's phone", ExpectedResult = "Anna-s-phone")]
    [TestCase("日本", ExpectedResult = null)]
    public string? HostName_OfADevice_IsWhatDhcpTakes(string name) => InterfaceAttachment.HostName(name);
}
