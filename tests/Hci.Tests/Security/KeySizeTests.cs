using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Encryption key sizes: what ends a link, what a service does not admit, and when a size is read.</summary>
[TestFixture]
public sealed class KeySizeTests
{
    [Test]
    public void KeySize_1BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 1);

    [Test]
    public void KeySize_2BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 2);

    [Test]
    public void KeySize_3BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 3);

    [Test]
    public void KeySize_4BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 4);

    [Test]
    public void KeySize_5BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 5);

    [Test]
    public void KeySize_6BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 6);

    [Test]
    public void KeySize_0BegunHere_LinkIsEnded() =>
        Ended(local: true, size: 0);

    [Test]
    public void KeySize_CannotBeRead_LinkIsEnded() =>
        Ended(local: true, size: 16, arrange: rig => rig.Commands.Returns[OpCode.ReadEncryptionKeySize] = [0x1F]);

    [Test]
    public void KeySize_7BelowTheMinimum_IsNotAdmitted() =>
        Lives(local: true, size: 7, SecurityShortfall.KeyTooShort);

    [Test]
    public void KeySize_15BelowTheMinimum_IsNotAdmitted() =>
        Lives(local: true, size: 15, SecurityShortfall.KeyTooShort);

    [Test]
    public void KeySize_1BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 1);

    [Test]
    public void KeySize_2BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 2);

    [Test]
    public void KeySize_3BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 3);

    [Test]
    public void KeySize_4BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 4);

    [Test]
    public void KeySize_5BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 5);

    [Test]
    public void KeySize_6BegunByThePeer_LinkIsEnded() =>
        Ended(local: false, size: 6);

    [Test]
    public void KeySize_15BegunByThePeer_IsNotAdmitted() =>
        Lives(local: false, size: 15, SecurityShortfall.KeyTooShort);

    [Test]
    public void KeySize_7AndTheServiceAsksFor7_IsAdmitted() =>
        Lives(local: false, size: 7, SecurityShortfall.None, new() { MinimumKeySize = 7 });

    [Test]
    public void KeySize_6AfterARefresh_LinkIsEnded() =>
        EndedLater(rig => rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00"));

    [Test]
    public void KeySize_16BegunByThePeer_IsAdmitted() =>
        Lives(local: false, size: 16, SecurityShortfall.None);

    [Test]
    public void KeySize_6InTheEvent_LinkIsEnded() =>
        EndedLater(rig => rig.Event(EventCode.EncryptionChangeV2, "00 0B00 01 06"));

    [Test]
    public void KeySize_6WhenEncryptionComesBack_LinkIsEnded() =>
        EndedLater(rig =>
        {
            rig.Event(EventCode.EncryptionChange, "00 0B00 00");
            rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        });

    [Test]
    public void KeySize_CommandUnknown_IsNotAdmitted() =>
        Lives(local: true, size: 0, SecurityShortfall.KeySizeUnknown, arrange: rig => rig.Commands.Unsupported.Add(OpCode.ReadEncryptionKeySize));

    [Test]
    public void KeySize_CommandUnknownAndAllowed_IsAdmitted() =>
        Lives(
            local: true, size: 0, SecurityShortfall.None, new() { AllowUnknownKeySize = true },
            rig => rig.Commands.Unsupported.Add(OpCode.ReadEncryptionKeySize));

    [Test]
    public void KeySize_17_LinkIsEnded() =>
        Ended(local: true, size: 17);

    private static void Ended(bool local, byte size, Action<SecurityRig>? arrange = null)
    {
        using var rig = Encrypted(local, size, arrange);
        AssertEnded(rig);
    }

    private static void EndedLater(Action<SecurityRig> act)
    {
        using var rig = Encrypted(local: true, 16, null);
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
        rig.Commands.KeySize = 6;
        act(rig);
        AssertEnded(rig);
    }

    private static void AssertEnded(SecurityRig rig)
    {
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Check(new() { MinimumKeySize = 7, AllowUnknownKeySize = true }), Is.Not.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Link.Security.IsEncrypted, Is.False, "Nothing may be admitted while the link goes down.");
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.KeyTooShort).Or.EqualTo(SecurityRule.KeySizeUnknown));
        Assert.That(rig.Ensure().Ended(), Is.Not.EqualTo(SecurityShortfall.None));
    }

    private static void Lives(
        bool local, byte size, SecurityShortfall expected, SecurityRequirement? requirement = null, Action<SecurityRig>? arrange = null)
    {
        using var rig = Encrypted(local, size, arrange);
        Assert.That(rig.Link.Disconnected, Is.Null);
        Assert.That(rig.Check(requirement), Is.EqualTo(expected));
        Assert.That(rig.Ensure(requirement).Ended(), Is.EqualTo(expected));
        Assert.That(rig.Link.Security.KeySize, Is.EqualTo(size));
    }

    private static SecurityRig Encrypted(bool local, byte size, Action<SecurityRig>? arrange)
    {
        var rig = new SecurityRig();
        rig.Commands.KeySize = size;
        arrange?.Invoke(rig);
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        if (local)
        {
            _ = rig.Ensure();
        }

        rig.Event(EventCode.LinkKeyRequest, SecurityRig.Peer);
        if (!local)
        {
            // The peer encrypts first; it has to prove itself before anything counts.
            rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        }

        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        if (local)
        {
            rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        }

        return rig;
    }
}
