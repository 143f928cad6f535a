using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

/// <summary>Transports that throw, that never close, and controllers that are gone while the host lets them go.</summary>
[TestFixture]
public sealed class TransportFaultTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private HostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public void Open_StartThrows_FailsWithOneSentenceAndMayBeOpenedAgain()
    {
        _rig.Transport.OnStart = static () => throw new IOException("no endpoint");
        var opening = _rig.Open();
        AssertLost(opening, "The controller fake was lost (no endpoint); start it again or plug it in again.");
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));

        _rig.Transport.OnStart = null;
        Assert.That(_rig.Open().IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void Open_SendThrowsAtAnyCommand_FailsWithOneSentence([Range(0, 15)] int commands)
    {
        var answer = _rig.Transport.OnSend;
        var left = commands;
        _rig.Transport.OnSend = packet =>
        {
            if (left-- == 0)
            {
                throw new IOException("broken pipe");
            }

            answer!(packet);
        };
        AssertLost(_rig.Open(), "The controller fake was lost (broken pipe); start it again or plug it in again.");
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
    }

    [Test]
    public void Send_Throws_LosesTheControllerOnceAndSendsNothingMore()
    {
        var link = _rig.Link();
        _rig.Transport.OnSend = static _ => throw new IOException("broken pipe");
        var sent = _rig.Transport.SentCount;
        var naming = _rig.Run(() => _rig.Host.RequestNameAsync(HostRig.Peer));
        AssertLost(naming, "The controller fake was lost (broken pipe); start it again or plug it in again.");
        Assert.That(_rig.User.Down.Select(static down => down.Link), Is.EqualTo(new[] { link }));
        Assert.That(_rig.Observer.Told.Count(static told => told.StartsWith("failed", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_rig.Transport.SentCount, Is.EqualTo(sent + 1));
    }

    [Test]
    public void Open_LostAfterAnyAnswer_FailsAtOnce([Range(1, 20)] int answers)
    {
        var left = answers;
        _rig.Controller.Then = (_, _) =>
        {
            if (--left == 0)
            {
                _rig.Transport.Close(new IOException("unplugged"));
            }
        };
        AssertLost(_rig.Open(), "The controller fake was lost (unplugged); start it again or plug it in again.");
        Assert.That((_rig.Host.State, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, true)));
        Assert.That((_rig.Log.All, _rig.Host.Controller is null), Is.EqualTo((Array.Empty<string>(), answers < 20)), "it was not open");
    }

    [Test]
    public void Open_Refused_IsClosedBeforeAnybodyFindsIt_AndKeepsTheOldOne()
    {
        const string Refusal = "This is another controller.";
        ControllerInfo? asked = null;
        var opening = _rig.Run(() => _rig.Host.OpenAsync(_rig.Transport, info =>
        {
            asked = info;
            return Refusal;
        }));
        AssertLost(opening, Refusal);
        Assert.That(asked!.Address.ToString(), Is.EqualTo("00:5E:F1:CA:00:01"));
        Assert.That((_rig.Host.State, _rig.Host.Controller, _rig.Transport.IsDisposed), Is.EqualTo((HciHostState.Failed, (ControllerInfo?)null, true)));
        Assert.That(_rig.Controller.Count(ScriptedController.WriteScanEnable), Is.Zero);
        Assert.That(_rig.Controller.Count(ScriptedController.Reset), Is.EqualTo(1), "it is not tried again");
    }

    [Test]
    public void Close_WhileItIsOpened_EndsAtOnceAndSendsNothing([Range(1, 20)] int commands)
    {
        var answer = _rig.Transport.OnSend;
        var left = commands;
        _rig.Transport.OnSend = packet =>
        {
            if (--left > 0)
            {
                answer!(packet);
            }
        };
        var opening = _rig.Open();
        Assert.That((_rig.Transport.SentCount, opening.IsCompleted), Is.EqualTo(((long)commands, false)));
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That((closing.IsCompletedSuccessfully, _rig.Host.State), Is.EqualTo((true, HciHostState.Closed)));
        Assert.That((_rig.Transport.SentCount, _rig.Transport.IsDisposed), Is.EqualTo(((long)commands, true)));
        AssertLost(opening, "The Bluetooth host is closed; open it again.");
        Assert.That(_rig.Log.All, Is.Empty);
    }

    [Test]
    public void Close_ControllerGoesMeanwhile_EndsAtOnce()
    {
        _rig.Link();
        var closing = _rig.Run(_rig.Host.CloseAsync);
        Assert.That(closing.IsCompleted, Is.False, "the peer does not answer");
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        Assert.That((closing.IsCompletedSuccessfully, _rig.Host.State), Is.EqualTo((true, HciHostState.Closed)));
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Close_ControllerSilent_EachStepHasItsLimit()
    {
        _rig.Link();
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(2 * Short);
        Assert.That(closing.IsCompleted, Is.False);
        _rig.Advance(2 * Short);
        Assert.That(closing.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void Close_TransportNeverCloses_IsNotWaitedForLongerThanItsLimit()
    {
        _ = _rig.Open();
        _rig.Transport.Closing = new TaskCompletionSource().Task;
        var closing = _rig.Run(_rig.Host.CloseAsync);
        _rig.Advance(4 * Short);
        Assert.That(closing.IsCompleted, Is.False);
        _rig.Advance(Short);
        Assert.That((closing.IsCompletedSuccessfully, _rig.Host.State), Is.EqualTo((true, HciHostState.Closed)));
    }

    [Test]
    public void Reset_LostMeanwhile_FailsOnceWithOneSentence()
    {
        _rig.Link();
        _rig.Controller.Returns[ScriptedController.Reset] = null;
        _rig.Event(0x10, 0x42);
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Resetting));
        _rig.Transport.Close(new IOException("unplugged"));
        _rig.Pump();
        Assert.That(_rig.Host.State, Is.EqualTo(HciHostState.Failed));
        Assert.That(_rig.Observer.Told, Is.EqualTo(new[]
        {
            "resetting: The controller reports a hardware error (0x42).",
            "failed: The controller fake was lost (unplugged); start it again or plug it in again.",
        }));
    }

    private static void AssertLost(Task call, string sentence) =>
        Assert.That(
            () => call,
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(sentence));
}
