using HostStack.Bnep.Control;
using HostStack.Hci.Loop;

namespace HostStack.Bnep.Sessions;

/// <summary>What can happen to a filter that this side sets.</summary>
internal enum FilterInput
{
    Set,
    Answered,
    ResponseLate,
    ResponseLost,
    Ended,
}

/// <summary>What is to be done then.</summary>
[Flags]
internal enum FilterActions
{
    None = 0,
    Ignore = 1 << 0,
    Refuse = 1 << 1,
    Send = 1 << 2,
    Disarm = 1 << 3,
    Report = 1 << 4,
    GiveUp = 1 << 5,
}

/// <summary>One filter of this side at the peer: at most one set message is outstanding (BNEP 1.0, 2.6.4).</summary>
internal sealed class FilterRequester
{
    private readonly BnepSession _session;
    private readonly BnepSessionOptions _options;
    private readonly FilterKind _kind;
    private readonly LoopTimer _timer;
    private byte[] _message = [];
    private bool _outstanding;
    private int _attempts;
    private int _probes;
    private FilterResponseCode _code;

    public FilterRequester(BnepSession session, BnepSessionOptions options, TimerQueue timers, FilterKind kind)
    {
        _session = session;
        _options = options;
        _kind = kind;
        _timer = timers.Create(TimerFired);
    }

    /// <summary>The table.</summary>
    public static (bool Outstanding, FilterActions Actions) Step(bool outstanding, FilterInput input) =>
        (outstanding, input) switch
        {
            (false, FilterInput.Set) => (true, FilterActions.Send),

            // One at a time.
            (true, FilterInput.Set) => (true, FilterActions.Refuse),
            (true, FilterInput.Answered) => (false, FilterActions.Disarm | FilterActions.Report),
            (true, FilterInput.ResponseLate) => (true, FilterActions.Send),

            // Asked often enough: the peer is unresponsive.
            (true, FilterInput.ResponseLost) => (false, FilterActions.GiveUp),
            (true, FilterInput.Ended) => (false, FilterActions.Disarm),
            _ => (outstanding, FilterActions.Ignore),
        };

    public bool Set(byte[] message)
    {
        if (!_outstanding)
        {
            _message = message;
            _attempts = 0;
        }

        return !Run(FilterInput.Set).HasFlag(FilterActions.Refuse);
    }

    /// <summary>Sends a message whose answer is nobody's: the next one is not the program's.</summary>
    /// <returns>Whether it was sent; not while the program's own question is outstanding.</returns>
    public bool Probe(byte[] message)
    {
        if (_outstanding || !_session.SendControlOctets(message))
        {
            return false;
        }

        _probes++;
        return true;
    }

    public void Answered(FilterResponseCode code)
    {
        if (_probes > 0)
        {
            // Answers come in the order of the questions (an L2CAP channel keeps it). Where a probe stays unanswered, the
            // program's question is asked again.
            _probes--;
            return;
        }

        _code = code;
        if (Run(FilterInput.Answered) == FilterActions.Ignore)
        {
            _session.Count.Ignored++;
        }
    }

    public void Ended() => Run(FilterInput.Ended);

    private void TimerFired() =>
        Run(_attempts <= _options.FilterRetries ? FilterInput.ResponseLate : FilterInput.ResponseLost);

    private FilterActions Run(FilterInput input)
    {
        (_outstanding, var actions) = Step(_outstanding, input);
        if (actions.HasFlag(FilterActions.Disarm))
        {
            _timer.Disarm();
        }

        if (actions.HasFlag(FilterActions.Send))
        {
            _session.Count.Retransmissions += _attempts++ > 0 ? 1 : 0;
            _session.SendControlOctets(_message);
            _timer.Arm(_options.FilterTimeout);
        }

        if (actions.HasFlag(FilterActions.Report))
        {
            _session.ReportFilterAnswered(_kind, _code);
        }

        if (actions.HasFlag(FilterActions.GiveUp))
        {
            _session.FilterLost(_kind);
        }

        return actions;
    }
}
