using HostStack.Bnep.Control;
using HostStack.Pan.Roles;

namespace HostStack.Pan.Tests.Roles;

[TestFixture]
internal sealed class RolePairsTests
{
    private const ServedRoles All = ServedRoles.Panu | ServedRoles.Nap | ServedRoles.Gn;

    [Test]
    public void Judge_EveryPairWithAllServed_FollowsTheTable(
        [Values(0x1115, 0x1116, 0x1117, 0x1118, 0x0003)] int destination,
        [Values(0x1115, 0x1116, 0x1117, 0x1118, 0x000F)] int source)
    {
        int[] roles = [0x1115, 0x1116, 0x1117];
        var expected =
            !roles.Contains(destination) ? 0x0001
            : !roles.Contains(source) ? 0x0002
            : destination == 0x1115 || source == 0x1115 ? 0x0000
            : 0x0002;

        Assert.That((int)RolePairs.Judge(Role(destination), Role(source), All), Is.EqualTo(expected));
    }

    [Test]
    public void Judge_GoodPairThatIsNotServed_IsNotAllowed(
        [Values] PanRole destination,
        [Values(ServedRoles.None, ServedRoles.Panu, ServedRoles.Nap, ServedRoles.Gn)] ServedRoles served)
    {
        var expected = served == RolePairs.Flag(destination) ? SetupResponseCode.Success : SetupResponseCode.NotAllowed;

        Assert.That(RolePairs.Judge(destination, PanRole.Panu, served), Is.EqualTo(expected));
    }

    [Test]
    public void Judge_BadPairThatIsNotServed_IsStillABadPair(
        [Values(PanRole.Nap, PanRole.Gn)] PanRole destination, [Values(PanRole.Nap, PanRole.Gn)] PanRole source) =>
        Assert.That(
            RolePairs.Judge(destination, source, ServedRoles.None), Is.EqualTo(SetupResponseCode.InvalidSourceUuid));

    [Test]
    public void Judge_BothUnknown_NamesTheDestinationFirst() =>
        Assert.That(RolePairs.Judge(null, null, All), Is.EqualTo(SetupResponseCode.InvalidDestinationUuid));

    [Test]
    public void RoleOf_ShortValueOutsideTheBluetoothBase_IsNoRole() =>
        Assert.That(RolePairs.RoleOf(new BnepUuid((UInt128)0x1116 << 96)), Is.Null);

    [Test]
    public void RoleOf_ValueThatOnlyEndsLikeARole_IsNoRole() =>
        Assert.That(RolePairs.RoleOf(BnepUuid.FromShort(0x0001_1116)), Is.Null);

    [Test]
    public void UuidOf_IsTheAssignedNumber([Values] PanRole role) =>
        Assert.That(RolePairs.RoleOf(RolePairs.UuidOf(role)), Is.EqualTo(role));

    private static PanRole? Role(int uuid) => PanRoles.FromUuid((ushort)uuid);
}
