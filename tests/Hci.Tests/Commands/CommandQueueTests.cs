using HostStack.Hci.Commands;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Commands;

[TestFixture]
public sealed class CommandQueueTests
{
    // Parameters of Command Complete: credits, opcode, return parameters. Reset is 0x0C03, Read BD_ADDR 0x1009.
    private static readonly byte[] ResetComplete = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] BdAddrComplete = [0x01, 0x09, 0x10, 0x00, 0x34, 0x12, 0x66, 0x70, 0xF3, 0x5C];
    private static readonly OpCode BccmdCode = OpCode.Of(0x3F, 0x000);

    private readonly ManualTime _time = new();
    private readonly List<string> _hung = [];
    private FakeHciTransport _transport = null!;
    private HciCounters _counters = null!;
    private TimerQueue _timers = null!;
    private CommandQueue _queue = null!;

    [SetUp]
    public void SetUp()
    {
        _hung.Clear();
        _transport = new FakeHciTransport();
        _counters = new HciCounters();
        _timers = new TimerQueue(_time);
        _queue = new CommandQueue(_timers, _transport, _counters, _hung.Add);
    }

    [TearDown]
    public async Task TearDown() => await _transport.DisposeAsync();

    [Test]
    public void SendAsync_FreshController_SendsTheCommandsOctets()
    {
        _ = _queue.SendAsync(default(ResetCommand));
        Assert.That(_transport.TakeSent(), Is.EqualTo((byte[])[0x01, 0x03, 0x0C, 0x00]));
        Assert.That((_queue.Credits, _queue.InFlight), Is.EqualTo((0, 1)));
    }

    [Test]
    public void CommandComplete_OfTheCommandInFlight_GivesItsReturnParameters()
    {
        var task = _queue.SendAsync(default(ReadBdAddrCommand));
        Assert.That(_queue.CommandComplete(BdAddrComplete), Is.True);
        Assert.That(task.Ended().Address, Is.EqualTo(BdAddr.Parse("5C:F3:70:66:12:34")));
    }

    [Test]
    public void SendAsync_NoCredit_WaitsForLeave()
    {
        _ = _queue.SendAsync(default(ResetCommand));
        var second = _queue.SendAsync(default(ReadBdAddrCommand));
        Assert.That((_transport.SentCount, _queue.Waiting), Is.EqualTo((1, 1)));
        _queue.CommandComplete([0x00, .. ResetComplete[1..]]);
        Assert.That(_transport.SentCount, Is.EqualTo(1), "zero commands are allowed");
        _queue.CommandComplete([0x01, 0x00, 0x00]);
        Assert.That(_transport.SentCount, Is.EqualTo(2), "an event for opcode 0 gives leave");
        _queue.CommandComplete(BdAddrComplete);
        Assert.That(second.IsCompletedSuccessfully, Is.True);
        Assert.That(_counters.UnexpectedCompletions, Is.Zero);
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(3, 3)]
    public void Credits_AfterAnEvent_AreAbsolute(int told, int expected)
    {
        _queue.CommandStatus([0x00, (byte)told, 0x00, 0x00]);
        _queue.CommandStatus([0x00, (byte)told, 0x00, 0x00]);
        Assert.That(_queue.Credits, Is.EqualTo(expected));
    }

    [Test]
    public void SendAsync_SeveralCreditsAndInFlightAllowed_SendsAsMany()
    {
        var queue = new CommandQueue(_timers, _transport, _counters, _hung.Add, maximumInFlight: 4);
        queue.CommandComplete([0x02, 0x00, 0x00]);
        _ = queue.SendAsync(default(ReadBdAddrCommand));
        _ = queue.SendAsync(default(ReadBufferSizeCommand));
        _ = queue.SendAsync(default(ReadLocalVersionInformationCommand));
        Assert.That((queue.InFlight, queue.Waiting), Is.EqualTo((2, 1)));
    }

    [Test]
    public void SendAsync_SameCodeTwice_WaitsForTheFirst()
    {
        var queue = new CommandQueue(_timers, _transport, _counters, _hung.Add, maximumInFlight: 4);
        queue.CommandComplete([0x04, 0x00, 0x00]);
        var first = queue.SendAsync(default(ReadBdAddrCommand));
        var second = queue.SendAsync(default(ReadBdAddrCommand));
        Assert.That(queue.InFlight, Is.EqualTo(1));
        queue.CommandComplete([0x04, .. BdAddrComplete[1..]]);
        Assert.That((first.IsCompleted, second.IsCompleted, queue.InFlight), Is.EqualTo((true, false, 1)));
    }

    [TestCase(0x00, HciStatus.Success)]
    [TestCase(0x0C, HciStatus.CommandDisallowed)]
    public void CommandStatus_OfAStatusCommand_EndsIt(int status, HciStatus expected)
    {
        var task = _queue.SendAsync(new DisconnectCommand(new ConnectionHandle(11), HciStatus.RemoteUserTerminated));
        Assert.That(_queue.CommandStatus([(byte)status, 0x01, 0x06, 0x04]), Is.True);
        Assert.That(task.Ended(), Is.EqualTo(expected));
    }

    [Test]
    public void CommandComplete_OfAStatusCommand_GivesItsBareStatus()
    {
        var task = _queue.SendAsync(new DisconnectCommand(new ConnectionHandle(11), HciStatus.RemoteUserTerminated));
        _queue.CommandComplete([0x01, 0x06, 0x04, 0x12]);
        Assert.That(task.Ended(), Is.EqualTo(HciStatus.InvalidParameters));
    }

    [Test]
    public void CommandStatus_SuccessOfACompleteCommand_WaitsForTheCompletion()
    {
        var task = _queue.SendAsync(default(ReadBdAddrCommand));
        _queue.CommandStatus([0x00, 0x01, 0x09, 0x10]);
        Assert.That((task.IsCompleted, _queue.InFlight), Is.EqualTo((false, 1)));
        _queue.CommandComplete(BdAddrComplete);
        Assert.That(task.Ended().Status, Is.EqualTo(HciStatus.Success));
    }

    [Test]
    public void CommandStatus_FailureOfACompleteCommand_IsItsStatus()
    {
        var task = _queue.SendAsync(default(ReadBdAddrCommand));
        _queue.CommandStatus([0x03, 0x01, 0x09, 0x10]);
        Assert.That(task.Ended(), Is.EqualTo(default(ReadBdAddrReturn) with { Status = HciStatus.HardwareFailure }));
    }

    [Test]
    public void CommandComplete_LateOrRepeated_IsCountedAndStillGivesCredit()
    {
        var task = _queue.SendAsync(default(ResetCommand));
        _queue.CommandComplete(ResetComplete);
        _queue.CommandComplete([0x00, .. ResetComplete[1..]]);
        Assert.That(_queue.Credits, Is.Zero);
        _queue.CommandComplete(ResetComplete);
        Assert.That(_counters.UnexpectedCompletions, Is.EqualTo(2));
        Assert.That((task.Ended().Status, _queue.Credits), Is.EqualTo((HciStatus.Success, 1)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10066")]
    public void CommandComplete_EveryTruncation_IsRefusedOrAFailure()
    {
        for (var length = 0; length < BdAddrComplete.Length; length++)
        {
            SetUp();
            var task = _queue.SendAsync(default(ReadBdAddrCommand));
            var taken = _queue.CommandComplete(BdAddrComplete.AsSpan(0, length));
            Assert.That(taken, Is.EqualTo(length >= 3), $"{length} octets");
            Assert.That(task.IsCompleted, Is.EqualTo(taken), $"{length} octets");
            if (taken)
            {
                Assert.That(task.Ended().Status, Is.Not.EqualTo(HciStatus.Success), $"{length} octets");
                Assert.That(_counters.MalformedReturns, Is.EqualTo(1), $"{length} octets");
            }
        }
    }

    [Test]
    public void CommandStatus_WrongLength_IsRefused([Values(0, 1, 2, 3, 5)] int length)
    {
        _ = _queue.SendAsync(default(ResetCommand));
        Assert.That(_queue.CommandStatus(new byte[length]), Is.False);
        Assert.That(_queue.InFlight, Is.EqualTo(1));
    }

    [Test]
    public void SendAsync_UnsupportedCommand_IsNeverSent()
    {
        _queue.Supported = SupportedCommands.Of(OpCode.Reset);
        var task = _queue.SendAsync(default(ReadBdAddrCommand));
        var status = _queue.SendAsync(new DisconnectCommand(new ConnectionHandle(1), HciStatus.RemoteUserTerminated));
        Assert.That(task.Ended().Status, Is.EqualTo(HciStatus.UnknownCommand));
        Assert.That(status.Ended(), Is.EqualTo(HciStatus.UnknownCommand));
        Assert.That((_transport.SentCount, _counters.CommandsUnsupported), Is.EqualTo((0, 2)));
        Assert.That(_queue.Supports(OpCode.Reset), Is.True);
        Assert.That(_queue.Supports(BccmdCode), Is.True, "a vendor's command has no bit");
    }

    [Test]
    public void Supports_CommandThatWasAnsweredAsUnknown_IsNotSentAgain([Values] bool byStatus)
    {
        _queue.Supported = SupportedCommands.Of(OpCode.ReadBdAddr);
        var task = _queue.SendAsync(default(ReadBdAddrCommand));
        _ = byStatus ? _queue.CommandStatus([0x01, 0x01, 0x09, 0x10]) : _queue.CommandComplete([0x01, 0x09, 0x10, 0x01]);
        Assert.That(task.Ended().Status, Is.EqualTo(HciStatus.UnknownCommand));
        Assert.That(_queue.Supports(OpCode.ReadBdAddr), Is.False);
        _ = _queue.SendAsync(default(ReadBdAddrCommand));
        Assert.That(_transport.SentCount, Is.EqualTo(1));
    }

    [Test]
    public void Timeout_NoAnswer_HangsOnceAndFailsEveryCall()
    {
        var first = _queue.SendAsync(default(ReadBdAddrCommand));
        var second = _queue.SendAsync(default(ReadBufferSizeCommand));
        Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.That(_hung, Is.Empty);
        Advance(TimeSpan.FromTicks(1));
        Assert.That(_hung, Has.Count.EqualTo(1));
        var third = _queue.SendAsync(default(ReadBufferSizeCommand));
        foreach (var task in new Task[] { first, second, third })
        {
            Assert.That(task.Exception?.InnerException, Is.InstanceOf<ControllerUnavailableException>());
        }

        Advance(TimeSpan.FromSeconds(60));
        Assert.That((_hung.Count, _counters.CommandTimeouts), Is.EqualTo((1, 1)));
        Assert.That(_queue.CommandComplete(BdAddrComplete), Is.True, "a late answer is taken and ignored");
        Assert.That(_counters.UnexpectedCompletions, Is.EqualTo(1));
    }

    [Test]
    public void Timeout_OfReset_IsLonger()
    {
        _ = _queue.SendAsync(default(ResetCommand));
        Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(_hung, Is.Empty);
        Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(_hung, Has.Count.EqualTo(1));
    }

    [Test]
    public void Timeout_NoLeaveToSend_Hangs()
    {
        _queue.CommandComplete([0x00, 0x00, 0x00]);
        _ = _queue.SendAsync(default(ResetCommand));
        Advance(TimeSpan.FromSeconds(2));
        Assert.That(_hung, Has.Count.EqualTo(1));
        Assert.That(_transport.SentCount, Is.Zero);
    }

    [Test]
    public void Timeout_AnsweredCommands_LeaveNoTimer()
    {
        _ = _queue.SendAsync(default(ResetCommand));
        _queue.CommandComplete(ResetComplete);
        Assert.That(_timers.Armed, Is.Zero);
    }

    [Test]
    public void Raw_AnsweredByCommandComplete_GivesAllReturnParameters()
    {
        var task = _queue.SendAsync(new RawCommand(BccmdCode, new byte[] { 0xC2, 0x00 }));
        Assert.That(_transport.TakeSent(), Is.EqualTo((byte[])[0x01, 0x00, 0xFC, 0x02, 0xC2, 0x00]));
        _queue.CommandComplete([0x01, 0x00, 0xFC, 0x00, 0xAB]);
        Assert.That(task.Ended().Answer, Is.EqualTo(RawAnswer.CommandComplete));
        Assert.That(task.Ended().Parameters.ToArray(), Is.EqualTo((byte[])[0x00, 0xAB]));
    }

    [Test]
    public void Raw_AnsweredByVendorEventOnly_EndsAndGivesTheCreditBack()
    {
        var task = _queue.SendAsync(new RawCommand(BccmdCode, new byte[] { 0xC2 }, RawAnswer.VendorEvent));
        Assert.That(_queue.VendorEvent([0xC2, 0x01]), Is.True);
        Assert.That(task.Ended().Parameters.ToArray(), Is.EqualTo((byte[])[0xC2, 0x01]));
        Assert.That((_queue.Credits, _timers.Armed), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Raw_StatusThenVendorEvent_EndsWithTheEvent()
    {
        var task = _queue.SendAsync(new RawCommand(BccmdCode, default, RawAnswer.VendorEvent));
        _queue.CommandStatus([0x00, 0x01, 0x00, 0xFC]);
        Assert.That(task.IsCompleted, Is.False);
        _queue.VendorEvent([0x05]);
        Assert.That(task.Ended().Answer, Is.EqualTo(RawAnswer.VendorEvent));
    }

    [Test]
    public void Raw_AnsweredByNothing_EndsWhenSent_AndTheControllerTakesOneCommand()
    {
        var reset = _queue.SendAsync(default(ResetCommand));
        _queue.CommandComplete([0x00, .. ResetComplete[1..]]);
        Assert.That((reset.IsCompleted, _queue.Credits), Is.EqualTo((true, 0)));
        _queue.CommandComplete([0x01, 0x00, 0x00]);
        var task = _queue.SendAsync(new RawCommand(BccmdCode, new byte[] { 0xC2 }, RawAnswer.Nothing));
        Assert.That(task.Ended().Answer, Is.EqualTo(RawAnswer.Nothing));
        Assert.That((_queue.Credits, _queue.InFlight), Is.EqualTo((1, 0)));
        _ = _queue.SendAsync(default(ReadBdAddrCommand));
        Assert.That(_transport.Sent[^1], Is.EqualTo((byte[])[0x01, 0x09, 0x10, 0x00]), "nothing holds the next one back");
    }

    [Test]
    public void Raw_WithATimeOfItsOwn_HangsThenAndNotBefore()
    {
        _ = _queue.SendAsync(new RawCommand(BccmdCode, default) { AnswerTime = TimeSpan.FromSeconds(5) });
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        _timers.RunDue();
        Assert.That(_hung, Is.Empty);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _timers.RunDue();
        Assert.That(_hung, Has.Count.EqualTo(1));
    }

    [Test]
    public void LeftOutCommand_IsNeverSent_WhateverTheControllerSays()
    {
        _queue.LeaveOut(OpCode.ReadBdAddr);
        Assert.That(_queue.Supports(OpCode.ReadBdAddr), Is.False);
        Assert.That(_queue.SendAsync(default(ReadBdAddrCommand)).Ended().Status, Is.EqualTo(HciStatus.UnknownCommand));
        Assert.That(_transport.SentCount, Is.Zero);
    }

    [Test]
    public void Raw_RefusedByStatus_GivesTheStatus()
    {
        var task = _queue.SendAsync(new RawCommand(BccmdCode, default, RawAnswer.VendorEvent));
        _queue.CommandStatus([0x01, 0x01, 0x00, 0xFC]);
        Assert.That(task.Ended().Status, Is.EqualTo(HciStatus.UnknownCommand));
    }

    [Test]
    public void VendorEvent_NobodyWaits_IsNotTaken() => Assert.That(_queue.VendorEvent([0x01]), Is.False);

    [Test]
    public void Raw_TooLong_IsTheCallersMistake() =>
        Assert.That(() => _queue.SendAsync(new RawCommand(BccmdCode, new byte[256])), Throws.ArgumentException);

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void SendAsync_MoreWaitThanMay_IsAHungControllerToldOnce()
    {
        var tasks = Enumerable.Range(0, CommandQueue.MaximumWaiting + 1)
            .Select(_ => _queue.SendAsync(default(ReadBdAddrCommand))).ToArray();
        Assert.That((_queue.InFlight, _queue.Waiting, _hung.Count), Is.EqualTo((1, 256, 0)));
        var beyond = _queue.SendAsync(default(ResetCommand));
        Assert.That((_queue.InFlight, _queue.Waiting), Is.EqualTo((0, 0)));
        Assert.That(_hung.Single(), Does.StartWith("256 commands wait"));
        Assert.That(tasks.All(task => task.IsFaulted) && beyond.IsFaulted, Is.True);
        Assert.That(beyond.Exception?.InnerException, Is.InstanceOf<ControllerUnavailableException>());
    }

    [Test]
    public void Close_Twice_FailsEveryCallWithTheFirstSentence()
    {
        var task = _queue.SendAsync(default(ResetCommand));
        _queue.Close("The controller was unplugged; plug it in again.");
        _queue.Close("other");
        var later = _queue.SendAsync(default(ResetCommand));
        Assert.That(task.Exception?.InnerException?.Message, Does.StartWith("The controller was unplugged"));
        Assert.That(later.Exception?.InnerException?.Message, Does.StartWith("The controller was unplugged"));
        Assert.That((_timers.Armed, _hung.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void AnyEvents_FromALyingController_EndEachCommandOnce([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var octets = new byte[8];
        for (var step = 0; step < 3_000; step++)
        {
            if (random.Next(3) == 0)
            {
                _ = _queue.SendAsync(default(ReadBdAddrCommand));
            }

            random.NextBytes(octets);
            octets[0] = (byte)random.Next(3);
            octets[3] = 0;
            (octets[1], octets[2]) = random.Next(2) == 0 ? ((byte)0x09, (byte)0x10) : (octets[1], octets[2]);
            Assert.That(() => _queue.CommandComplete(octets.AsSpan(0, random.Next(8))), Throws.Nothing, $"seed {seed}, {step}");
            Assert.That(_queue.InFlight, Is.LessThanOrEqualTo(1), $"seed {seed}, {step}");
        }

        Assert.That(_counters.CommandsSent, Is.GreaterThan(100), $"seed {seed}");
    }

    private void Advance(TimeSpan by)
    {
        _time.Advance(by);
        _timers.RunDue();
    }
}
