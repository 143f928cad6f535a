using HostStack.Hci.Commands;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Sets a controller up from nothing, so that real dongles survive it: what one does not know is left out, what
/// it answers wrong is noted and worked around (Core, Vol 4, Part E, 3 and 4).</summary>
internal sealed class BringUp(CommandQueue commands, HciOptions options, StartupContext startup)
{
    // What every controller with three-slot packets can take, where one says nothing of its buffers.
    private const int FallbackDataLength = 339;
    private const int FallbackPackets = 1;
    private const byte FirstExtendedPage = 1;

    private readonly List<string> _quirks = [.. startup.Warnings];
    private ControllerQuirks _known = startup.Quirks;

    /// <summary>Runs every step but the last, which lets peers in and is the host's.</summary>
    /// <exception cref="ControllerUnavailableException">The controller does not answer, or cannot do BR/EDR.</exception>
    public async Task<ControllerInfo> RunAsync()
    {
        await startup.ResetAsync();
        var version = await commands.SendAsync(default(ReadLocalVersionInformationCommand));
        Note(OpCode.ReadLocalVersionInformation, version.Status);
        LeaveOutWhatDoesNotWork(version);
        var supported = await ReadSupportedCommandsAsync();
        var features = await ReadFeaturesAsync();
        if (features.Has(LmpFeaturePage0.BrEdrNotSupported))
        {
            throw new ControllerUnavailableException("The controller does Bluetooth LE only; use one that does BR/EDR.") { IsFinal = true };
        }

        var buffers = await ReadBuffersAsync();
        var address = await commands.SendAsync(default(ReadBdAddrCommand));
        JudgeAddress(address.Address);
        await TryAsync(new SetEventMaskCommand(WantedEvents(features)));
        await TryAsync(new DeleteStoredLinkKeyCommand(default, DeleteAll: true));
        var ssp = await TurnSimplePairingOnAsync(features);
        var secureConnections = ssp && options.SecureConnections
            && features.Has(LmpFeaturePage2.SecureConnectionsController)
            && await TryAsync(new WriteSecureConnectionsHostSupportCommand(true));
        await ConfigureAsync(features);
        return new ControllerInfo
        {
            Address = address.Address,
            Version = version,
            Commands = supported,
            Features = features,
            Buffers = buffers,
            SimplePairing = ssp,
            SecureConnections = secureConnections,
            Firmware = startup.Loaded,
            KnownQuirks = _known,
            Quirks = [.. _quirks],
        };
    }

    /// <summary>What inquiries are told: the name and the services.</summary>
    public static EirData ExtendedInquiryResponse(string name, IReadOnlyList<Guid> services)
    {
        var builder = new EirBuilder();
        var shorts = services.Where(IsShort).Select(uuid => (ushort)ShortForm(uuid)).Distinct().ToArray();
        var longs = services.Where(uuid => !IsShort(uuid)).Distinct().ToArray();
        if (shorts.Length > 0)
        {
            builder.AddUuids16(shorts);
        }

        if (longs.Length > 0)
        {
            builder.AddUuids128(longs);
        }

        return builder.AddName(name).Build();
    }

    private static uint ShortForm(Guid uuid)
    {
        Span<byte> octets = stackalloc byte[16];
        uuid.TryWriteBytes(octets, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private static bool IsShort(Guid uuid) =>
        ShortForm(uuid) <= ushort.MaxValue && InquiryInformation.Expand(ShortForm(uuid)) == uuid;

    private static EventMask WantedEvents(LmpFeatures features)
    {
        var events = EventMask.InquiryComplete | EventMask.InquiryResult | EventMask.ConnectionComplete
            | EventMask.ConnectionRequest | EventMask.DisconnectionComplete | EventMask.AuthenticationComplete
            | EventMask.RemoteNameRequestComplete | EventMask.EncryptionChange | EventMask.ChangeConnectionLinkKeyComplete
            | EventMask.ReadRemoteSupportedFeaturesComplete | EventMask.ReadRemoteVersionInformationComplete
            | EventMask.HardwareError | EventMask.RoleChange | EventMask.ModeChange | EventMask.PinCodeRequest
            | EventMask.LinkKeyRequest | EventMask.LinkKeyNotification | EventMask.DataBufferOverflow
            | EventMask.MaxSlotsChange | EventMask.ReadClockOffsetComplete | EventMask.ConnectionPacketTypeChanged
            | EventMask.PageScanRepetitionModeChange;
        events |= features.Has(LmpFeaturePage0.RssiWithInquiryResults) ? EventMask.InquiryResultWithRssi : 0;
        events |= features.Has(LmpFeaturePage0.ExtendedFeatures) ? EventMask.ReadRemoteExtendedFeaturesComplete : 0;
        events |= features.Has(LmpFeaturePage0.ExtendedInquiryResponse) ? EventMask.ExtendedInquiryResult : 0;
        events |= features.Has(LmpFeaturePage0.PauseEncryption) ? EventMask.EncryptionKeyRefreshComplete : 0;
        events |= features.Has(LmpFeaturePage0.LinkSupervisionTimeoutChangedEvent)
            ? EventMask.LinkSupervisionTimeoutChanged
            : 0;
        events |= features.Has(LmpFeaturePage0.SecureSimplePairing)
            ? EventMask.IoCapabilityRequest | EventMask.IoCapabilityResponse | EventMask.UserConfirmationRequest
                | EventMask.UserPasskeyRequest | EventMask.RemoteOobDataRequest | EventMask.SimplePairingComplete
                | EventMask.UserPasskeyNotification | EventMask.KeypressNotification | EventMask.RemoteHostSupportedFeatures
            : 0;
        return events;
    }

    private void LeaveOutWhatDoesNotWork(in ReadLocalVersionInformationReturn version)
    {
        if (startup.Device is { Usb: { } usb, Release: var release })
        {
            _known |= KnownControllers.Find(usb, release)?.Quirks ?? ControllerQuirks.None;
        }

        var told = VersionQuirks.For(startup.Device, version);
        _known |= told;
        if (told.HasFlag(ControllerQuirks.SuspendOnce) && startup.Device is { HasSlept: false })
        {
            // By what it says, not by its release alone, which originals have as well.
            _quirks.Add("The controller may give no data before it has slept once, and could not be let sleep; on Linux install the udev rule of HostStack or run as root (docs/usb.md), elsewhere use another dongle if connections fail.");
            if (startup.Device is { MustSleep: false } device)
            {
                startup.AskToReopen(ReopenReasons.MustSleep, device with { MustSleep = true });
            }
        }

        foreach (var remedy in QuirkRemedies.For(_known))
        {
            if (remedy.Sentence is { } sentence)
            {
                _quirks.Add(sentence);
            }

            foreach (var opCode in remedy.LeftOut)
            {
                commands.LeaveOut(opCode);
            }
        }
    }

    private void JudgeAddress(BdAddr address)
    {
        if (options.Address is { } wanted && wanted != address)
        {
            var refusal = startup.AddressRefusal ?? "Only CSR and Broadcom chips that are known as such take one";
            throw StartupContext.Final($"The controller cannot be given the address {wanted}: {refusal}; leave out --device-address, its own is {address}.");
        }

        if (address.IsZero)
        {
            _quirks.Add("The controller has no address (00:00:00:00:00:00); peers may refuse it, and its keys are not its own.");
        }
        else if (address.IsMulticast)
        {
            _quirks.Add($"The controller's address {address} is a multicast one; a network interface cannot have it as its MAC.");
        }
        else if (DefaultAddresses.Find(address) is { } known)
        {
            _quirks.Add($"The controller's address {address} is the one of all {known.What}; two of them cannot be told apart, --device-address gives it another.");
        }
    }

    private async Task<SupportedCommands?> ReadSupportedCommandsAsync()
    {
        var supported = await commands.SendAsync(default(ReadLocalSupportedCommandsCommand));
        Note(OpCode.ReadLocalSupportedCommands, supported.Status);
        if (supported.Status != HciStatus.Success)
        {
            return null;
        }

        commands.Supported = supported.SupportedCommands;
        return supported.SupportedCommands;
    }

    private async Task<LmpFeatures> ReadFeaturesAsync()
    {
        var page0 = await commands.SendAsync(default(ReadLocalSupportedFeaturesCommand));
        Note(OpCode.ReadLocalSupportedFeatures, page0.Status);
        var features = new LmpFeatures(page0.LmpFeatures);
        if (features.Has(LmpFeaturePage0.ExtendedFeatures))
        {
            var last = _known.HasFlag(ControllerQuirks.FeaturesPage2) ? FirstExtendedPage : LmpFeatures.LastPage;
            for (var number = FirstExtendedPage; number <= last; number++)
            {
                var page = await commands.SendAsync(new ReadLocalExtendedFeaturesCommand(number));
                Note(OpCode.ReadLocalExtendedFeatures, page.Status);
                if (page.Status != HciStatus.Success)
                {
                    break;
                }

                features = features.With(page.PageNumber, page.ExtendedLmpFeatures);
                last = Math.Min(last, page.MaximumPageNumber);
            }
        }

        return features;
    }

    private async Task<AclBuffers> ReadBuffersAsync()
    {
        var size = await commands.SendAsync(default(ReadBufferSizeCommand));
        if (size.AclDataPacketLength == 0 || size.TotalNumAclDataPackets == 0)
        {
            _quirks.Add("The controller tells of no ACL buffers; one packet at a time is sent.");
        }

        return new AclBuffers(
            size.TotalNumAclDataPackets == 0 ? FallbackPackets : size.TotalNumAclDataPackets,
            size.AclDataPacketLength == 0 ? FallbackDataLength : size.AclDataPacketLength);
    }

    // Without it nobody pairs unless the operator allows PINs, so that it is told however it came to be missing.
    private async Task<bool> TurnSimplePairingOnAsync(LmpFeatures features)
    {
        const string remedy = "its peers pair by PIN, where that is allowed (--pin), or use another controller";
        if (!features.Has(LmpFeaturePage0.SecureSimplePairing))
        {
            _quirks.Add($"The controller tells of no Secure Simple Pairing; {remedy}.");
            return false;
        }

        var status = (await commands.SendAsync(new WriteSimplePairingModeCommand(true))).Status;
        if (status != HciStatus.Success)
        {
            _quirks.Add($"The controller tells of Secure Simple Pairing and does not turn it on ({status}); {remedy}.");
        }

        return status == HciStatus.Success;
    }

    private async Task ConfigureAsync(LmpFeatures features)
    {
        await TryAsync(new WriteLocalNameCommand(DeviceName.From(options.Name)));
        await TryAsync(new WriteClassOfDeviceCommand(options.ClassOfDevice));
        if (features.Has(LmpFeaturePage0.ExtendedInquiryResponse))
        {
            var response = ExtendedInquiryResponse(options.Name, options.ServiceUuids);
            await TryAsync(new WriteExtendedInquiryResponseCommand(false, response));
            await TryAsync(new WriteInquiryModeCommand(InquiryMode.Extended));
        }
        else if (features.Has(LmpFeaturePage0.RssiWithInquiryResults))
        {
            await TryAsync(new WriteInquiryModeCommand(InquiryMode.WithRssi));
        }

        await TryAsync(new WritePageTimeoutCommand(Slots.From(options.PageTimeout)));
        await TryAsync(new WriteConnectionAcceptTimeoutCommand(Slots.From(options.AcceptTimeout)));
        var policy = (features.Has(LmpFeaturePage0.RoleSwitch) ? LinkPolicySettings.RoleSwitch : LinkPolicySettings.None)
            | (features.Has(LmpFeaturePage0.SniffMode) ? LinkPolicySettings.SniffMode : LinkPolicySettings.None);
        await TryAsync(new WriteDefaultLinkPolicySettingsCommand(policy));
        if (features.Has(LmpFeaturePage0.LeSupportedController))
        {
            await TryAsync(new WriteLeHostSupportCommand(false));
        }
    }

    private async Task<bool> TryAsync(IHciCommand<StatusReturn> command)
    {
        var status = (await commands.SendAsync(command)).Status;
        Note(command.OpCode, status);
        return status == HciStatus.Success;
    }

    private async Task TryAsync(DeleteStoredLinkKeyCommand command) =>
        Note(command.OpCode, (await commands.SendAsync(command)).Status);

    private void Note(OpCode opCode, HciStatus status)
    {
        if (status is not (HciStatus.Success or HciStatus.UnknownCommand))
        {
            _quirks.Add($"The controller refuses command {OpCodeNames.Of(opCode)} ({status}); it is left as it is.");
        }
    }
}
