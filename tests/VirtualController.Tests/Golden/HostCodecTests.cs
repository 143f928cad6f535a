using System.Reflection;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Commands;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Golden;

/// <summary>The controller writes its octets by itself and the host reads them by itself: two readings of the
/// specification, which must agree on every command and event.</summary>
public class HostCodecTests
{
    private static readonly Dictionary<ushort, (int Size, Func<byte[], bool> Parse)> HostCommands = FindCommands();

    [Test]
    public void EveryCommand_OfTheHost_HasTheLengthTheControllerExpects()
    {
        var table = CommandTable.For(new ControllerOptions { DualMode = true });
        Assert.Multiple(() =>
        {
            foreach (var command in table.All.Where(static command => command.Length >= 0))
            {
                if (HostCommands.TryGetValue(command.Code, out var host))
                {
                    Assert.That(host.Size, Is.EqualTo(command.Length), $"0x{command.Code:X4}");
                }
            }
        });
        Assert.That(HostCommands, Has.Count.GreaterThan(80));
    }

    [Test]
    public void SupportedCommands_HostAndController_AgreeOnEveryBit()
    {
        var table = CommandTable.For(new ControllerOptions { DualMode = true });
        var supported = new SupportedCommands(table.Supported);
        Assert.Multiple(() =>
        {
            foreach (var code in HostCommands.Keys.Where(static code => code != CommandCode.ReadLocalSupportedCommands))
            {
                Assert.That(supported.Supports(new OpCode(code)), Is.EqualTo(table.Find(code) is not null), $"0x{code:X4}");
            }
        });
    }

    [Test]
    public void EveryPacket_OfALongRun_IsOneThatTheHostReads()
    {
        var hosts = new TwoHosts();
        hosts.EnableSimplePairing();
        foreach (var mode in new[] { "00", "01", "02" })
        {
            hosts.Command(hosts.B, "01 52 0c f1 00 03 09 42 62" + new string('0', 2 * 236));
            hosts.Command(hosts.A, "01 45 0c 01" + mode);
            hosts.Command(hosts.A, "01 01 04 05 33 8b 9e 01 00");
            hosts.Simulation.Advance(TimeSpan.FromSeconds(2));
        }

        hosts.Command(hosts.A, "01 19 04 0a" + TwoHosts.AddressOfB + "02 00 00 00");
        hosts.Settle();
        hosts.Connect();
        hosts.Pair();
        foreach (var command in new[]
        {
            "1b 04 02 2a 00", "1c 04 03 2a 00 01", "1d 04 02 2a 00", "1f 04 02 2a 00", "0f 04 04 2a 00 18 cc",
            "37 0c 04 2a 00 80 0c", "0b 08 07" + TwoHosts.AddressOfB + "01", "03 08 0a 2a 00 20 03 90 01 04 00 01 00", "53 0c 02 2a 00",
        })
        {
            hosts.A.Send("01" + command);
            hosts.Settle();
        }

        hosts.A.Send("02 2a 00 01 00 00");
        hosts.ControllerA.RaiseHardwareError();
        hosts.Settle();
        AnswerEveryRead(hosts);
        hosts.A.Send("01 06 04 03 2a 00 13");
        hosts.Settle();

        var codes = new HashSet<string>();
        Assert.Multiple(() =>
        {
            foreach (var packet in hosts.A.Trace.Concat(hosts.B.Trace).Where(static line => line.StartsWith("> 04", StringComparison.Ordinal)))
            {
                codes.Add(packet[4..6]);
                Assert.That(IsReadable(Convert.FromHexString(packet[4..])), packet);
            }
        });
        Assert.That(codes, Has.Count.GreaterThan(28));
    }

    private static void AnswerEveryRead(TwoHosts hosts)
    {
        foreach (var command in CommandTable.For(new ControllerOptions()).All.Where(static command =>
            command.Completes && command.Code is not (CommandCode.Reset or CommandCode.HostNumberOfCompletedPackets)))
        {
            var parameters = command.Length == 2 ? "022a00" : $"{Math.Max(0, command.Length):x2}{new string('0', 2 * Math.Max(0, command.Length))}";
            if (command.Length is 0 or 2 && command.Code is not (CommandCode.WriteDefaultLinkPolicySettings or CommandCode.WriteLeHostSupport))
            {
                hosts.A.Send($"01{command.Code & 0xFF:x2}{command.Code >> 8:x2}{parameters}");
                hosts.Settle();
            }
        }
    }

    private static bool IsReadable(byte[] packet)
    {
        var parameters = packet[2..];
        return (EventCode)packet[0] switch
        {
            EventCode.InquiryComplete => Reads<InquiryCompleteEvent>(parameters),
            EventCode.InquiryResult => Reads<InquiryResultEvent>(parameters),
            EventCode.InquiryResultWithRssi => Reads<InquiryResultWithRssiEvent>(parameters),
            EventCode.ExtendedInquiryResult => Reads<ExtendedInquiryResultEvent>(parameters),
            EventCode.ConnectionComplete => Reads<ConnectionCompleteEvent>(parameters),
            EventCode.ConnectionRequest => Reads<ConnectionRequestEvent>(parameters),
            EventCode.DisconnectionComplete => Reads<DisconnectionCompleteEvent>(parameters),
            EventCode.AuthenticationComplete => Reads<AuthenticationCompleteEvent>(parameters),
            EventCode.RemoteNameRequestComplete => Reads<RemoteNameRequestCompleteEvent>(parameters),
            EventCode.EncryptionChange => Reads<EncryptionChangeEvent>(parameters),
            EventCode.ReadRemoteSupportedFeaturesComplete => Reads<ReadRemoteSupportedFeaturesCompleteEvent>(parameters),
            EventCode.ReadRemoteExtendedFeaturesComplete => Reads<ReadRemoteExtendedFeaturesCompleteEvent>(parameters),
            EventCode.ReadRemoteVersionInformationComplete => Reads<ReadRemoteVersionInformationCompleteEvent>(parameters),
            EventCode.ReadClockOffsetComplete => Reads<ReadClockOffsetCompleteEvent>(parameters),
            EventCode.ConnectionPacketTypeChanged => Reads<ConnectionPacketTypeChangedEvent>(parameters),
            EventCode.CommandStatus => Reads<CommandStatusEvent>(parameters),
            EventCode.CommandComplete => Reads<CommandCompleteEvent>(parameters) && ReadsReturn(parameters),
            EventCode.HardwareError => Reads<HardwareErrorEvent>(parameters),
            EventCode.RoleChange => Reads<RoleChangeEvent>(parameters),
            EventCode.NumberOfCompletedPackets => Reads<NumberOfCompletedPacketsEvent>(parameters),
            EventCode.ModeChange => Reads<ModeChangeEvent>(parameters),
            EventCode.LinkKeyRequest => Reads<LinkKeyRequestEvent>(parameters),
            EventCode.LinkKeyNotification => Reads<LinkKeyNotificationEvent>(parameters),
            EventCode.MaxSlotsChange => Reads<MaxSlotsChangeEvent>(parameters),
            EventCode.EncryptionKeyRefreshComplete => Reads<EncryptionKeyRefreshCompleteEvent>(parameters),
            EventCode.IoCapabilityRequest => Reads<IoCapabilityRequestEvent>(parameters),
            EventCode.IoCapabilityResponse => Reads<IoCapabilityResponseEvent>(parameters),
            EventCode.UserConfirmationRequest => Reads<UserConfirmationRequestEvent>(parameters),
            EventCode.SimplePairingComplete => Reads<SimplePairingCompleteEvent>(parameters),
            EventCode.LinkSupervisionTimeoutChanged => Reads<LinkSupervisionTimeoutChangedEvent>(parameters),
            EventCode.RemoteHostSupportedFeatures => Reads<RemoteHostSupportedFeaturesEvent>(parameters),
            _ => false,
        };
    }

    private static bool Reads<T>(ReadOnlySpan<byte> parameters)
        where T : struct, IHciEvent<T>, allows ref struct => T.TryParse(parameters, out _);

    private static bool ReadsReturn(byte[] parameters) =>
        !HostCommands.TryGetValue((ushort)(parameters[1] | (parameters[2] << 8)), out var command) || command.Parse(parameters[3..]);

    private static bool ReadsReturn<T>(byte[] octets)
        where T : struct, IReturnParameters<T> => T.TryParse(octets, out _);

    private static Dictionary<ushort, (int Size, Func<byte[], bool> Parse)> FindCommands()
    {
        var found = new Dictionary<ushort, (int, Func<byte[], bool>)>();
        var reads = typeof(HostCodecTests).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .Single(static method => method is { Name: nameof(ReadsReturn), IsGenericMethod: true });
        foreach (var type in typeof(IHciCommand).Assembly.GetTypes()
            .Where(static type => type is { IsValueType: true, IsByRefLike: false } && typeof(IHciCommand).IsAssignableFrom(type)))
        {
            IHciCommand command;
            int size;
            try
            {
                command = (IHciCommand)Activator.CreateInstance(type)!;
                size = command.EncodedSize;
            }
            catch (NullReferenceException)
            {
                continue;   // a command that carries a list has no size without one
            }

            var result = type.GetInterfaces()
                .FirstOrDefault(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IHciCommand<>));
            Func<byte[], bool> parse = result is null
                ? static _ => true
                : reads.MakeGenericMethod(result.GetGenericArguments()[0]).CreateDelegate<Func<byte[], bool>>();
            found[command.OpCode.Value] = (size, parse);
        }

        return found;
    }
}
