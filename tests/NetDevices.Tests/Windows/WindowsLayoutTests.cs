using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HostStack.NetDevices.Windows.Native;

namespace HostStack.NetDevices.Tests.Windows;

/// <summary>Structures and requests against the Windows SDK's headers (netioapi.h, ws2ipdef.h) on 64 bits, and tap-windows.h.</summary>
[TestFixture]
internal sealed class WindowsLayoutTests
{
    [Test]
    public void Structures_HaveTheSizesOfTheHeaders()
    {
        Assert.That(Unsafe.SizeOf<SocketAddressInet>(), Is.EqualTo(28));
        Assert.That(Unsafe.SizeOf<RowAddress>(), Is.EqualTo(28));
        Assert.That(Unsafe.SizeOf<UnicastAddressRow>(), Is.EqualTo(80));
        Assert.That(Unsafe.SizeOf<ForwardRow>(), Is.EqualTo(104));
        Assert.That(Unsafe.SizeOf<InterfaceRow>(), Is.EqualTo(168));
        if (IntPtr.Size == sizeof(long))
        {
            Assert.That(Unsafe.SizeOf<OverlappedBlock>(), Is.EqualTo(32));
        }
    }

    [Test]
    public void UnicastAddressRow_Fields_AreWhereTheHeaderHasThem()
    {
        var row = default(UnicastAddressRow);
        Assert.That(Offset(ref row, ref row.Address), Is.Zero);
        Assert.That(Offset(ref row, ref row.InterfaceLuid), Is.EqualTo(32));
        Assert.That(Offset(ref row, ref row.InterfaceIndex), Is.EqualTo(40));
        Assert.That(Offset(ref row, ref row.ValidLifetime), Is.EqualTo(52));
        Assert.That(Offset(ref row, ref row.OnLinkPrefixLength), Is.EqualTo(60));
        Assert.That(Offset(ref row, ref row.SkipAsSource), Is.EqualTo(61));
        Assert.That(Offset(ref row, ref row.DadState), Is.EqualTo(64));
        Assert.That(Offset(ref row, ref row.CreationTimeStamp), Is.EqualTo(72));
    }

    [Test]
    public void ForwardRow_Fields_AreWhereTheHeaderHasThem()
    {
        var row = default(ForwardRow);
        Assert.That(Offset(ref row, ref row.InterfaceIndex), Is.EqualTo(8));
        Assert.That(Offset(ref row, ref row.Destination), Is.EqualTo(12));
        Assert.That(Offset(ref row, ref row.DestinationPrefixLength), Is.EqualTo(40));
        Assert.That(Offset(ref row, ref row.NextHop), Is.EqualTo(44));
        Assert.That(Offset(ref row, ref row.SitePrefixLength), Is.EqualTo(72));
        Assert.That(Offset(ref row, ref row.Metric), Is.EqualTo(84));
        Assert.That(Offset(ref row, ref row.Protocol), Is.EqualTo(88));
        Assert.That(Offset(ref row, ref row.Immortal), Is.EqualTo(95));
        Assert.That(Offset(ref row, ref row.Age), Is.EqualTo(96));
    }

    [Test]
    public void InterfaceRow_Fields_AreWhereTheHeaderHasThem()
    {
        var row = default(InterfaceRow);
        Assert.That(Offset(ref row, ref row.InterfaceLuid), Is.EqualTo(8));
        Assert.That(Offset(ref row, ref row.InterfaceIdentifier), Is.EqualTo(24));
        Assert.That(Offset(ref row, ref row.UseAutomaticMetric), Is.EqualTo(44));
        Assert.That(Offset(ref row, ref row.RouterDiscoveryBehavior), Is.EqualTo(52));
        Assert.That(Offset(ref row, ref row.ZoneIndices), Is.EqualTo(80));
        Assert.That(Offset(ref row, ref row.SitePrefixLength), Is.EqualTo(144));
        Assert.That(Offset(ref row, ref row.NlMtu), Is.EqualTo(152));
        Assert.That(Offset(ref row, ref row.ReachableTime), Is.EqualTo(160));
        Assert.That(Offset(ref row, ref row.DisableDefaultRoutes), Is.EqualTo(166));
    }

    [TestCase("10.0.0.7", "02000000" + "0A000007" + "0000000000000000000000000000000000000000")]
    [TestCase("fd00::7", "17000000" + "00000000" + "FD000000000000000000000000000007" + "00000000")]
    public void SocketAddress_HasTheOctetsOfWinsock(string address, string octets)
    {
        var value = new RowAddress(SocketAddressInet.From(IPAddress.Parse(address)));
        Assert.That(Convert.ToHexString(MemoryMarshal.AsBytes(new Span<RowAddress>(ref value))), Is.EqualTo(octets));
    }

    [TestCase("10.0.0.7", 2)]
    [TestCase("fd00::7", 23)]
    public void SocketAddress_OfNobody_IsOfTheSameFamily(string like, int family)
    {
        var value = SocketAddressInet.Any(IPAddress.Parse(like));
        Assert.That(value.Family, Is.EqualTo(family));
        Assert.That(((ReadOnlySpan<byte>)value.Octets).ToArray(), Is.All.Zero);
    }

    [TestCase(nameof(TapControl.GetMac), 0x0022_0004u)]
    [TestCase(nameof(TapControl.GetVersion), 0x0022_0008u)]
    [TestCase(nameof(TapControl.GetMtu), 0x0022_000Cu)]
    [TestCase(nameof(TapControl.SetMediaStatus), 0x0022_0018u)]
    public void Control_Codes_AreTheDrivers(string name, uint code) =>
        Assert.That((uint)Enum.Parse<TapControl>(name), Is.EqualTo(code));

    private static int Offset<TRow, TField>(ref TRow row, ref TField field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<TRow, byte>(ref row), ref Unsafe.As<TField, byte>(ref field));
}
