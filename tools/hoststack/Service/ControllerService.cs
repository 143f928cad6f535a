using System.Globalization;
using HostStack.Cli.Commands;
using HostStack.Cli.Configuration;
using HostStack.Cli.Networks;
using HostStack.Cli.Sessions;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Service;

/// <summary>One controller of the service: waits for it, serves and joins what the configuration says, until told to end.</summary>
internal sealed class ControllerService : IStatusSource
{
    private readonly ControllerSection _section;
    private readonly ServiceConfiguration _file;
    private readonly CommandContext _context;
    private readonly string _who;
    private readonly Action _changed;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionService[] _connections = [];
    private HostSession? _session;
    private ControllerState _state;

    /// <summary>Makes the service of a controller; nothing is opened yet.</summary>
    /// <param name="section">What is wanted.</param>
    /// <param name="file">The whole configuration.</param>
    /// <param name="context">The run.</param>
    /// <param name="changed">Told when <see cref="State"/> is another one.</param>
    public ControllerService(ControllerSection section, ServiceConfiguration file, CommandContext context, Action changed)
    {
        _section = section;
        _file = file;
        _context = context;
        _who = file.Controllers.Count > 1 ? section.Name : "";
        _changed = changed;
        _state = new ControllerState(section.Name) { Wanted = section.Connections.Count };
    }

    /// <summary>How it stands.</summary>
    public ControllerState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Ends when the controller is up and served, or was not there at the first attempt.</summary>
    public Task Tried => _tried.Task;

    /// <summary>Runs until told to end.</summary>
    /// <exception cref="ControllerUnavailableException">It is not there, and is not waited for.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var capture = _section.Btsnoop is { } path
                ? CaptureFile.Create(_file.Resolve(path), overwrite: true, _context.Time, _context.Report)
                : null;
            var choices = ConfiguredChoices.Host(_section, _file, capture?.Writer ?? _context.Capture, _who);
            await using var session = await OpenAsync(choices, stop);
            session.Happened += Happened;
            Volatile.Write(ref _session, session);
            Change(static state => state with { IsUp = true, Problem = null });
            await ServeAsync(session, stop);
            session.IsEnding = true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to end before it was up.
        }
        finally
        {
            _tried.TrySetResult();
        }
    }

    public async Task<ControllerEntry> ReadAsync()
    {
        if (Volatile.Read(ref _session) is not { } session)
        {
            return new ControllerEntry { Uri = _section.Uri, Name = _section.Name, State = "waiting", Problem = State.Problem };
        }

        var entry = await session.Status.ReadAsync();
        return entry with { Connections = [.. entry.Connections, .. _connections.Select(connection => connection.Missing(entry)).OfType<ConnectionEntry>()] };
    }

    /// <summary>Ends when the host's loop has answered; where there is no host, at once.</summary>
    public async Task ProbeAsync()
    {
        try
        {
            await (Volatile.Read(ref _session)?.Host.Loop.InvokeAsync(static () => true) ?? Task.FromResult(true));
        }
        catch (ObjectDisposedException)
        {
            // It is being closed, in good order.
        }
    }

    private async Task<HostSession> OpenAsync(HostChoices choices, CancellationToken stop)
    {
        var pace = new OpeningPace(_section.FirstWait, _section.LongestWait);
        while (true)
        {
            try
            {
                return await HostSession.OpenAsync(_context, choices, stop);
            }
            catch (ControllerUnavailableException missing) when (_section.Wait && !stop.IsCancellationRequested)
            {
                Change(state => state with { IsUp = false, Problem = missing.Message });
                if (pace.Failed(missing.Message, missing.IsFinal))
                {
                    TellWaiting(missing.Message, pace.Wait);
                }

                _tried.TrySetResult();
            }

            await pace.WaitAsync(time => DelayAsync(time, stop), HostSession.Source(_context, choices.Uri), stop);
        }
    }

    private async Task<bool> DelayAsync(TimeSpan time, CancellationToken stop)
    {
        await Task.Delay(time, _context.Time, stop);
        return true;
    }

    private void TellWaiting(string problem, TimeSpan wait) =>
        _context.Report.Happened(
            "controller-waiting",
            string.Create(CultureInfo.InvariantCulture, $"no controller yet: {problem} It is tried again in {wait.TotalSeconds:0.#} s."),
            Tone.Warning,
            [.. EventReporter.Whose(_who), ("uri", _section.Uri), ("reason", problem), ("wait", wait)]);

    private async Task ServeAsync(HostSession session, CancellationToken stop)
    {
        var networks = new List<ServedNetwork>();
        var down = new TakingDown(_context.Report, _who);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await down.WorkAsync(() => ServeAsync(session, networks, down, end));
        await down.StepAsync("what was under way", end.CancelAsync);
        for (var i = networks.Count - 1; i >= 0; i--)
        {
            await networks[i].EndAsync(down);
        }

        down.End();
    }

    private async Task ServeAsync(HostSession session, List<ServedNetwork> networks, TakingDown down, CancellationTokenSource end)
    {
        foreach (var section in _section.Networks)
        {
            networks.Add(await ServedNetwork.OpenAsync(section, _file, session, _context, _section.Name, down));

            // The event of it may come later than the state is asked for.
            Change(state => state.After(new NetworkUp(section.Role, networks[^1].Port)));
        }

        if (_section.Pairing is { } window)
        {
            await session.Host.SetDiscoverableAsync(true);
            await session.Host.OpenPairingWindowAsync(window);
        }

        _connections = [.. _section.Connections.Select(
            section => new ConnectionService(section, session, _context, _section.Name, _who))];
        var joining = _connections.Select(connection => RunAsync(connection, end)).ToArray();
        _tried.TrySetResult();
        await Serving.WaitAsync(_context, null, end.Token);
        session.IsEnding = true;
        await Task.WhenAll(joining);
    }

    // A port that cannot be had ends the service, and everything of it in good order.
    private static async Task RunAsync(ConnectionService connection, CancellationTokenSource end)
    {
        try
        {
            await connection.RunAsync(end.Token);
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    private void Happened(HostEvent happened)
    {
        Change(state => state.After(happened));
        if (happened is PairingWindowChanged { IsOpen: false } && !_section.IsDiscoverable && Volatile.Read(ref _session) is { } session)
        {
            _ = Serving.HideAsync(session.Host);
        }
    }

    private void Change(Func<ControllerState, ControllerState> change)
    {
        lock (_gate)
        {
            _state = change(_state);
        }

        _changed();
    }
}
