using System.Net;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

[TestFixture]
public sealed class NftScriptTests
{
    private static readonly GatewayPlan Plan = new(
        "hs-nap0", IPNetwork.Parse("10.77.3.0/24"), IPNetwork.Parse("fd12:3456:789a:1::/64"), null, 1500, true);

    [Test]
    public void Script_OfAnyUplink_IsThis() => Assert.That(NftScript.Make(Plan), Is.EqualTo(Lines("""
        table inet hoststack_hs_nap0
        delete table inet hoststack_hs_nap0
        table inet hoststack_hs_nap0 {
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr 10.77.3.0/24 oifname != "hs-nap0" masquerade
            ip6 saddr fd12:3456:789a:1::/64 oifname != "hs-nap0" masquerade
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname "hs-nap0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            oifname "hs-nap0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            oifname "hs-nap0" ct state established,related accept
            iifname "hs-nap0" oifname != "hs-nap0" ip saddr 10.77.3.0/24 accept
            iifname "hs-nap0" oifname != "hs-nap0" ip6 saddr fd12:3456:789a:1::/64 accept
            iifname "hs-nap0" drop
            oifname "hs-nap0" drop
          }
        }

        """)));

    [Test]
    public void Script_OfOneUplinkWithoutIPv6_IsThis() => Assert.That(NftScript.Make(Plan with { Uplink = "eth0", Prefix = null }), Is.EqualTo(Lines("""
        table inet hoststack_hs_nap0
        delete table inet hoststack_hs_nap0
        table inet hoststack_hs_nap0 {
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr 10.77.3.0/24 oifname "eth0" masquerade
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname "hs-nap0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            oifname "hs-nap0" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            oifname "hs-nap0" ct state established,related accept
            iifname "hs-nap0" oifname "eth0" ip saddr 10.77.3.0/24 accept
            iifname "hs-nap0" drop
            oifname "hs-nap0" drop
          }
        }

        """)));

    [Test]
    public void Removal_OfATable_WorksWithoutItToo() =>
        Assert.That(NftScript.Remove("hoststack_hs_nap0"), Is.EqualTo("table inet hoststack_hs_nap0\ndelete table inet hoststack_hs_nap0\n"));

    [TestCase("eth0\" accept; #")]
    [TestCase("a b")]
    public void Script_OfAHostileName_IsRefused(string uplink) =>
        Assert.That(() => NftScript.Make(Plan with { Uplink = uplink }), Throws.ArgumentException);

    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}
