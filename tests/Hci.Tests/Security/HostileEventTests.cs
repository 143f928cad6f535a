using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Every security event cut at every octet, for no link, and in random order: nothing throws, nothing is
/// admitted, no secret is logged.</summary>
[TestFixture, Category("Attack")]
public sealed class HostileEventTests
{
    private const string Peer = SecurityRig.Peer;

    private static readonly (EventCode Code, string Parameters)[] Events =
    [
        (EventCode.LinkKeyRequest, Peer),
        (EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "04"),
        (EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "06"),
        (EventCode.PinCodeRequest, Peer),
        (EventCode.IoCapabilityRequest, Peer),
        (EventCode.IoCapabilityResponse, Peer + "010003"),
        (EventCode.IoCapabilityResponse, Peer + "FFFFFF"),
        (EventCode.UserConfirmationRequest, Peer + "40E20100"),
        (EventCode.UserPasskeyRequest, Peer),
        (EventCode.UserPasskeyNotification, Peer + "40E20100"),
        (EventCode.KeypressNotification, Peer + "01"),
        (EventCode.RemoteOobDataRequest, Peer),
        (EventCode.SimplePairingComplete, "00" + Peer),
        (EventCode.SimplePairingComplete, "05" + Peer),
        (EventCode.AuthenticationComplete, "000B00"),
        (EventCode.AuthenticationComplete, "060B00"),
        (EventCode.AuthenticationComplete, "230B00"),
        (EventCode.EncryptionChange, "000B0001"),
        (EventCode.EncryptionChange, "000B0002"),
        (EventCode.EncryptionChange, "000B0000"),
        (EventCode.EncryptionChange, "2A0B0000"),
        (EventCode.EncryptionChangeV2, "000B000210"),
        (EventCode.EncryptionKeyRefreshComplete, "000B00"),
        (EventCode.EncryptionKeyRefreshComplete, "050B00"),
    ];

    private static IEnumerable<int> Indices => Enumerable.Range(0, Events.Length);

    [TestCaseSource(nameof(Indices))]
    [Property("Id", "CVE-2019-9506"), Property("Id", "CVE-2020-10135"), Property("Id", "CVE-2023-24023")]
    [Property("Id", "CVE-2020-10134"), Property("Id", "CVE-2023-45866"), Property("Id", "CVE-2020-26555")]
    public void Event_EveryTruncationAndATrailingOctet_IsDroppedAndCounted(int index)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        var (code, parameters) = Events[index];
        for (var length = 0; length < parameters.Length; length += 2)
        {
            rig.Event(code, parameters[..length]);
        }

        rig.Event(code, parameters + "00");
        Assert.That(rig.Coordinator.Counters.Malformed, Is.EqualTo((parameters.Length / 2) + 1));
        rig.Expect();
        Assert.That(rig.Link.Published, Is.Empty);
    }

    [TestCaseSource(nameof(Indices))]
    public void Event_ForNoLink_IsAnsweredWithNoAtMost(int index)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        var (code, parameters) = Events[index];
        rig.Event(code, parameters.Replace(Peer, "A5A5005B0200", StringComparison.Ordinal).Replace("0B00", "0C00", StringComparison.Ordinal));
        while (rig.Commands.Count > 0)
        {
            Assert.That(rig.Commands.Take()[..4], Is.AnyOf("0C04", "0E04", "3404", "2D04", "2F04", "3304"), "Only refusals.");
        }
    }

    [Test]
    public void LinkKeyRequest_BeforeTheConnection_IsAnsweredFromTheStore()
    {
        using var rig = new SecurityRig();
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key);
    }

    [Test]
    public void HandleEvent_OfAnotherLayer_IsNotTaken()
    {
        using var rig = new SecurityRig();
        rig.Do(() => Assert.That(rig.Coordinator.HandleEvent(EventCode.InquiryComplete, [0]), Is.False));
    }

    [Test]
    public void EncryptionChange_UnknownCipher_IsDropped()
    {
        using var rig = new SecurityRig();
        rig.Event(EventCode.EncryptionChange, "00 0B00 03");
        Assert.That(rig.Link.Published, Is.Empty);
        Assert.That(rig.Coordinator.Counters.Malformed, Is.EqualTo(1));
    }

    [Test]
    public void Events_InRandomOrder_NeverAdmitAnUnreadKey([Range(1, 40)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var agent = new FakeAgent((IoCapability)random.Next(4))
        {
            Confirm = Task.FromResult(random.Next(2) == 0),
            Passkey = Task.FromResult<Passkey?>(new Passkey(123456)),
            Pin = Task.FromResult<PinCode?>(new PinCode("123456"u8)),
        };
        using var rig = new SecurityRig(agent, new SecurityOptions { AllowLegacyPairing = random.Next(2) == 0 });
        rig.Hide("123456");
        rig.Link.PeerSupportsSecureConnections = random.Next(2) == 0;
        rig.Link.PeerHostSupportsSsp = random.Next(2) == 0;
        rig.OpenWindow(600);
        var waiting = new List<Task>();
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(12))
            {
                case 0: waiting.Add(rig.Ensure(new() { Authenticated = random.Next(2) == 0 })); break;
                case 1: waiting.Add(rig.Pair()); break;
                case 2: rig.Advance(random.NextDouble() * 3); break;
                case 3: rig.Commands.KeySize = (byte)random.Next(7, 17); break;
                case 4 when rig.Link.Disconnected is not null:
                    rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
                    rig.Open(rig.Link);
                    rig.Link.Security = LinkSecurity.None;
                    break;
                default:
                    var (code, parameters) = Events[random.Next(Events.Length)];
                    rig.Event(code, parameters);
                    break;
            }

            if (rig.Check(new() { AllowUnknownKeySize = true }) == SecurityShortfall.None)
            {
                Assert.That(rig.Link.Security.KeySize, Is.EqualTo(16), $"step {step}");
            }
        }

        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        rig.Pump();
        Assert.That(waiting.Select(task => task.IsCompletedSuccessfully), Is.All.True, "Every caller is answered.");
    }
}
