using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Contracts;

/// <summary>What a bus, a device and its transfers promise (<see cref="IUsbBus"/>, <see cref="IUsbDevice"/>,
/// <see cref="IUsbTransfer"/>), checked on a Bluetooth controller: a virtual one, one in a guest, or a dongle. A program runs
/// them by <see cref="RunAll"/>, tests one by one.</summary>
public static partial class UsbDeviceChecks
{
    private const ushort Reset = 0x0C03;
    private const ushort ReadAddress = 0x1009;
    private const byte HubClass = 0x09;

    /// <summary>The checks by name, in an order in which they may run on one device.</summary>
    public static IReadOnlyList<(string Name, Action<UsbSubject> Check)> All { get; } =
    [
        ("List_HoldsTheController_WithItsEndpoints", ListsTheController),
        ("List_HoldsNoHub", ListsNoHub),
        ("Probe_OfAnIdleController_LeavesItAsItWas", Probes),
        ("Open_TellsTheSameDevice", OpensTheSameDevice),
        ("Claim_Released_CanBeClaimedAgain", ClaimsAgain),
        ("Claim_WhileAnotherHasIt_IsRefusedInASentence", RefusesASecondClaim),
        ("Claim_TakesItFromItsDriver_ReleaseAndDisposeGiveItBack", GivesTheDriverBack),
        ("Request_ForTheDescriptor_BringsIt", ReadsTheDescriptor),
        ("Request_Refused_IsStalled_AndTheNextOneWorks", StallsOneRequest),
        ("Command_IsAnsweredByAnEvent", AnswersACommand),
        ("Transfers_OfOneEndpoint_EndInOrder", EndsInOrder),
        ("Completion_MaySubmitAgain", SubmitsFromWithin),
        ("Completion_ThatThrows_EndsItsDevice_AndNoOther", EndsWithItsUser),
        ("Submit_AllocatesNothing", AllocatesNothing),
        ("Cancel_EndsATransfer_ThatWorksAgainAfterwards", Cancels),
        ("Cancel_OfOneOfThree_LeavesTheOthers", CancelsOne),
        ("Cancel_OfAnIdleTransfer_DoesNothing", CancelsNothing),
        ("Submit_OfNothing_SendsAnEmptyPacket", SendsAnEmptyPacket),
        ("SelectAlternate_OfAClaimedInterface_Works", SelectsAnAlternate),
        ("ClearHalt_LetsTheEndpointGoOn", ClearsAHalt),
        ("Dispose_ThenOpen_WorksAgain", OpensAgain),
        ("Unplugged_EndsEverythingAsGone_AndComesBack", ComesBack),
    ];

    /// <summary>Runs all checks, for programs without a test framework.</summary>
    /// <param name="subject">The bus and the controller.</param>
    /// <param name="report">Gets a line for each check: <c>pass NAME</c>, <c>skip NAME</c>, <c>FAIL NAME: why</c>.</param>
    /// <returns>How many failed.</returns>
    public static int RunAll(UsbSubject subject, Action<string> report)
    {
        var failed = 0;
        foreach (var (name, check) in All)
        {
#pragma warning disable CA1031 // A check that fails in any way has failed, and the next one runs.
            try
            {
                check(subject);
                report($"pass {name}");
            }
            catch (CheckSkippedException skipped)
            {
                report($"skip {name}: {skipped.Message}");
            }
            catch (Exception failure)
            {
                failed++;
                report($"FAIL {name}: {failure.GetType().Name}: {failure.Message}");
            }
#pragma warning restore CA1031
        }

        return failed;
    }

    private static void ListsTheController(UsbSubject subject)
    {
        var found = subject.Find();
        var first = found.Interfaces.FirstOrDefault(static one => one is { Number: 0, Alternate: 0 });
        Require(first is not null, "interface 0 is listed");
        Require(first!.Endpoints.Any(static end => end is { Kind: UsbTransferKind.Interrupt, IsIn: true }), "it has an interrupt endpoint in");
        Require(first.Endpoints.Any(static end => end is { Kind: UsbTransferKind.Bulk, IsIn: true }), "it has a bulk endpoint in");
        Require(first.Endpoints.Any(static end => end is { Kind: UsbTransferKind.Bulk, IsIn: false }), "it has a bulk endpoint out");
        Require(first.Endpoints.All(static end => end.MaximumPacket > 0), "its endpoints have packets");
        Require(found.Location.StartsWith($"{found.Bus}.", StringComparison.Ordinal) && found.Ports.Length > 0, "it is at a port of a bus");
    }

    private static void ListsNoHub(UsbSubject subject) =>
        Require(subject.Bus.List().All(static device => device.Class.Class != HubClass), "hubs are left out");

    private static void Probes(UsbSubject subject)
    {
        var access = subject.Bus.Probe(subject.Find());
        Require(access.CanOpen, $"it can be opened ({access.Problem})");
        Require(subject.Driver is null || access.Driver == subject.Driver, $"its driver is {subject.Driver}, not {access.Driver}");
        using var open = new UsbConversation(subject);
    }

    private static void OpensTheSameDevice(UsbSubject subject)
    {
        var listed = subject.Find();
        using var device = subject.Bus.Open(listed);
        Require(device.Info.Id == listed.Id && device.Info.Location == listed.Location && device.Info.Address == listed.Address,
            "the open device is the one of the list");
    }

    private static void ClaimsAgain(UsbSubject subject)
    {
        using var device = subject.Bus.Open(subject.Find());
        device.Release(0);
        device.Claim(0);
        device.Release(0);
        device.Release(0);
        device.Claim(0);
    }

    private static void RefusesASecondClaim(UsbSubject subject)
    {
        SkipUnless(subject.ClaimsAreExclusive, "this bus does not know who else has an interface");
        using (var first = subject.Bus.Open(subject.Find()))
        using (var second = subject.Bus.Open(subject.Find()))
        {
            first.Claim(0);
            try
            {
                second.Claim(0);
            }
            catch (ControllerUnavailableException refusal)
            {
                Require(refusal.Message.EndsWith('.') && refusal.Message.Length > 20, "the refusal is a sentence");
                first.Release(0);
                second.Claim(0);
                return;
            }
        }

        throw new CheckFailedException("A second program could claim an interface that the first one has.");
    }

    private static void GivesTheDriverBack(UsbSubject subject)
    {
        SkipUnless(subject.Driver is not null, "this bus does not tell of drivers");
        using (var device = subject.Bus.Open(subject.Find()))
        {
            device.Claim(0);
            Require(DriverNow(subject) != subject.Driver, "a claimed interface has left its driver");
            device.Release(0);
            Require(DriverNow(subject) == subject.Driver, "a released interface is back at its driver");
            device.Claim(0);
        }

        Require(DriverNow(subject) == subject.Driver, "a closed device is back at its driver");
    }

    private static string? DriverNow(UsbSubject subject) => subject.Bus.Probe(subject.Find()).Driver;

    private static void SelectsAnAlternate(UsbSubject subject)
    {
        SkipUnless(subject.Find().Interfaces.Any(static one => one.Number == 1), "the device has no interface 1");
        using var open = new UsbConversation(subject);
        open.Device.Claim(1);
        open.Device.SelectAlternate(1, 0);
        try
        {
            open.Device.SelectAlternate(1, 99);
        }
        catch (IOException)
        {
            open.Device.SelectAlternate(1, 0);
            open.Device.Release(1);
            return;
        }

        throw new CheckFailedException("An alternate that the interface has not was selected.");
    }

    private static void OpensAgain(UsbSubject subject)
    {
        for (var i = 0; i < 3; i++)
        {
            using var open = new UsbConversation(subject);
            open.CommandWithAnswer(Reset);
        }

        var device = subject.Bus.Open(subject.Find());
        device.Dispose();
        device.Dispose();
    }

    private static void ComesBack(UsbSubject subject)
    {
        SkipUnless(subject.Unplug is not null && subject.Replug is not null, "nobody unplugs the controller");
        using (var open = new UsbConversation(subject))
        {
            IUsbTransfer[] pending = [open.Make(open.EventIn, 64), open.Make(open.AclIn, 1024), open.Make(open.AclIn, 1024)];
            foreach (var transfer in pending)
            {
                transfer.Submit(transfer.Buffer.Length);
            }

            subject.Unplug!();
            foreach (var _ in pending)
            {
                var ended = open.Events.Wait("a transfer of an unplugged device");
                Require(ended.Status == UsbTransferStatus.Gone, $"it ended as gone, not {ended.Status}");
            }

            pending[0].Submit(1);
            Require(open.Events.Wait("a transfer to a device that is gone").Status == UsbTransferStatus.Gone, "it is gone, too");
            Require(!subject.Bus.List().Any(subject.IsSubject), "it is not listed any more");
            open.Device.Release(0);
        }

        subject.Replug!();
        using var again = new UsbConversation(subject);
        again.CommandWithAnswer(Reset);
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new CheckFailedException($"It does not hold that {what}.");
        }
    }

    private static void SkipUnless(bool possible, string why)
    {
        if (!possible)
        {
            throw new CheckSkippedException(why);
        }
    }
}
